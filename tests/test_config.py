"""Settings: what reportgen.yml may say, and what it says when it is not understood."""

from pathlib import Path
from typing import Any

import pytest

from reportgen.analysis.metrics import Goal
from reportgen.config import Options, options, read_config
from reportgen.errors import ReportError
from reportgen.guard.allowed import Allowed
from reportgen.guard.privacy import Treatment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that the config file lies in."""
    folder = tmp_path / "lab"
    folder.mkdir()
    return folder


def settings(folder: Path, text: str) -> dict[str, Any]:
    path = folder / "reportgen.yml"
    path.write_text(text, "utf-8")
    return read_config(path)


def mistake(folder: Path, text: str) -> tuple[str, str]:
    """What is said, and the hint."""
    with pytest.raises(ReportError) as error:
        settings(folder, text)
    return str(error.value).replace(str(folder), "FOLDER"), error.value.hint


# What may be said


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("title: Wine lab", "title", "Wine lab"),
        ("base_url: https://lab.org/wine/", "base_url", "https://lab.org/wine/"),
        ("theme: default", "theme", "default"),
        ("jobs: 4", "jobs", 4),
        ("jobs: 0", "jobs", 0),
        ("strict: true", "strict", True),
        ("metric: val/rmse", "metric", "val/rmse"),
        ("metrics: {wine: val/rmse}", "metrics", {"wine": "val/rmse"}),
        ("metrics: {2026: rmse}", "metrics", {"2026": "rmse"}),
        ("goals: {lr: min, depth: max}", "goals", {"lr": Goal.MIN, "depth": Goal.MAX}),
        ("public: true", "public", True),
        ("privacy: {users: hide}", "privacy", {"users": Treatment.HIDE}),
        ("privacy: {paths: shorten}", "privacy", {"paths": Treatment.SHORTEN}),
        ("privacy: {words: [Acme]}", "privacy", {"words": ("Acme",)}),
        ("hide: {params: [api_*, lr]}", "hide", {"params": ("api_*", "lr")}),
        ("hide: {runs: debug-*}", "hide", {"runs": ("debug-*",)}),
        ("only: {experiments: [2026]}", "only", {"experiments": ("2026",)}),
        ("max_artifact_size: 1000", "max_artifact_size", 1000),
        ("max_artifact_size: 2 MB", "max_artifact_size", 2_000_000),
        ("max_artifact_size: 500kB", "max_artifact_size", 500_000),
        ("max_artifact_size: 1.5 gb", "max_artifact_size", 1_500_000_000),
        ("max_artifact_size: 12 B", "max_artifact_size", 12),
        ("max_artifact_size: 0", "max_artifact_size", 0),
    ],
)
def test_a_setting(folder: Path, line: str, name: str, value: Any) -> None:
    assert settings(folder, line) == {name: value}


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_file_sets_nothing(folder: Path, text: str) -> None:
    assert settings(folder, text) == {}


def test_paths_are_relative_to_the_file(folder: Path) -> None:
    assert settings(folder, "sources: [mlruns, ../old]\noutput: public\ntheme: ./look\n") == {
        "sources": (str(folder / "mlruns"), str(folder / "../old")),
        "output": folder / "public",
        "theme": str(folder / "look"),
    }


def test_absolute_paths_stay(folder: Path) -> None:
    assert settings(folder, "sources: /srv/mlruns") == {"sources": ("/srv/mlruns",)}


@pytest.mark.parametrize("uri", ["file:///srv/mlruns", "sqlite:////srv/mlflow.db"])
def test_addresses_stay(folder: Path, uri: str) -> None:
    assert settings(folder, f"sources: ['{uri}']") == {"sources": (uri,)}


def test_one_source_needs_no_list(folder: Path) -> None:
    assert settings(folder, "sources: mlruns") == {"sources": (str(folder / "mlruns"),)}


def test_a_folder_may_be_named_by_a_number(folder: Path) -> None:
    assert settings(folder, "sources: [2026]") == {"sources": (str(folder / "2026"),)}


def test_columns_are_for_all_experiments_or_by_name(folder: Path) -> None:
    assert settings(folder, "columns: [status, best.loss]") == {
        "columns": {"": ("status", "best.loss")}
    }
    assert settings(folder, "columns: {wine: [params.lr], 7: [tags.a.b]}") == {
        "columns": {"wine": ("params.lr",), "7": ("tags.a.b",)}
    }


# What is not understood


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        ("stauts", "There is no column in reportgen.yml named 'stauts'.", "status"),
        ("attributes.usr", "There is no column in reportgen.yml named 'attributes.usr'.", "user"),
        ("metric.acc", "There is no group of columns in reportgen.yml named 'metric'.", "metrics"),
    ],
)
def test_a_column_that_cannot_be_is_refused_with_the_nearest_one(
    folder: Path, name: str, said: str, hint: str
) -> None:
    found, told = mistake(folder, f"columns: [{name}]")

    assert (found, hint in told) == (said, True)


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        (
            "hide: {param: [lr]}",
            "There is no kind of thing in hide in reportgen.yml named 'param'.",
            "Did you mean 'params'?",
        ),
        (
            "only: {runs: []}",
            "runs in only in reportgen.yml cannot be [].",
            'Write a list of patterns like ["debug-*", checkpoints].',
        ),
        (
            "privacy: {user: hide}",
            "There is no kind of thing in privacy in reportgen.yml named 'user'.",
            "Did you mean 'users'?",
        ),
        (
            "privacy: {users: shorten}",
            "users in privacy in reportgen.yml cannot be 'shorten'.",
            "Write show or hide.",
        ),
        (
            "privacy: {paths: true}",
            "paths in privacy in reportgen.yml cannot be True.",
            "Write show or shorten or hide.",
        ),
    ],
)
def test_what_cannot_be_hidden_so_is_refused_with_what_can(
    folder: Path, line: str, said: str, hint: str
) -> None:
    assert mistake(folder, line) == (said, hint)


def test_the_command_line_hides_more_than_the_file(folder: Path) -> None:
    told = settings(folder, "hide: {params: [lr], runs: [x]}")

    assert options(told, {"hide": ["params.api_*", "tags.team.*"]}).hide == {
        "params": ("lr", "api_*"),
        "runs": ("x",),
        "tags": ("team.*",),
    }


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("param.lr", "There is no kind of thing for --hide named 'param'."),
        ("params", "--hide params names nothing."),
    ],
)
def test_a_pattern_of_no_kind_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(ReportError) as error:
        options({}, {"hide": [pattern]})

    assert str(error.value) == said


def test_an_unknown_setting_is_refused_with_the_nearest_one(folder: Path) -> None:
    assert mistake(folder, "titel: Wine") == (
        "There is no setting in reportgen.yml named 'titel'.",
        "Did you mean 'title'?",
    )


def test_a_setting_like_no_other_is_refused_with_all_there_are(folder: Path) -> None:
    said, hint = mistake(folder, "qqqqqq: 1")

    assert said == "There is no setting in reportgen.yml named 'qqqqqq'."
    assert hint.startswith("Known: allow_secrets, base_url, columns, goals, ")


@pytest.mark.parametrize(
    "line",
    [
        "title: 2026",
        "title: [Wine]",
        "title:",
        "sources: 7",
        "sources: {a: b}",
        "output: [public]",
        "theme: 1",
        "jobs: four",
        "jobs: -1",
        "jobs: 1.5",
        "jobs: true",
        "strict: 1",
        "strict: maybe",
        "metric: [rmse]",
        "metrics: rmse",
        "goals: max",
        "columns: status",
        "columns: {wine: status}",
        "columns: [[status]]",
        "max_artifact_size: 2 apples",
        "max_artifact_size: -1",
        "max_artifact_size: 5k",
        "max_artifact_size: true",
        "max_artifact_size: [1]",
    ],
)
def test_a_value_of_another_kind_is_refused(folder: Path, line: str) -> None:
    name = line.partition(":")[0]

    said, hint = mistake(folder, line)

    assert said.startswith(f"{name} in reportgen.yml cannot be ")
    assert hint.startswith(("See the README, section Settings.", "Write "))


def test_what_is_no_secret_is_allowed_by_kind_place_and_reason(folder: Path) -> None:
    line = 'allow_secrets: [{kind: "AWS*", where: params.bucket, reason: an example}]'

    assert settings(folder, line) == {
        "allow_secrets": (Allowed("AWS*", "params.bucket", "an example"),)
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("secrets: show", "secrets in reportgen.yml cannot be 'show'."),
        ("allow_secrets: [{kind: '*', where: x}]", "lacks a kind, a where or a reason"),
        ("allow_secrets: [{kind: '*', where: x, reason: ''}]", "lacks a kind, a where or a reason"),
        ("allow_secrets: [x]", "lacks a kind, a where or a reason"),
        ("allow_secrets: [{kind: AWS key, where: x, reason: y}]", "no kind of secret named"),
        (
            "allow_secrets: [{kind: '*', where: x, reason: y, who: z}]",
            "no setting of allow_secrets",
        ),
    ],
)
def test_secrets_are_not_allowed_by_mistake(folder: Path, line: str, said: str) -> None:
    assert said in mistake(folder, line)[0]


def test_a_direction_is_max_or_min(folder: Path) -> None:
    assert mistake(folder, "goals: {rmse: lower}") == (
        "The goal of rmse in reportgen.yml cannot be 'lower'.",
        "Write max or min.",
    )


def test_a_list_is_no_settings(folder: Path) -> None:
    assert mistake(folder, "- title") == (
        "FOLDER/reportgen.yml is no list of settings.",
        "Write lines like `title: Lab`.",
    )


def test_what_is_no_yaml_is_told_with_its_place(folder: Path) -> None:
    said, _ = mistake(folder, "title: [Wine\n")

    assert said.startswith("FOLDER/reportgen.yml is no valid YAML: ")
    assert "line 2" in said


@pytest.mark.parametrize("value", ["2026-13-45", "!!int ''"])
def test_what_a_parser_stumbles_over_is_told_in_words(folder: Path, value: str) -> None:
    said, _ = mistake(folder, f"title: {value}\n")

    assert said.startswith("FOLDER/reportgen.yml is no valid YAML: ")


def test_yaml_makes_no_objects(folder: Path) -> None:
    said, _ = mistake(folder, "title: !!python/object/apply:os.getcwd []\n")

    assert "could not determine a constructor" in said


def test_a_file_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "reportgen.yml").write_bytes(b"title: \xff\xfe")

    with pytest.raises(ReportError, match="is no valid YAML"):
        read_config(folder / "reportgen.yml")


def test_a_file_that_is_not_there_is_told_of(folder: Path) -> None:
    with pytest.raises(ReportError, match="cannot be read: No such file") as error:
        read_config(folder / "other.yml")

    assert error.value.hint == "Name a config file with --config."


# Who goes first


def test_without_any_settings_the_defaults_hold() -> None:
    assert options({}, {}) == Options()


def test_the_file_goes_before_the_defaults() -> None:
    assert options({"title": "Wine"}, {}).title == "Wine"


def test_the_command_line_goes_before_the_file() -> None:
    assert options({"title": "Wine", "jobs": 4}, {"title": "Beer"}) == Options(title="Beer", jobs=4)


@pytest.mark.parametrize("silent", [None, ()])
def test_what_the_command_line_does_not_say_does_not_count(silent: Any) -> None:
    assert options({"sources": ("mlruns",)}, {"sources": silent}).sources == ("mlruns",)


def test_options_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Options().title = "Wine"  # type: ignore[misc]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "nope",
        "https://x.org/?q=1",
        'https://x.org/"a',
        "https:///x",
        "https://ada:pw@x.org",
    ],
)
def test_a_base_url_that_no_site_can_have_is_refused(url: str) -> None:
    with pytest.raises(ReportError, match="base URL cannot be"):
        options({}, {"base_url": url})


@pytest.mark.parametrize("url", ["https://lab.org", "http://localhost:8000/a/b/"])
def test_a_base_url_may_have_a_port_and_a_path(url: str) -> None:
    assert options({}, {"base_url": url}).base_url == url
