"""How an environment is shown: facts, and a table of its packages."""

from reportgen.analysis.environments import PackageChange
from reportgen.model import Environment, Requirement
from reportgen.views.environment import (
    EnvironmentList,
    PackageTable,
    environment_list,
    package_phrase,
)


def listed(*pip: Requirement, **changes: object) -> EnvironmentList:
    return environment_list(Environment(("requirements.txt",), pip=pip, **changes))  # type: ignore[arg-type]


def table(*pip: Requirement, **changes: object) -> PackageTable:
    return listed(*pip, **changes).tables[0]


def test_each_package_is_pinned_a_range_or_open() -> None:
    rows = table(
        Requirement("numpy", "==2.1.0"), Requirement("pandas", ">=2"), Requirement("scipy")
    ).rows

    assert [(row.name, row.asked, row.chip.text) for row in rows] == [
        ("numpy", "==2.1.0", "pinned"),
        ("pandas", ">=2", "range"),
        ("scipy", "–", "any version"),
    ]


def test_who_installs_a_package_is_said_with_condas_channel() -> None:
    rows = table(
        Requirement("numpy"),
        conda=(Requirement("pip"), Requirement("cuda", channel="nvidia")),
        build=(Requirement("wheel"),),
    ).rows

    assert [row.by for row in rows] == ["conda", "nvidia", "pip", "build"]


def test_extras_markers_constraints_and_hashes_are_told() -> None:
    one = Requirement(
        "uvicorn",
        ">=0.3",
        extras=("standard",),
        marker='python_version < "3.12"',
        constraint="==0.30",
        hashes=("sha256:00", "sha256:01"),
        editable=True,
    )
    found = table(one)

    assert found.with_more
    assert found.rows[0].more == (
        "[standard]",
        "constrained to ==0.30",
        'python_version < "3.12"',
        "editable",
    )
    assert (found.rows[0].chip.text, found.rows[0].hashes) == ("pinned", "2 hashes")


def test_of_many_packages_the_first_are_shown_and_the_others_folded() -> None:
    found = table(*(Requirement(f"p{n}") for n in range(20)))

    assert (len(found.rows), len(found.folded), found.fold) == (12, 8, "Show 8 more packages")


def test_a_few_more_are_not_worth_a_fold() -> None:
    assert table(*(Requirement(f"p{n}") for n in range(14))).folded == ()


def test_constraints_and_what_else_is_locked_are_folded_whole() -> None:
    found = listed(
        Requirement("NumPy", "==2.1"),
        constraints=(Requirement("scipy", "<9"),),
        locked=(Requirement("numpy", "==2.1.0"), Requirement("six", "==1.16")),
    )

    assert [(one.fold, len(one.rows), len(one.folded)) for one in found.tables[1:]] == [
        ("Constraints: 1", 0, 1),
        ("Locked beside these: 1 package", 0, 1),
    ]


def test_lines_that_name_no_package_are_told_apart() -> None:
    found = listed(Requirement("numpy"), Requirement("--pre", line="--pre"))

    assert (found.summary, found.options) == ("1 package, not pinned", ("--pre",))
    assert found.note == "From requirements.txt. One package has no exact version."


def test_an_environment_in_a_container_names_its_image() -> None:
    found = environment_list(
        Environment(docker_image="lab/train:2", docker_id="sha256:0123456789ab")
    )

    assert [(fact.name, fact.value) for fact in found.facts] == [
        ("image", "lab/train:2 (sha256:0123456789ab)")
    ]
    assert found.note == ""


def test_what_a_project_asks_for_today_is_not_taken_for_the_runs_own_record() -> None:
    found = environment_list(Environment(python="3.12"), of_project=True)

    assert found.note == (
        "The project asks for it as it is here today; the run itself recorded nothing."
    )


def test_credentials_are_never_shown() -> None:
    url = "git+https://ada:s3cret@lab.org/x.git"
    found = listed(
        Requirement("x", f"@ {url}", line=f"x @ {url}", url=url),
        Requirement(name=f"-i {url}", line=f"-i {url}"),
    )

    assert "s3cret" not in repr(found)


def test_a_change_in_a_line() -> None:
    def phrase(before: str | None, after: str | None, channel: str = "pip") -> str:
        return package_phrase(PackageChange("numpy", channel, before, after, ""))

    assert phrase("==1.26.4", "==2.1.0") == "numpy 1.26.4 → 2.1.0"
    assert phrase("", ">=2", "conda") == "numpy (conda) any version → >=2"
    assert phrase(None, "==2.1.0") == "numpy 2.1.0 added"
    assert phrase("==2.1.0", None) == "numpy 2.1.0 removed"
