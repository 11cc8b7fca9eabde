"""Where every page lives: names for any file system, links for any host and for the disk."""

import re

import pytest

from reportgen.views import addresses

SAFE = re.compile(r"[a-z0-9._~-]+")
ODD = [
    "Wine",
    "wine quality",
    "a/b",
    "../../etc/passwd",
    "..",
    ".",
    "",
    "con",
    "nul.txt",
    "COM1",
    "index",
    "ends.",
    ".hidden",
    "~ada",
    "x" * 300,
    "вино",
    "酒",
    "a\0b",
    "a\nb",
    'q"uote',
    "<b>",
    "50%",
    "what?",
    "C:\\wine",
    "a~b",
    "\udcff",
]


@pytest.mark.parametrize("name", ["83cf2e96", "0", "m-4f1c2d", "wine", "v1.2", "a_b-c"])
def test_a_plain_name_stays(name: str) -> None:
    assert addresses.slug(name) == name


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_an_odd_name_becomes_a_safe_one(name: str) -> None:
    slug = addresses.slug(name)

    assert SAFE.fullmatch(slug)
    assert not slug.startswith((".", "~", "-")) and not slug.endswith(".")
    assert len(slug) <= 80
    assert slug not in ("con", "nul.txt", "com1", "index")


def test_different_names_never_meet() -> None:
    """Not even where capital letters do not count."""
    names = [*ODD, "wine", "WINE", "wine-quality", "Wine Quality", "酒酒", "a-b", "A/B"]

    slugs = {addresses.slug(name).lower() for name in names}

    assert len(slugs) == len(names)


@pytest.mark.parametrize("name", ["", "酒", "вино"])
def test_a_name_without_letters_never_meets_its_own_hash(name: str) -> None:
    assert addresses.slug(addresses.slug(name)) != addresses.slug(name)


def test_the_letters_that_can_be_read_stay() -> None:
    assert re.fullmatch(r"wine-quality~[0-9a-f]{12}", addresses.slug("Wine quality!"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (addresses.experiment("7"), "experiments/7/index.html"),
        (addresses.experiment("7", "abc"), "experiments/7/abc.html"),
        (addresses.run("83cf", "abc"), "runs/83cf.abc.html"),
        (addresses.run_pointer("83cf"), "runs/index.html?id=83cf"),
        (addresses.model("m-1", "abc"), "models/m-1/abc.html"),
        (addresses.registered_model("wine"), "registry/wine/index.html"),
        (addresses.project("train"), "projects/train/index.html"),
        (addresses.version("2026-11-24-3f2a9c1b"), "versions/2026-11-24-3f2a9c1b.html"),
        (addresses.data("runs/83cf.abc.html"), "runs/83cf.abc.js"),
        (addresses.history("runs/83cf.abc.html", "loss"), "runs/83cf.abc.loss.csv"),
        (addresses.file("4f1c", "plot.png"), "files/4f1c/plot.png"),
    ],
)
def test_every_kind_of_page_has_its_place(address: str, expected: str) -> None:
    assert address == expected


@pytest.mark.parametrize(
    ("target", "page", "link"),
    [
        ("runs/a.1.html", "index.html", "runs/a.1.html"),
        ("runs/a.1.html", "experiments/7/k.html", "../../runs/a.1.html"),
        ("runs/a.1.html", "runs/b.2.html", "a.1.html"),
        ("index.html", "versions/index.html", "../index.html"),
        ("runs/index.html?id=a", "experiments/7/k.html", "../../runs/index.html?id=a"),
        ("registry/wine~4f1c2d3e/index.html", "index.html", "registry/wine~4f1c2d3e/index.html"),
    ],
)
def test_links_are_relative_and_in_full(target: str, page: str, link: str) -> None:
    assert addresses.relative(target, page) == link


@pytest.mark.parametrize(
    ("page", "root"),
    [("index.html", ""), ("runs/a.1.html", "../"), ("experiments/7/k.html", "../../")],
)
def test_the_way_to_the_root(page: str, root: str) -> None:
    assert addresses.root(page) == root


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("plot.png", "plot.png"),
        ("Confusion Matrix.png", "Confusion_Matrix.png"),
        ("naïve & <b>.txt", "na_ve_b.txt"),
        ("model.tar.gz", "model.tar.gz"),
        ("README", "README"),
        (".env", "file.env"),
        ("..", "file"),
        ("con.txt", "con_.txt"),
        ("日本.csv", "file.csv"),
        ("", "file"),
        ("a.b c/d", "a.bcd"),
    ],
)
def test_a_copied_file_keeps_its_ending_and_what_is_safe_of_its_name(name: str, kept: str) -> None:
    assert addresses.safe_name(name) == kept


def test_a_very_long_file_name_is_cut() -> None:
    assert addresses.safe_name("x" * 300 + ".png") == "x" * 80 + ".png"


@pytest.mark.parametrize("name", ["index", "index.html", "index.tar.gz"])
def test_nothing_takes_the_name_of_a_pointer(name: str) -> None:
    assert addresses.slug(name) != name
