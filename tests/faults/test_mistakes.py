"""A mistake of reportgen's own costs the page that it was met in, and no other; where it is met
elsewhere, the command says so in words."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reportgen import batch, overview
from reportgen.build import _each_batch
from reportgen.cli import main
from reportgen.config import Options
from reportgen.errors import ReportError
from reportgen.last_build import Summary
from reportgen.views import model as model_views
from reportgen.views import registered_model
from reportgen.watch.follow import Follower, Following
from reportgen.watch.preview import Preview
from tests.sites import NOW, build_site, contents, links, pages

SECRET = "what-the-store-holds"


@dataclass(frozen=True)
class Broken:
    """The report of a store, made with mistakes in reportgen."""

    summary: Summary
    site: Path
    run: str
    maker: str
    """The run that made the model: its page links to that one's."""

    model: str
    experiment: str
    registered: str

    def page(self, pattern: str) -> str:
        (found,) = (one for one in self.site.glob(pattern) if one.name != "index.html")
        return found.read_text("utf-8")


def failing(planted: Callable[..., Any], when: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with a mistake in it that some arguments meet."""

    def mistaken(*args: Any, **words: Any) -> Any:
        if when(args[0]):
            raise KeyError(SECRET)
        return planted(*args, **words)

    return mistaken


@pytest.fixture(scope="module")
def broken(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Broken:
    store, site = stores["v3.17-file"], tmp_path_factory.mktemp("mistakes") / "_site"
    model = min((store / "mlruns").glob("*/models/m-*"))
    experiment = model.parents[1].name
    maker = re.search(r"source_run_id: (\w+)", (model / "meta.yaml").read_text("utf-8"))[1]
    params = sorted(path.parent.name for path in model.parents[1].glob("*/params"))
    run = next(id for id in params if id != maker)
    registered = "iris-classifier"
    with pytest.MonkeyPatch.context() as patch:
        for room, name, when in (
            (batch, "run_page", lambda inputs: inputs.run.id == run and inputs.run.params),
            (model_views, "model_page", lambda one: one.id == model.name and one.mlmodel),
            (
                overview,
                "experiment_page",
                lambda one: one.experiment.key == experiment and one.runs,
            ),
            (
                registered_model,
                "registered_model_page",
                lambda one: one.name == registered and one.versions,
            ),
        ):
            patch.setattr(room, name, failing(getattr(room, name), when))
        summary = build_site(site, store)
    return Broken(summary, site, run, maker, model.name, experiment, registered)


def test_each_page_that_could_not_be_made_is_a_problem(broken: Broken) -> None:
    told = [one for one in broken.summary.problems if "could not make this page" in one.what]

    assert {one.path.rpartition("/")[2] for one in told} >= {broken.run, broken.model}
    assert len(told) == 4
    assert all(one.hint for one in told)


def test_a_mistake_is_told_by_its_kind_and_place_and_not_by_what_it_says(broken: Broken) -> None:
    told = [one.what for one in broken.summary.problems if "a mistake of its own" in one.what]

    assert all(re.search(r"\(KeyError in [\w/]+\.py, line \d+\)", what) for what in told)
    assert [one for one, page in contents(broken.site).items() if SECRET.encode() in page] == []


@pytest.mark.parametrize(
    ("pattern", "of"),
    [
        ("runs/{}.*.html", "run"),
        ("models/{}/*.html", "model"),
        ("experiments/{}/*.html", "experiment"),
        ("registry/{}/*.html", "registered"),
    ],
)
def test_the_page_is_there_and_says_what_became_of_it(
    broken: Broken, pattern: str, of: str
) -> None:
    assert "could not make this page" in broken.page(pattern.format(getattr(broken, of)))


def test_every_other_run_and_model_has_the_page_that_it_would_have(
    broken: Broken, site: Path
) -> None:
    own = (f"runs/{broken.run}.", f"runs/{broken.maker}.", f"models/{broken.model}/")
    whole = {
        address: page
        for address, page in contents(site).items()
        if address.startswith(("runs/", "models/")) and not address.startswith(own)
        if not address.endswith("/index.html")
    }

    built = contents(broken.site)
    assert [address for address, page in whole.items() if built.get(address) != page] == []


def test_every_link_leads_to_a_file_all_the_same(broken: Broken) -> None:
    lost = [
        (address, target)
        for address, page in pages(broken.site).items()
        for _, _, target in links(page)
        if re.match(r"[\w./-]+\.html$", target)
        and not (broken.site / address).parent.joinpath(target).exists()
    ]

    assert lost == []


# Elsewhere

COMMANDS = {
    "reportgen.sources.catalog.find": ["build", "STORE"],
    "reportgen.sources.file_store.FileStore.index": ["build", "STORE"],
    "reportgen.config.read_config": ["build", "STORE", "--config", "OUT/any.yml"],
    "reportgen.build.search_index": ["build", "STORE"],
    "reportgen.publish.publish": ["publish", "STORE"],
    "reportgen.watch.follow.watch": ["watch", "STORE"],
    "reportgen.start.init": ["init"],
    "reportgen.versions.site_history": ["versions", "list"],
    "reportgen.versions.changes": ["changes"],
}


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def stumbling(*args: Any, **words: Any) -> Any:
    raise KeyError(SECRET)


@pytest.mark.parametrize("place", COMMANDS)
def test_a_mistake_elsewhere_is_told_as_a_bug_and_where_to_report_it(
    stores: Mapping[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
) -> None:
    names = {"STORE": str(stores["v0.8-file"]), "OUT/any.yml": str(tmp_path / "any.yml")}
    command = [names.get(word, word) for word in COMMANDS[place]]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(place, stumbling)

    assert main(command) == 70

    said, hint = capsys.readouterr().err.splitlines()
    assert re.fullmatch(
        r"reportgen: This is a bug in reportgen \(KeyError in [\w/]+\.py, line \d+\)\.", said
    )
    assert "open an issue" in hint
    assert SECRET not in said + hint


def test_python_in_its_development_mode_shows_where_a_mistake_came_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "flags", SimpleNamespace(dev_mode=True))
    monkeypatch.setattr("reportgen.start.init", stumbling)

    with pytest.raises(KeyError, match=SECRET):
        main(["init"])


def test_nobody_who_reads_on_is_no_mistake(tmp_path: Path) -> None:
    """As with `reportgen versions list | head -1`."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "reportgen", "init"]

    done = subprocess.run(
        command,
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        check=False,
        text=True,
        env=ENVIRONMENT,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, "")


def killed(job: object, batch: object) -> list[object]:
    os.kill(os.getpid(), 9)
    return []


@pytest.mark.skipif(sys.platform != "linux", reason="workers are no forks elsewhere")
def test_a_process_that_the_system_killed_is_an_error_in_words() -> None:
    with pytest.raises(ReportError, match="A process that worked was stopped") as error:
        list(_each_batch(None, [[], []], 2, killed))  # type: ignore[arg-type]

    assert "--jobs 1" in error.value.hint


# The preview


def test_the_preview_goes_on_after_a_mistake_and_tells_of_it(
    stores: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[ReportError] = []
    options = Options(sources=(str(stores["v1.0-file"]),), output=tmp_path / "_site")
    says = SimpleNamespace(built=lambda *told: None, failed=said.append)
    ticks = iter(range(100))
    of = Following(
        lambda: options, Path("none.yml"), says, lambda *told: None, lambda: next(ticks), len
    )
    preview = Preview(tmp_path / "preview", NOW)
    changes = SimpleNamespace(watch=len, ignore=lambda folder: None)
    server = SimpleNamespace(bulletin=SimpleNamespace(tell=lambda *told: news.append(told)))
    news: list[tuple[str, ...]] = []
    follower = Follower(of, preview, server, changes)  # type: ignore[arg-type]
    with monkeypatch.context() as patch:
        patch.setattr(batch, "key_of", failing(batch.key_of, lambda *told: True))
        follower.build()
        follower.build()

    assert [str(one) for one in said] == [news[-1][2]]  # said once
    assert "This is a bug in reportgen (KeyError in" in news[-1][2]
    assert SECRET not in repr(news)

    follower.build()

    assert news[-1][0] == "built"
