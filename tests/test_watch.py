"""`reportgen watch`, as a process: it follows what is written, and leaves nothing behind."""

import json
import shutil
import signal
import socket
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.growing import Lab
from tests.sites import contents
from tests.watching import Watch, log_metric, until, watching


@pytest.fixture
def own(stores: Mapping[str, Path], tmp_path: Path) -> Lab:
    """A store of a test's own."""
    return Lab(stores["v1.0-file"], tmp_path)


@pytest.fixture
def home(own: Lab) -> Path:
    """The folder that holds its `mlruns`."""
    return own.mlruns.parent


def a_run(lab: Lab) -> Path:
    return sorted(path.parent for path in lab.mlruns.glob("1/*/metrics"))[0]


def shown(watch: Watch, run: Path) -> str:
    """The page of a run as the preview has it now."""
    answer = watch.get(f"-/state?address=runs/{run.name}.x.html&query=")
    return watch.get(json.loads(answer)["address"])


def test_what_is_logged_is_shown(watch: Watch, watched: Lab) -> None:
    run = a_run(watched)
    log_metric(run, "fresh", 0.123456, 1)

    watch.wait_for("written in")

    assert "0.123456" in shown(watch, run)


def test_a_new_run_is_shown(watch: Watch, watched: Lab) -> None:
    id = watched.train(depth="7")

    until(lambda: id in watch.get("pointers-runs.js"))


def test_a_removed_run_is_gone(watch: Watch, watched: Lab) -> None:
    run = watched.mlruns / "1" / watched.train()
    until(lambda: run.name in watch.get("pointers-runs.js"))
    shutil.rmtree(run)

    until(lambda: run.name not in watch.get("pointers-runs.js"))


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_and_leaves_nothing_behind(own: Lab, home: Path, end: signal.Signals) -> None:
    before = contents(own.mlruns)
    with watching(home) as watch:
        watch.wait_for("written in")
        assert list(home.parent.glob("reportgen-*")) != []
        watch.process.send_signal(end)

        assert watch.process.wait(30) == 0

    assert "Stopped watching." in watch.said
    assert contents(own.mlruns) == before
    assert list(home.iterdir()) == [own.mlruns]
    assert list(home.parent.glob("reportgen-*")) == []


def test_a_thousand_changes_at_once_are_one_build(watch: Watch, watched: Lab) -> None:
    folder = a_run(watched) / "artifacts"
    folder.mkdir(exist_ok=True)
    before = watch.builds()
    for number in range(1000):
        (folder / f"{number}.txt").write_text(f"file {number}")

    watch.wait_for("written in")
    until(lambda: "999.txt" in shown(watch, a_run(watched)))
    time.sleep(2)  # whatever else it would do, it would do now

    assert watch.builds() - before <= 2  # the burst may begin before it is over


def test_a_training_that_never_pauses_is_shown_all_the_same(watch: Watch, watched: Lab) -> None:
    run, before = a_run(watched), watch.builds()
    end = time.monotonic() + 3
    step = 0
    while time.monotonic() < end:
        step += 1
        log_metric(run, "loss", 1 / step, step)
        time.sleep(0.005)

    assert watch.builds() - before >= 2


def test_settings_that_are_broken_and_mended(watch: Watch, watched: Lab) -> None:
    home = watched.mlruns.parent
    (home / "reportgen.yml").write_text("titel: Lab\n")
    watch.wait_for("titel")
    until(lambda: watch.news()["state"] == "failed")
    news = watch.news()

    assert "titel" in news["text"]
    assert "title" in news["hint"]

    (home / "reportgen.yml").write_text("title: Mended lab\n")
    until(lambda: watch.news()["state"] == "built")

    assert "Mended lab" in watch.get("index.html")


def test_a_theme_that_is_broken_and_mended(home: Path) -> None:
    templates = home / "look" / "templates"
    templates.mkdir(parents=True)
    (templates / "home.html").write_text("Mine: {{ page.head.title }}")
    with watching(home, "--theme", "look") as watch:
        watch.wait_for("written in")
        (templates / "home.html").write_text("{% if %}")
        watch.wait_for("home.html cannot be rendered")
        (templates / "home.html").write_text("Mine again: {{ page.head.title }}")
        until(lambda: watch.news()["state"] == "built")

        assert "Mine again" in watch.get("index.html")


def test_a_store_that_is_not_there_yet(home: Path, own: Lab) -> None:
    shutil.move(own.mlruns, home / "kept")
    with watching(home) as watch:
        watch.wait_for("neither mlruns nor mlflow.db")
        assert watch.news()["state"] == "failed"
        shutil.move(home / "kept", own.mlruns)

        watch.wait_for("written in")


def test_a_database_with_a_journal_of_its_own(stores: Mapping[str, Path], tmp_path: Path) -> None:
    home = Path(shutil.copytree(stores["v3.17-sqlite"], tmp_path / "db"))
    with closing(sqlite3.connect(home / "mlflow.db")) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        (id,) = writer.execute("SELECT run_uuid FROM runs ORDER BY 1").fetchone()
        with watching(home) as watch:
            watch.wait_for("written in")
            row = ("wal_metric", 0.654321, 1_700_000_000_000, id, 0, 0)
            writer.execute(
                "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )
            writer.commit()
            assert (home / "mlflow.db-wal").stat().st_size > 0

            watch.wait_for("written in")

            assert "0.654321" in shown(watch, Path(id))


def test_where_the_system_tells_of_nothing(home: Path, own: Lab) -> None:
    with watching(home, "--poll") as watch:
        watch.wait_for("Looking for changes every second")
        log_metric(a_run(own), "polled", 0.5, 1)

        until(lambda: "polled" in shown(watch, a_run(own)))


def test_a_port_that_is_taken(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from reportgen.cli import main

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        assert main(["watch", str(home / "mlruns"), "--port", port]) == 1

    assert f"Port {port} cannot be used" in capfd.readouterr().err


def test_a_published_site_is_no_place_for_a_preview(
    own: Lab, capfd: pytest.CaptureFixture[str]
) -> None:
    from reportgen.cli import main

    own.build()
    before = contents(own.site)

    assert main(["watch", str(own.mlruns), "-o", str(own.site)]) == 1
    assert "holds a published report" in capfd.readouterr().err
    assert contents(own.site) == before


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "..%2f..%2fetc/passwd", "-/../../../etc/passwd", "-/nothing"]
)
def test_nothing_but_the_preview_is_served(watch: Watch, path: str) -> None:
    assert watch.status(path) == 404


def test_a_page_elsewhere_cannot_ask_by_another_name(watch: Watch) -> None:
    assert watch.status("index.html", Host="evil.example:8000") == 421
