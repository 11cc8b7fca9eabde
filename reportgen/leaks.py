"""Whether anything that would be published holds a secret, found out before a byte is written.

For this all is read once more than a build reads it; nothing is rendered and nothing kept.
"""

from collections.abc import Iterator, Mapping, Sequence

from reportgen.batch import Job, RunTask, content_of, leaks_of, models_of, place_of
from reportgen.errors import Problem, ReportError
from reportgen.model import Artifact, LoggedModel, ModelRef, Run
from reportgen.views.run import own_artifacts

MOST_TOLD = 20
"""Places that an error names."""


def leaks_of_runs(job: Job, tasks: Sequence[RunTask]) -> list[Problem]:
    """Of these runs, their models and their files."""
    found: list[Problem] = []
    for task, run in _runs(job, tasks):
        found += run.problems
        found += _in_files(job, own_artifacts(run), place_of(job, task.ref))
        for model in models_of(job, task.models, run):
            found += _of_model(job, model)
    return [one for one in found if one.leak]


def _runs(job: Job, tasks: Sequence[RunTask]) -> Iterator[tuple[RunTask, Run]]:
    """One by one; of a run that a mistake of ours keeps from being read, nothing is published."""
    for task in tasks:
        try:
            (run,) = job.stores[task.ref.store].read_runs([task.ref])
        except ReportError:
            raise
        except Exception:
            continue
        yield task, run


def leaks_of_models(job: Job, refs: Sequence[ModelRef]) -> list[Problem]:
    """Of models that no run of this report made."""
    models = models_of(job, refs)
    return [one for model in models for one in _of_model(job, model) if one.leak]


def _of_model(job: Job, model: LoggedModel) -> Iterator[Problem]:
    yield from model.problems
    yield from _in_files(job, model.artifacts, model.id)


def _in_files(job: Job, artifacts: Sequence[Artifact], place: str) -> Iterator[Problem]:
    for artifact in artifacts:
        path = f"{place}/{artifact.path}"
        content = content_of(job, artifact, path, [])
        if content is not None:
            yield from leaks_of(job, content, path)


def refuse(leaks: Sequence[Problem]) -> None:
    """Raises ReportError that names the place and the kind of every secret; nothing else of it."""
    if not leaks:
        return
    many = "A secret" if len(leaks) == 1 else f"{len(leaks):,} secrets"
    lines = places_told(leaks, MOST_TOLD)
    raise ReportError(
        "\n  ".join((f"{many} would be published, so nothing was written:", *lines)),
        hint="Take them out of what was recorded, cover them with --secrets mask, or allow what is "
        "none under allow_secrets in reportgen.yml.",
    )


def places_told(leaks: Sequence[Problem], most: int) -> Iterator[str]:
    """A line for each place: `mlruns/0/3f2a…/params/api_key: AWS access key`."""
    places: Mapping[tuple[str, str], None] = dict.fromkeys((one.path, one.leak) for one in leaks)
    yield from (f"{path}: {kind}" for path, kind in list(places)[:most])
    if len(places) > most:
        yield f"and {len(places) - most:,} more"
