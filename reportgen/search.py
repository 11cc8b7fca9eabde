"""The search index: everything that has a page, and the words by which it is found.

    search/index.js           the manifest, the only file of these that moves
    search/w0.HASH.js …       the words, a range of them in each (see `analysis.postings`)
    search/d0.HASH.js …       what the results say, so many documents in each

Documents are in the order in which they are worth showing: experiments, registered models, models,
projects and lists first, then the best run of each experiment, then all others, the newest first.
So a result needs no more than its number to be ranked. A browser that still has the manifest of
the build before finds its files too; older ones are removed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from reportgen.analysis import words
from reportgen.analysis.metrics import Goal
from reportgen.analysis.postings import Postings
from reportgen.analysis.standings import Judge, judged_value
from reportgen.batch import ModelResult, RunResult
from reportgen.model import Json, ModelVersion, RegisteredModel
from reportgen.overview import Published, RankedExperiment
from reportgen.site.keys import file_digest, key_of
from reportgen.site.writer import SiteFolder, Written
from reportgen.theme import script_value, script_values
from reportgen.views import addresses, wording
from reportgen.views.prose import first_sentence
from reportgen.views.run_columns import display_name

MANIFEST = "search/index.js"
CHUNK = 2000
"""Documents in one file."""

HASH = 8
_FILES = re.compile(r"[wd]\d+\.[0-9a-f]+\.js")

LISTS = (
    ("Models", addresses.MODELS, "Every logged model of this report"),
    ("Registered models", addresses.REGISTRY, "Names under which models are registered"),
    ("Projects", addresses.PROJECTS, "Every project of this report"),
    ("Compare runs", addresses.COMPARE, "Any runs of any experiments beside each other"),
    ("Environments", addresses.ENVIRONMENTS, "Which versions of packages were used where"),
    ("Report versions", addresses.VERSIONS, "What was published when"),
    ("Problems", addresses.PROBLEMS, "What could not be read"),
    (
        "Reproducibility",
        addresses.REPRODUCIBILITY,
        "How it is judged whether a run could be run again",
    ),
    ("About this site", addresses.ABOUT, "What it shows, and whose software is in it"),
)


class Document(Struct, frozen=True):
    """Something to be found."""

    words: str
    """Packed: see `words.pack`."""

    row: tuple[str, ...]
    """What a result says of it: title, address, newest address, what it is; of an experiment also
    its metric."""


class _Run(Struct, frozen=True):
    started: int
    row: tuple[str, str, str, str, int | None, str]
    """What a result says of it: name, id, key, status, when it started in seconds, the value of
    its experiment's metric; in between, before the status, stands the number of the experiment's
    document."""


class _Found(Struct, frozen=True):
    """An experiment in the index."""

    document: Document
    best: str
    """The id of its best run; empty for none."""

    words: str
    """Stands for those of its runs."""

    runs: tuple[_Run, ...]
    """Newest first."""


class _RunWords(Struct, frozen=True):
    """Those of an experiment's runs, packed, by id."""

    of: dict[str, str]


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """The files of a search index, by their names below `search/`."""

    files: Mapping[str, bytes]
    manifest: bytes
    kept: frozenset[str] = frozenset()
    """Further ones, which are there already."""


def search_index(published: Published, site: SiteFolder, stamp: str) -> SearchIndex:
    """The index of all that is published; the same report gives the same bytes.

    Of the files of words, which are most of the work, those of the site are kept when all
    documents have the words that they had; `stamp` stands for the code that makes them.
    """
    experiments = published.by_age()
    found = [one.piece(_Found, _found) for one in experiments]
    groups = {
        "experiment": [one.document for one in found],
        "registered": list(_registered(published)),
        "model": list(_models(published)),
        "narrative": list(_narratives(published)),
        "project": list(_projects(published)),
        "page": [
            Document(words.pack(words.of_name(title)), (title, place, place, what))
            for title, place, what in LISTS
        ],
    }
    documents = [one for group in groups.values() for one in group]
    first_run = len(documents)
    runs = _in_order(found)
    # One long text is hashed in a hundredth of the time that many short ones take.
    lines = "\n".join(one.words for one in documents)
    ids = "\n".join(run.row[1] for _, run in runs)
    of = key_of(stamp, first_run, lines, ids, [one.words for one in found])
    kinds = {**{kind: len(group) for kind, group in groups.items()}, "run": len(runs)}
    counts: dict[str, Json] = {
        "kinds": [[kind, count] for kind, count in kinds.items()],
        "bests": sum(1 for one in found if one.best),
        "of": of,
    }
    files = _Files()
    rows: list[Sequence[Json]] = [one.row for one in documents]
    rows += [(*run.row[:3], place, *run.row[3:]) for place, run in runs]
    named_rows = _row_files(files, rows)
    kept = _kept_words(site, of)
    named = kept or _word_files(files, [*_words(documents, runs, experiments)], first_run)
    manifest = {**counts, "chunk": CHUNK, "rows": named_rows, "words": named[0], "common": named[1]}
    names = frozenset(name for _, name in kept[0]) if kept else frozenset[str]()
    return SearchIndex(files.made, script_value("searchIndex", manifest), names)


def publish_search(site: SiteFolder, index: SearchIndex) -> Written:
    """Write the files of the index, move the manifest to them, remove what nothing names."""
    try:
        before = (site.folder / MANIFEST).read_text("utf-8", "replace")
    except OSError:
        before = ""
    written = Written()
    for name, content in index.files.items():
        written += site.point(f"search/{name}", content)
    written += site.point(MANIFEST, index.manifest)
    keep = {*index.files, *index.kept, *_FILES.findall(before)}
    site.drop_pointers("search/[wd]*.js", keep)
    return written


_Words = tuple[list[tuple[str, str]], list[str]]
"""(first word, name) of each file of words; and the words that most runs have."""


def _kept_words(site: SiteFolder, of: str) -> _Words | None:
    """The files of words that a site has, if they are of these; None for others."""
    try:
        (before,) = script_values((site.folder / MANIFEST).read_bytes())
        if before["of"] != of:
            return None
        files = [(str(first), str(name)) for first, name in before["words"]]
        common = [str(word) for word in before["common"]]
    except (OSError, ValueError, TypeError, LookupError):
        return None
    here = all(_FILES.fullmatch(name) and site.has(f"search/{name}") for _, name in files)
    return (files, common) if here else None


@dataclass(slots=True)
class _Files:
    made: dict[str, bytes] = field(default_factory=dict)

    def keep(self, name: str, call: str, value: Json) -> str:
        """The name of a file with this content: its own, and a hash."""
        content = script_value(call, value)
        named = f"{name}.{file_digest(content)[:HASH]}.js"
        self.made[named] = content
        return named


def _row_files(files: _Files, rows: Sequence[Sequence[Json]]) -> list[str]:
    starts = range(0, len(rows), CHUNK)
    return [
        files.keep(
            f"d{place}",
            "searchRows",
            {"first": start, "rows": rows[start : start + CHUNK]},
        )
        for place, start in enumerate(starts)
    ]


def _word_files(files: _Files, documents: Iterable[str], first_run: int) -> _Words:
    """Of all documents the words of each."""
    postings = Postings()
    for document in documents:
        postings.add(document)
    index = postings.index(first_run)
    shards = [
        (shard.first, files.keep(f"w{place}", "searchWords", {"shard": place, "text": shard.text}))
        for place, shard in enumerate(index.shards)
    ]
    return shards, list(index.common)


# ------------------------------------------------------------------ documents


def _found(one: RankedExperiment) -> _Found:
    told = one.piece(_RunWords, _run_words)
    lines = "\n".join(f"{id} {packed}" for id, packed in told.of.items())
    return _Found(
        document=_experiment(one),
        best=addresses.slug(one.ranking[0].id) if one.ranking else "",
        words=key_of(lines),
        runs=tuple(_run(result, one.judge) for result in one.group.newest),
    )


def _run(result: RunResult, judge: Judge) -> _Run:
    run = result.summary
    value = judged_value(run, judge)
    return _Run(
        started=run.started or 0,
        row=(
            display_name(run),
            addresses.slug(run.id),
            result.key,
            "DELETED" if run.deleted else str(run.status),
            None if run.started is None else run.started // 1000,
            "" if value is None else str(wording.number(value)),
        ),
    )


def _run_words(one: RankedExperiment) -> _RunWords:
    """By those of its experiment a run is found as well."""
    above = [word for _, word in words.of_name(one.experiment.name)]
    return _RunWords(
        {
            addresses.slug(result.summary.id): _with_those_above(result.words, above)
            for result in one.group.newest
        }
    )


def _with_those_above(packed: str, above: Sequence[str]) -> str:
    known = {entry[1:] for entry in packed.split(" ")} if packed else set()
    more = (f"{words.ABOVE}{word}" for word in above if word not in known)
    return " ".join([packed, *more]) if above else packed


def _in_order(found: Sequence[_Found]) -> list[tuple[int, _Run]]:
    """The best of each experiment, then all others, each time the newest first; with the number of
    the experiment's document."""
    runs = [
        (run.row[1] != one.best, -run.started, run.row[1], place, run)
        for place, one in enumerate(found)
        for run in one.runs
    ]
    runs.sort()
    return [(place, run) for _, _, _, place, run in runs]


def _words(
    documents: Sequence[Document],
    runs: Sequence[tuple[int, _Run]],
    experiments: Sequence[RankedExperiment],
) -> Iterator[str]:
    yield from (one.words for one in documents)
    told = [one.piece(_RunWords, _run_words).of for one in experiments]
    yield from (told[place][run.row[1]] for place, run in runs)


def _experiment(one: RankedExperiment) -> Document:
    experiment = one.experiment
    metrics = {name: None for run in one.runs for name in run.metrics}
    params = {name: None for run in one.runs for name in run.params}
    users = {run.user: None for run in one.runs if run.user}
    found = words.pack(
        (
            *words.of_name(experiment.name),
            *words.of(words.ID, experiment.id),
            *words.of_pairs(words.TAG, _own_tags(experiment.tags)),
            *words.of(words.USER, *users),
            *words.of(words.PARAM, *params),
            *words.of(words.METRIC, *metrics),
            *words.of(words.NOTE, experiment.note[: words.MOST_NOTE]),
            *words.of(words.STATUS, "deleted" if experiment.deleted else ""),
        )
    )
    said = [wording.count(len(one.runs), "run")]
    if one.ranking and one.judge.goal is not Goal.UNKNOWN:
        value = wording.number(judged_value(one.ranking[0], one.judge))
        said.append(f"best {one.judge.metric} {value}")
    address = addresses.experiment(experiment.key)
    newest = addresses.experiment(experiment.key, one.page)
    return Document(found, (experiment.name, address, newest, " · ".join(said), one.judge.metric))


def _own_tags(tags: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in tags.items() if not name.startswith("mlflow.")]


def _registered(published: Published) -> Iterator[Document]:
    for model in published.catalog.registered_models:
        said = [wording.count(len(model.versions), "version")]
        said += [
            f"{alias} → {version.version}"
            for version in model.versions
            for alias in sorted(version.aliases)
        ]
        yield Document(
            _registered_words(model),
            (
                model.name,
                addresses.registered_model(model.name),
                addresses.registered_model(model.name, published.registered[model.name]),
                " · ".join(said[:6]),
            ),
        )


def _registered_words(model: RegisteredModel) -> str:
    return words.pack(
        (
            *words.of_name(model.name),
            *words.of_pairs(words.TAG, model.tags.items()),
            *words.of(words.NOTE, model.description[: words.MOST_NOTE]),
            *(each for version in model.versions for each in _version_words(version)),
        )
    )


def _version_words(version: ModelVersion) -> Iterator[tuple[str, str]]:
    yield from words.of(words.TAG, *version.aliases, version.stage, f"v{version.version}")
    yield from words.of_pairs(words.TAG, version.tags.items())
    yield from words.of(words.USER, version.user)
    yield from words.of(words.ID, version.model_id, version.run_id)
    yield from words.of(words.NOTE, first_sentence(version.description))


def _models(published: Published) -> Iterator[Document]:
    newest = sorted(published.models.items(), key=lambda one: (-(one[1].created or 0), one[0]))
    for id, model in newest:
        maker = published.makers.get(model.run_id, ("", ""))[1]
        said = [", ".join(name for name in model.flavors if name != "python_function")]
        if maker:
            said.append(f"made by {maker}")
        yield Document(
            _model_words(id, model, maker),
            (
                model.name,
                addresses.model(id),
                addresses.model(id, model.key),
                " · ".join(filter(None, said)),
            ),
        )


def _model_words(id: str, model: ModelResult, run_name: str) -> str:
    return words.pack(
        (
            *words.of_name(model.name),
            *words.of(words.ID, id, model.run_id),
            *words.of(words.VALUE, *model.flavors),
            *words.of(words.ENTRY, model.artifact_path),
            *words.of(words.ABOVE, run_name),
        )
    )


def _projects(published: Published) -> Iterator[Document]:
    for project in published.catalog.projects:
        entries = [entry.name for entry in project.entry_points]
        found = words.pack(
            (
                *words.of_name(project.name or project.path),
                *words.of(words.ID, project.path),
                *words.of(words.ENTRY, *entries),
                *words.of(words.NOTE, *(entry.command for entry in project.entry_points)),
            )
        )
        said = f"entry points {', '.join(entries)}" if entries else "no entry points"
        address = addresses.project(project.path)
        newest = addresses.project(project.path, published.projects[project.path])
        yield Document(found, (project.name or project.path, address, newest, said))


def _narratives(published: Published) -> Iterator[Document]:
    for one in published.narratives:
        found = words.pack((*words.of_name(one.title), *words.of(words.NOTE, one.text)))
        places = (addresses.narrative(one.name), addresses.narrative(one.name, one.key))
        yield Document(found, (one.title, *places, one.lede))
