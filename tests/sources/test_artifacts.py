"""Where artifacts are looked for, and what is listed of them."""

import os
from pathlib import Path

import pytest

from reportgen.errors import Problem
from reportgen.sources import artifacts
from reportgen.sources.artifacts import LEFT_OUT, Above, Displaced, Located, locate, walk

RUN = "0/83cf2e9667fa48e6a2d70bc44b754b2d/artifacts"
MODEL = "0/models/m-83cf2e9667fa48e6a2d70bc44b754b2d/artifacts"


def a_folder(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "a.txt").write_text("hello")
    return path


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The folder that may be read."""
    here = tmp_path / "here"
    here.mkdir()
    return here


@pytest.mark.parametrize("scheme", ["", "file:", "file://", "file://localhost"])
def test_a_place_on_this_machine_is_found_as_written(here: Path, scheme: str) -> None:
    folder = a_folder(here / "some where" / RUN)
    uri = f"{scheme}{folder.as_posix()}"

    assert locate(uri, beside=(), allowed=[here]) == Located(folder)


def test_percent_signs_of_a_uri_are_decoded(here: Path) -> None:
    folder = a_folder(here / "some where é" / RUN)

    assert locate(folder.as_uri(), beside=(), allowed=[here]) == Located(folder)


def test_a_plain_path_is_tried_as_it_is_and_decoded(here: Path) -> None:
    literal = a_folder(here / "100%25" / RUN)
    decoded = a_folder(here / "a b" / RUN)

    assert locate(str(literal), beside=(), allowed=[here]) == Located(literal)
    assert locate(f"{here}/a%20b/{RUN}", beside=(), allowed=[here]) == Located(decoded)


@pytest.mark.parametrize(
    "uri",
    [
        f"file:///home/ada/lab/mlruns/{RUN}",
        f"/home/ada/lab/mlruns/{RUN}",
        f"./mlruns/{RUN}",
        f"mlruns/{RUN}",
        f"file:///C:/Users/ada/lab/mlruns/{RUN}",
        "C:\\Users\\ada\\lab\\mlruns\\" + RUN.replace("/", "\\"),
        f"file:///home/ada/lab/mlruns/{RUN}?region=eu",
    ],
)
def test_a_moved_store_is_found_by_the_end_of_the_path(here: Path, uri: str) -> None:
    folder = a_folder(here / "mlruns" / RUN)

    assert locate(uri, beside=(), allowed=[here]) == Located(folder)


@pytest.mark.parametrize("home", ["mlartifacts", "mlruns"])
def test_a_servers_artifacts_are_in_its_folder(here: Path, home: str) -> None:
    folder = a_folder(here / home / RUN)

    for uri in (f"mlflow-artifacts:/{RUN}", f"mlflow-artifacts://host:5000/{RUN}"):
        assert locate(uri, beside=(), allowed=[here]) == Located(folder)


def test_a_place_beside_the_store_comes_before_one_that_only_ends_alike(here: Path) -> None:
    beside = a_folder(here / "mlruns" / RUN)
    a_folder(here / "copy" / "mlruns" / RUN)

    assert locate(f"/x/copy/mlruns/{RUN}", beside=[beside], allowed=[here]) == Located(beside)


def test_an_empty_place_beside_the_store_is_not_where_the_files_are(here: Path) -> None:
    (here / "mlruns" / RUN).mkdir(parents=True)
    elsewhere = a_folder(here / "elsewhere" / "b" / "artifacts")

    located = locate(
        "file:///x/elsewhere/b/artifacts", beside=[here / "mlruns" / RUN], allowed=[here]
    )

    assert located == Located(elsewhere)


@pytest.mark.parametrize("owner", [RUN, MODEL])
def test_nothing_is_missing_where_git_dropped_an_empty_folder(here: Path, owner: str) -> None:
    place = here / "mlruns" / owner
    place.parent.mkdir(parents=True)

    assert locate(f"/x/mlruns/{owner}", beside=[place], allowed=[here]) == Located()


@pytest.mark.parametrize("owner", [RUN, MODEL])
def test_nothing_is_missing_where_a_database_never_made_the_folder(here: Path, owner: str) -> None:
    (here / "mlruns").mkdir()
    place = here / "mlruns" / owner

    assert locate(f"/x/mlruns/{owner}", beside=[place], allowed=[here]) == Located()


def test_what_is_not_here_is_said_with_its_place(here: Path) -> None:
    located = locate(f"/x/mlruns/{RUN}", beside=[here / "mlruns" / RUN], allowed=[here])

    assert located == Located(
        None,
        f"The artifacts were recorded at /x/mlruns/{RUN}, "
        "which is not among the folders read here.",
    )


@pytest.mark.parametrize("scheme", ["s3", "gs", "dbfs", "https", "wasbs"])
def test_remote_storage_is_not_read_and_said_to_be_there(here: Path, scheme: str) -> None:
    uri = f"{scheme}://bucket/{RUN}"

    assert locate(uri, beside=(), allowed=[here]) == Located(
        None, f"The artifacts are kept at {uri}, which is not a folder on this machine."
    )


def test_a_copy_of_remote_artifacts_beside_the_store_is_found(here: Path) -> None:
    copy = a_folder(here / "mlruns" / RUN)

    assert locate(f"s3://bucket/{RUN}", beside=[copy], allowed=[here]) == Located(copy)


def test_no_uri_means_the_place_beside_the_store(here: Path) -> None:
    folder = a_folder(here / "mlruns" / RUN)

    assert locate("", beside=[folder], allowed=[here]) == Located(folder)
    assert locate("", beside=(), allowed=[here]) == Located()


@pytest.mark.parametrize("bad", ["file://[", "file:///a\0b", "%", "://", "file:", "..", "C:\\"])
def test_a_uri_that_makes_no_sense_is_only_not_here(here: Path, bad: str) -> None:
    assert locate(bad, beside=(), allowed=[here]).folder is None


# What a hostile store could try


def test_a_place_outside_the_allowed_roots_is_not_accepted(here: Path, tmp_path: Path) -> None:
    outside = a_folder(tmp_path / "outside" / RUN)

    for uri in (str(outside), outside.as_uri(), f"{here}/../outside/{RUN}", f"../outside/{RUN}"):
        assert locate(uri, beside=(), allowed=[here]).folder is None


def test_a_root_whose_name_only_begins_alike_is_another(here: Path, tmp_path: Path) -> None:
    neighbour = a_folder(tmp_path / "here-too" / RUN)

    assert locate(str(neighbour), beside=(), allowed=[here]).folder is None


def test_only_a_folder_named_artifacts_is_accepted(here: Path) -> None:
    keys = a_folder(here / ".ssh")

    assert locate(str(keys), beside=(), allowed=[here]).folder is None
    assert locate(str(here), beside=(), allowed=[here]).folder is None


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_out_of_the_allowed_roots_is_not_accepted(here: Path, tmp_path: Path) -> None:
    outside = a_folder(tmp_path / "outside" / "artifacts")
    link = here / "mlruns" / RUN
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)

    assert locate(f"/x/{RUN}", beside=[link], allowed=[here]).folder is None


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_an_allowed_root_may_be_a_link_itself(here: Path, tmp_path: Path) -> None:
    folder = a_folder(here / "mlruns" / RUN)
    link = tmp_path / "link"
    link.symlink_to(here)

    assert locate(str(folder), beside=(), allowed=[link]) == Located(folder)


# Walking


def test_files_are_listed_by_path_with_their_sizes(tmp_path: Path) -> None:
    a_folder(tmp_path / "weird dir")
    (tmp_path / "B.txt").write_text("12")
    (tmp_path / "weird dir" / "naïve & 'b'#%.txt").write_text("")

    found, problems = walk(tmp_path)

    assert [(one.path, one.size) for one in found] == [
        ("B.txt", 2),
        ("weird dir/a.txt", 5),
        ("weird dir/naïve & 'b'#%.txt", 0),
    ]
    assert Path(found[1].file).read_text() == "hello"
    assert problems == ()


def test_a_folder_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    found, problems = walk(tmp_path / "gone")

    assert found == ()
    assert [problem.what for problem in problems] == [
        "Cannot be listed: No such file or directory."
    ]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_are_followed_to_files_inside_only(tmp_path: Path) -> None:
    root = a_folder(tmp_path / "artifacts")
    (tmp_path / "secret").write_text("42")
    (root / "inside").symlink_to("a.txt")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "loop").symlink_to(root)
    (root / "dangling").symlink_to("nowhere")

    found, problems = walk(root)

    assert [(one.path, one.size) for one in found] == [("a.txt", 5), ("inside", 5)]
    assert sorted(problem.path for problem in problems) == ["dangling", "loop", "out"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no pipes")
def test_a_pipe_is_a_problem_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert walk(tmp_path) == (
        (),
        (Problem("pipe", "Is neither a file nor a folder, and is not read.", LEFT_OUT),),
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_no_page_could_print_is_a_problem(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")).write_text("x")

    found, problems = walk(tmp_path)

    assert found == ()
    assert [problem.path for problem in problems] == ["caf�"]


def test_too_many_files_are_a_problem_and_the_first_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifacts, "MAX_FILES", 3)
    for name in "edcba":
        (tmp_path / name).touch()

    found, problems = walk(tmp_path)

    assert len(found) == 3
    assert [one.what for one in problems] == ["Holds more than 3 files; the others are not listed."]


def test_folders_nested_too_deep_are_a_problem(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * (artifacts.MAX_DEPTH + 1))
    a_folder(deep)

    found, problems = walk(tmp_path)

    assert found == ()
    assert [problem.what for problem in problems] == [
        "Is nested deeper than 30 folders, and is not entered."
    ]


URIS = [
    "",
    f"/home/ada/lab/mlruns/{RUN}",
    f"file:///home/ada/lab/mlruns/{RUN}",
    f"file:///C:/Users/ada/lab/mlruns/{RUN}",
    f"file:///home/ada/lab/mlruns?x=1/{RUN}",
    f"/home/ada/../lab/mlruns/{RUN}",
    f"/home/ada/lab/mlruns/1/{RUN.partition('/')[2]}",
    f"mlflow-artifacts:/{RUN}",
    f"s3://bucket/{RUN}",
    "/home/ada/lab/elsewhere/artifacts",
]


@pytest.mark.parametrize(
    "uri",
    [
        *URIS,
        *("HERE/other/RUN", "HERE/mlruns/RUN", "HERE/100%25/RUN"),
        *("THERE/old/RUN", "file:THERE/old/RUN", "THERE/linked/RUN", "THERE/by part/RUN"),
    ],
)
@pytest.mark.parametrize("beside", ["full", "empty", "none"])
def test_displaced_artifacts_are_those_that_are_found_elsewhere_than_beside_their_owner(
    here: Path, uri: str, beside: str
) -> None:
    for name in ("other", "100%25", "100%"):
        a_folder(here / name / RUN)
    there = here.parent / "there"
    a_folder(there / "old" / RUN)
    (there / "linked").symlink_to(here / "other")
    (there / "by part" / RUN).parent.mkdir(parents=True)
    (there / "by part" / RUN).symlink_to(here / "other" / RUN)
    own = here / "mlruns" / RUN
    own.parent.mkdir(parents=True)
    if beside != "none":
        own.mkdir()
    if beside == "full":
        (own / "a.txt").write_text("hello")
    uri = uri.replace("THERE", str(there)).replace("HERE", str(here)).replace("RUN", RUN)
    roots = [here / "mlruns", here]
    found = locate(uri, beside=(own,), allowed=roots).folder
    expected = "" if found in (None, own) else str(found)

    displaced = Displaced(roots, ())

    owner, place = str(own.parent), RUN.removesuffix("/artifacts")
    assert displaced.folder(uri, owner, place) == expected


def test_where_a_store_was_before_is_looked_up_once_for_all_its_runs(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(os.path, "isdir", lambda path: bool(looked.append(os.fspath(path))))
    displaced = Displaced([here], ())

    for number in range(100):
        place = f"1/{number:032x}"
        uri = f"file:///home/ada/mlruns/{place}/artifacts"
        assert displaced.folder(uri, f"{here}/{place}", place) == ""

    assert looked == ["/home/ada/mlruns"]


def test_for_a_store_that_is_gone_nothing_is_looked_for_run_by_run(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked_for(runs: int) -> int:
        looked: list[str] = []
        monkeypatch.setattr(os.path, "isdir", lambda path: bool(looked.append(os.fspath(path))))
        above = Above()
        for number in range(runs):
            place = f"1/{number:032x}/artifacts"
            uri = f"/home/ada/lab/mlruns/{place}"
            assert not locate(uri, beside=[here / place], allowed=[here], above=above).folder
        monkeypatch.undo()
        return len(looked)

    assert looked_for(100) - looked_for(50) <= 3 * 50  # its own folder, in and beside the store
