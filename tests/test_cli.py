"""The command: what it says, where it says it, and the code that it ends with."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen import __version__
from reportgen.cli import main

EPOCH = "1795521600"
"""24 Nov 2026, 12:00 UTC."""


@pytest.fixture
def lab(stores: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: it holds an mlruns/ with three experiments, three runs and a model."""
    folder = tmp_path / "lab"
    shutil.copytree(stores["v0.8-file"] / "mlruns", folder / "mlruns")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return folder


def damage(lab: Path) -> Path:
    """Spoils one metric of one run."""
    run = min(path.parent for path in lab.glob("mlruns/[01]/*/meta.yaml"))
    (run / "metrics").mkdir(exist_ok=True)
    (run / "metrics" / "broken").write_text("not a metric\n")
    return run


# A build


def test_a_build_ends_with_0_and_tells_what_it_did(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--jobs", "1"]) == 0

    out, err = capsys.readouterr()
    counts, files, version, where = out.splitlines()
    assert counts == "3 experiments, 3 runs, 1 model, no registered models, no projects"
    assert (
        " files in all (" in files
        and " files written (" in files
        and ", no pages reused, in " in files
    )
    assert version.startswith("New report version 2026-11-24-")
    assert where == f"Open {Path('_site') / 'index.html'}"
    assert err == ""


def test_a_second_build_says_that_nothing_changed(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["build", "--jobs", "1"])
    capsys.readouterr()

    assert main(["build", "--jobs", "1"]) == 0

    out = capsys.readouterr().out
    assert "no files written (0 B)" in out
    assert "Nothing changed since report version 2026-11-24-" in out


def test_a_quiet_build_says_nothing(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--jobs", "1", "--quiet"]) == 0

    assert capsys.readouterr() == ("", "")


def test_problems_are_counted(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damage(lab)

    assert main(["build", "--jobs", "1"]) == 0

    out = capsys.readouterr().out
    assert "1 problem, see problems.html" in out
    assert "broken" not in out


def test_a_verbose_build_lists_every_problem(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = damage(lab)

    main(["build", "--jobs", "1", "--verbose"])

    assert f"  mlruns/{run.parent.name}/{run.name}/metrics/broken: " in capsys.readouterr().out


def test_a_strict_build_fails_on_a_problem(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damage(lab)

    assert main(["build", "--jobs", "1", "--strict"]) == 1

    error, hint = capsys.readouterr().err.splitlines()
    assert error.startswith("reportgen: mlruns/") and "metrics/broken" in error
    assert hint.startswith("  The front page was not moved.")
    assert not (lab / "_site" / "index.html").exists()


# Where it reads and writes


def leak(lab: Path) -> str:
    """A run with a password among its params: the secret."""
    secret = "Kestrel7!" + "meadow"
    params = damage(lab) / "params"
    (params.parent / "metrics" / "broken").unlink()
    params.mkdir(exist_ok=True)
    (params / "db_password").write_text(secret)
    return secret


def test_secrets_are_counted_and_told_of_by_place_and_kind(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = leak(lab)

    assert main(["build", "--jobs", "1", "--verbose"]) == 0

    out, err = capsys.readouterr()
    assert "1 secret kept out of the report:\n  mlruns/" in out
    assert "/params/db_password: value of a secret name\n" in out
    assert secret not in out + err


def test_with_secrets_fail_a_build_ends_with_1_and_writes_nothing(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = leak(lab)

    assert main(["build", "--jobs", "1", "--secrets", "fail"]) == 1

    out, err = capsys.readouterr()
    assert err.startswith("reportgen: A secret would be published, so nothing was written:\n")
    assert "/params/db_password: value of a secret name\n" in err
    assert "--secrets mask" in err
    assert secret not in out + err
    assert not (lab / "_site").exists()


def test_publishing_into_a_folder_fails_on_a_secret_if_not_told_otherwise(lab: Path) -> None:
    leak(lab)

    assert main(["publish", "--jobs", "1", "--to", "public"]) == 1
    assert not (lab / "public").exists()
    assert main(["publish", "--jobs", "1", "--to", "public", "--secrets", "mask"]) == 0


def test_what_is_allowed_with_a_reason_is_no_secret(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leak(lab)
    (lab / "reportgen.yml").write_text(
        "secrets: fail\nallow_secrets:\n"
        "- {kind: value of a secret name, where: params.db_password, reason: an example}\n"
    )

    assert main(["build", "--jobs", "1"]) == 0
    assert "secret" not in capsys.readouterr().out


def test_the_site_goes_where_it_is_told(lab: Path) -> None:
    main(["build", "--jobs", "1", "-q", "-o", "public/report"])

    assert (lab / "public" / "report" / "index.html").exists()


def test_sources_are_named(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (lab / "mlruns").rename(lab / "results")

    assert main(["build", "--jobs", "1", "results"]) == 0


def test_without_sources_the_tracking_uri_is_read(
    lab: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (lab / "mlruns").rename(lab / "results")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (lab / "results").as_uri())

    assert main(["build", "--jobs", "1"]) == 0

    assert "3 runs" in capsys.readouterr().out


def test_a_named_source_goes_before_the_tracking_uri(
    lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://localhost:5000")

    assert main(["build", "--jobs", "1", "-q", "mlruns"]) == 0


def test_without_anything_to_read_it_says_what_was_looked_for(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(lab / "mlruns")

    assert main(["build"]) == 1

    assert capsys.readouterr().err.startswith(
        "reportgen: There is neither mlruns nor mlflow.db in this folder.\n  Looked for "
    )


def test_settings_are_read_from_the_current_folder(lab: Path) -> None:
    (lab / "reportgen.yml").write_text("title: Wine lab\noutput: public\njobs: 1\n")

    main(["build", "-q"])

    assert "<title>Wine lab</title>" in (lab / "public" / "index.html").read_text("utf-8")


def test_settings_are_read_from_the_file_that_is_named(lab: Path) -> None:
    (lab / "conf").mkdir()
    (lab / "conf" / "wine.yml").write_text("title: Wine lab\nsources: ../mlruns\noutput: site\n")

    main(["build", "-q", "--jobs", "1", "--config", "conf/wine.yml"])

    assert "Wine lab" in (lab / "conf" / "site" / "index.html").read_text("utf-8")


def test_the_command_line_goes_before_the_settings(lab: Path) -> None:
    (lab / "reportgen.yml").write_text("title: Wine lab\nstrict: true\n")

    main(["build", "-q", "--jobs", "1", "--title", "Beer lab"])

    assert "<title>Beer lab</title>" in (lab / "_site" / "index.html").read_text("utf-8")


def test_a_theme_of_ones_own_is_laid_over_the_default_one(lab: Path) -> None:
    (lab / "look" / "css").mkdir(parents=True)
    (lab / "look" / "css" / "custom.css").write_text(".brand { color: teal }")

    main(["build", "-q", "--jobs", "1", "--theme", "look"])

    (css,) = (lab / "_site" / "assets").glob("report.*.css")
    assert css.read_text("utf-8").endswith(".brand{color:teal}")


# Mistakes: one line, one hint, no traceback


MISTAKES = {
    "a source that is not there": (
        ["build", "reslts"],
        "reportgen: reslts does not exist.",
        "  Name a folder that MLflow wrote to (mlruns), or its database (mlflow.db).",
    ),
    "a theme that is not there": (
        ["build", "--theme", "defalt"],
        "reportgen: There is no theme named 'defalt'.",
        "  Did you mean 'default'?",
    ),
    "settings that are not there": (
        ["build", "--config", "other.yml"],
        "reportgen: other.yml cannot be read: No such file or directory.",
        "  Name a config file with --config.",
    ),
    "a folder of others": (
        ["build", "--output", "mlruns"],
        "reportgen: mlruns holds files that are no report of ours.",
        "  Name an empty or a new folder with -o: nothing else is written over.",
    ),
    "a server": (
        ["build", "http://localhost:5000"],
        "reportgen: A tracking server (http) is not read, only files are.",
        "  Name the server's own folder (mlruns) or database (mlflow.db), or a copy of it.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_one_line_with_a_hint(
    lab: Path, capsys: pytest.CaptureFixture[str], mistake: str
) -> None:
    arguments, error, hint = MISTAKES[mistake]

    assert main([*arguments, "--jobs", "1"]) == 1

    assert capsys.readouterr() == ("", f"{error}\n{hint}\n")


def test_a_clock_that_is_no_number_is_told_of(
    lab: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")

    assert main(["build"]) == 1

    assert capsys.readouterr().err.startswith("reportgen: SOURCE_DATE_EPOCH is 'yesterday'.\n")


def test_a_mistake_leaves_nothing_behind(lab: Path) -> None:
    before = sorted(lab.rglob("*"))

    main(["build", "reslts"])

    assert sorted(lab.rglob("*")) == before


# Usage


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["bild"], "invalid choice: 'bild'"),
        (["build", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["build", "--jobs", "0"], "argument --jobs: at least 1"),
        (["build", "--jobs", "many"], "argument --jobs: 'many' is no number"),
        (["build", "-q", "-v"], "not allowed with argument"),
        (["build", "-o"], "expected one argument"),
    ],
)
def test_a_command_line_that_is_not_understood_ends_with_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)

    assert end.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--version"], f"reportgen {__version__}\n"),
        (["--help"], "write the report"),
        (["build", "--help"], "reportgen build sqlite:///mlflow.db"),
    ],
)
def test_what_is_asked_of_the_command_itself(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)

    assert end.value.code == 0
    assert said in capsys.readouterr().out


def test_every_option_says_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["build", "--help"])

    out = " ".join(capsys.readouterr().out.split())
    for option in (
        *("--output DIR", "--config FILE", "--theme NAME|DIR", "--title TITLE", "--base-url URL"),
        *("--jobs N", "--strict", "--quiet", "--verbose"),
    ):
        assert option in out


def test_the_help_is_there_at_once() -> None:
    """Without charts, templates and stores, which take a second to import."""
    code = (
        "import sys; from reportgen.cli import parser; parser().format_help();"
        "print([name for name in ('altair', 'jinja2', 'yaml', 'pandas') if name in sys.modules])"
    )

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert answer.stdout == "[]\n"


def test_that_nothing_is_to_do_is_known_and_said_without_what_reads_and_renders() -> None:
    code = (
        "import sys; from pathlib import Path; from reportgen.cli import closing_words;"
        "from reportgen.last_build import Summary, Written;"
        "nothing = Summary(Path(), '', False, 0, 0, 0, 0, 0, (), Written(), 0, 0, (), {}, '');"
        "closing_words(nothing, 0, False);"
        "few = 'reportgen.model', 'reportgen.batch', 'reportgen.theme', 'msgspec', 'jinja2';"
        "print([one for one in few if one in sys.modules])"
    )

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert answer.stdout == "[]\n"


def test_what_few_reports_need_is_imported_for_these_alone() -> None:
    """Every build pays for its imports; that of one run that changed has little else to do."""
    few = (
        *("altair", "pandas", "pyarrow", "pypdfium2", "detect_secrets", "markdown_it", "ssl"),
        *("concurrent.futures.process", "reportgen.views.model", "reportgen.analysis.openapi"),
        "reportgen.views.registered_model",
    )
    code = f"import sys, reportgen.build; print([one for one in {few} if one in sys.modules])"

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert answer.stdout == "[]\n"


def test_the_module_is_the_command(lab: Path) -> None:
    """In a process of its own: the exit code arrives, and nothing but the summary is said."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-m", "reportgen", "build"]

    good = subprocess.run(command, capture_output=True, text=True, env=environment)
    bad = subprocess.run([*command, "nowhere"], capture_output=True, text=True, env=environment)

    assert (good.returncode, good.stderr, good.stdout.splitlines()[-1]) == (
        0,
        "",
        f"Open {Path('_site') / 'index.html'}",
    )
    assert (bad.returncode, bad.stdout) == (1, "")
    assert "Traceback" not in bad.stderr


def test_the_progress_is_shown_on_a_terminal_alone(
    lab: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    main(["build", "--jobs", "1"])

    err = capsys.readouterr().err
    assert "Writing runs 3 of 3" in err
    assert err.endswith("\r\033[K")
