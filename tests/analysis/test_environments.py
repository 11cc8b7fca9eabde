"""Environments against each other: names by PEP 503, versions by PEP 440, the rest as written."""

import pytest

from reportgen.analysis.environments import (
    PackageChange,
    asked,
    environment_changes,
    is_hashed,
    is_pinned,
    version_order,
)
from reportgen.model import Environment, Requirement

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def pip(**versions: str) -> Environment:
    """An environment of packages that pip installs: `pip(numpy="==2.1")`."""
    return Environment(pip=tuple(Requirement(name, asked) for name, asked in versions.items()))


def conda(**versions: str) -> Environment:
    return Environment(conda=tuple(Requirement(name, asked) for name, asked in versions.items()))


def kinds(before: Environment, after: Environment) -> list[tuple[str, str]]:
    return [(one.name, one.kind) for one in environment_changes(before, after)]


# One requirement


@pytest.mark.parametrize(
    ("version", "pinned"),
    [
        ("==1.4.2", True),
        ("== 1.4", True),
        ("===1.4-ours", True),
        ("==2.1+cu118", True),
        ("==1.4.*", False),
        (">=1.4", False),
        ("~=1.4.2", False),
        (">=1,==1.4", True),
        ("", False),
        ("=1.26.4=py311h64a7726_0", True),
        ("=1.26=py311_0", True),
        ("=1.26.4", True),  # also 1.26.4.1, by conda's rules
        ("=1.26", False),
        ("=1.26.*", False),
        ("=1.26.4=*_cpython", True),
        ("1.26.4", True),
        ("12.*", False),
    ],
)
def test_a_pinned_package_has_only_one_version(version: str, pinned: bool) -> None:
    assert is_pinned(Requirement("numpy", version)) is pinned


@pytest.mark.parametrize(
    ("url", "pinned", "hashed"),
    [
        (f"git+https://example.org/x.git@{COMMIT}", True, True),
        (f"git+https://example.org/x.git@{COMMIT}#egg=x", True, True),
        ("git+https://example.org/x.git@main", False, False),
        ("git+ssh://git@example.org/x.git", False, False),
        ("https://example.org/x-1.2-py3-none-any.whl", True, False),
        ("https://example.org/x-1.2.tar.gz", True, False),
        ("https://example.org/main.zip", False, False),
        (f"https://example.org/main.zip#sha256={COMMIT}", True, True),
        ("https://[bad", False, False),
        (".", False, False),
    ],
)
def test_an_address_is_pinned_by_a_commit_a_version_or_a_hash(
    url: str, pinned: bool, hashed: bool
) -> None:
    one = Requirement("x", f"@ {url}", url=url)

    assert (is_pinned(one), is_hashed(one)) == (pinned, hashed)


def test_a_constraint_pins_what_the_line_leaves_open() -> None:
    assert is_pinned(Requirement("numpy", ">=1.2", constraint="==1.26.4"))


def test_hashes_of_files_make_a_package_hashed() -> None:
    assert is_hashed(Requirement("six", "==1.16", hashes=("sha256:00",)))
    assert not is_hashed(Requirement("six", "==1.16"))


def test_what_is_asked_for_is_told_with_extras_constraint_and_marker() -> None:
    one = Requirement(
        "uvicorn",
        ">=0.3",
        extras=("standard",),
        constraint="==0.30.1",
        marker='python_version < "3.12"',
    )

    assert asked(one) == '[standard]>=0.3, ==0.30.1; python_version < "3.12"'


@pytest.mark.parametrize(
    ("version", "later"),
    [
        ("==1.2", "==1.10"),
        ("==1.2.dev3", "==1.2a1"),
        ("==1.2a2", "==1.2b1"),
        ("==1.2rc1", "==1.2"),
        ("==1.2a1.dev1", "==1.2a1"),
        ("==1.2", "==1.2.post1"),
        ("==1.2.post1", "==1.2.1"),
        ("==9.0", "==1!0.1"),
    ],
)
def test_the_order_of_versions_is_that_of_pep_440(version: str, later: str) -> None:
    first, last = (version_order(Requirement("x", one)) for one in (version, later))

    assert first is not None
    assert last is not None
    length = max(len(first[0]), len(last[0]))
    first, last = (((*one[0], *([0] * (length - len(one[0])))), one[1]) for one in (first, last))
    assert first < last


@pytest.mark.parametrize("version", ["", ">=1", "=1.2", "==1.*", "===ours"])
def test_what_names_no_single_version_has_no_order(version: str) -> None:
    assert version_order(Requirement("x", version)) is None


# Two environments


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("==1.2", "==1.10", "up"),
        ("==2.0rc1", "==2.0", "up"),
        ("==2.0", "==1.9.9", "down"),
        ("==2.1+cu118", "==2.1+cu121", "build"),
        ("==2.1", "==2.1+cpu", "build"),
        ("==2.1+cu121", "==2.2+cu118", "up"),
        (">=1", ">=2", "changed"),
        (">=1", "==1.5", "changed"),
        ("", "==1.5", "changed"),
        ("==1.2.*", "==1.3.*", "changed"),
        ("===ours", "===theirs", "changed"),
    ],
)
def test_how_a_package_of_pip_changed(before: str, after: str, kind: str) -> None:
    assert kinds(pip(torch=before), pip(torch=after)) == [("torch", kind)]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("=1.2.3=py310_0", "=1.2.3=py311_0", "build"),
        ("=1.2.3=py310_0", "=1.10.0=py310_0", "up"),
        ("=1.2", "=1.3", "up"),
        ("=1.2", "=1.2.9", "changed"),  # one of the versions that 1.2 may be
        ("=1.9.1", "=1.2", "down"),
        ("1.0", "1.1", "up"),
        ("=1.1.1w", "=1.1.1x", "changed"),  # no version that PEP 440 could order
        (">=1", "2.*", "changed"),
    ],
)
def test_how_a_package_of_conda_changed(before: str, after: str, kind: str) -> None:
    assert kinds(conda(openssl=before), conda(openssl=after)) == [("openssl", kind)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("==1.2", "==1.2.0"),
        (">=1,<2", "<2, >=1.0"),
        ("==1.2", "== 1.2"),
    ],
)
def test_versions_that_mean_the_same_are_no_change(before: str, after: str) -> None:
    assert kinds(pip(numpy=before), pip(numpy=after)) == []


def test_names_are_the_same_where_pip_takes_them_for_the_same() -> None:
    before = Environment(pip=(Requirement("Scikit_Learn", "==1.4"),))

    assert kinds(before, pip(**{"scikit-learn": "==1.4"})) == []


def test_packages_come_and_go() -> None:
    assert environment_changes(pip(numpy="==2.1"), pip(scipy="")) == (
        PackageChange("numpy", "pip", "==2.1", None, "removed"),
        PackageChange("scipy", "pip", None, "", "added"),
    )


def test_a_package_that_pip_installs_now_is_gone_from_conda() -> None:
    changes = environment_changes(conda(numpy="=2.1.0"), pip(numpy="==2.1.0"))

    assert [(one.channel, one.kind) for one in changes] == [("conda", "removed"), ("pip", "added")]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("3.9.18", "3.10.2", "up"),
        ("3.12", "3.11", "down"),
        ("3.11", "3.11.7", "changed"),
        ("3.11.7", ">=3.11", "changed"),
    ],
)
def test_python_is_a_package_and_the_first(before: str, after: str, kind: str) -> None:
    old = Environment(python=before, pip=(Requirement("a", "==1"),))

    assert environment_changes(old, Environment(python=after))[0] == PackageChange(
        "python", "python", before, after, kind
    )


def test_another_channel_of_conda_is_another_build() -> None:
    before = Environment(conda=(Requirement("numpy", "=2.1.0", channel="defaults"),))
    after = Environment(conda=(Requirement("numpy", "=2.1.0", channel="conda-forge"),))

    assert kinds(before, after) == [("numpy", "build")]


@pytest.mark.parametrize(
    "other",
    [
        Requirement("uvicorn", "==0.30", extras=("standard",)),
        Requirement("uvicorn", "==0.30", marker='python_version < "3.12"'),
        Requirement("uvicorn", "@ https://x.org/main.zip", url="https://x.org/main.zip"),
    ],
)
def test_extras_markers_and_addresses_change_a_package(other: Requirement) -> None:
    assert kinds(pip(uvicorn="==0.30"), Environment(pip=(other,))) == [("uvicorn", "changed")]


def test_a_wheel_by_address_has_the_version_in_its_name() -> None:
    urls = [f"https://x.org/ours-{version}-py3-none-any.whl" for version in ("1.9", "1.10")]
    before, after = (Environment(pip=(Requirement("ours", f"@ {u}", url=u),)) for u in urls)

    assert kinds(before, after) == [("ours", "up")]


def test_hashes_alone_are_no_change() -> None:
    before = Environment(pip=(Requirement("six", "==1.16", hashes=("sha256:00",)),))

    assert kinds(before, pip(six="==1.16")) == []


def test_of_a_package_listed_for_several_machines_only_the_line_that_differs_is_told() -> None:
    both = Requirement("torch", "==2.1", marker='sys_platform == "darwin"')
    before = Environment(pip=(both, Requirement("torch", "==2.1+cpu", marker="os_name == 'nt'")))
    after = Environment(pip=(both, Requirement("torch", "==2.2+cpu", marker="os_name == 'nt'")))

    assert kinds(before, after) == [("torch", "up")]


def test_a_constraint_counts_as_the_version() -> None:
    before = Environment(pip=(Requirement("numpy", "", constraint="==1.26.4"),))
    after = Environment(pip=(Requirement("numpy", "", constraint="==2.1.0"),))

    assert environment_changes(before, after) == (
        PackageChange("numpy", "pip", "==1.26.4", "==2.1.0", "up"),
    )


def test_what_a_lock_file_says_of_a_pinned_package_is_told_once() -> None:
    def locked(version: str) -> Environment:
        packages = (Requirement("numpy", version), Requirement("six", version))
        return Environment(pip=packages[:1], locked=packages)

    changes = environment_changes(locked("==1"), locked("==2"))

    assert [(one.name, one.channel) for one in changes] == [("numpy", "pip"), ("six", "lock")]


def test_options_of_pip_are_compared_as_they_are_written() -> None:
    before = Environment(pip=(Requirement("--pre", line="--pre"),))

    assert kinds(before, Environment()) == [("--pre", "removed")]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (("ours:1", "sha256:00"), ("ours:1", "sha256:01"), "build"),
        (("ours:1", "sha256:00"), ("ours:2", "sha256:01"), "changed"),
    ],
)
def test_docker_images_with_the_same_name_may_be_other_builds(
    before: tuple[str, str], after: tuple[str, str], kind: str
) -> None:
    old, new = (Environment(docker_image=one[0], docker_id=one[1]) for one in (before, after))

    assert kinds(old, new) == [("image", kind)]


def test_equal_environments_have_no_changes() -> None:
    assert environment_changes(pip(a="==1", b=">2"), pip(a="==1", b=">2")) == ()
