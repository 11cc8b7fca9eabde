"""The whole way: what a site promises about its files, its links and its next build."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
import pytest

from reportgen.build import Progress
from reportgen.errors import ReportError
from reportgen.site.digests import note
from reportgen.site.writer import SiteFolder, Written
from reportgen.views import addresses
from tests.sites import NOW, anchors, build_site, contents, links, pages


@pytest.fixture
def project(stores: Mapping[str, Path], tmp_path: Path) -> Path:
    """A copy of a small store to be changed between builds: MLflow 1.0, three runs."""
    mlruns = Path(shutil.copytree(stores["v1.0-file"] / "mlruns", tmp_path / "lab" / "mlruns"))
    for run in mlruns.glob("1/*/meta.yaml"):
        for kind in ("params", "metrics", "tags", "artifacts"):
            (run.parent / kind).mkdir(exist_ok=True)
    return mlruns


def is_pointer(address: str) -> bool:
    """What may be written again."""
    return (
        address.endswith(("/index.html", "/order.js"))
        or address.startswith(
            ("pointers", "index.html", "versions.json", "problems.html", "about.html")
        )
        or address
        in (
            "reproducibility.html",
            "THIRD-PARTY.txt",
            "sitemap.xml",
            "search.html",
            "search/index.js",
        )
    )


def states(site: Path) -> dict[str, tuple[int, int, bytes]]:
    """Of every file what tells whether it was touched."""
    return {
        address: ((site / address).stat().st_mtime_ns, (site / address).stat().st_ino, content)
        for address, content in contents(site).items()
    }


def finished_run(mlruns: Path) -> Path:
    """The folder of one of its runs: the newest, so that none is compared with it."""
    return max(
        (path.parent for path in mlruns.glob("1/*/meta.yaml")),
        key=lambda folder: (folder / "meta.yaml").read_text().partition("start_time: ")[2],
    )


# The same input gives the same bytes


def test_the_same_input_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    build_site(tmp_path / "a", project)
    build_site(tmp_path / "b", project)

    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_where_the_input_lies_does_not_tell(
    stores: Mapping[str, Path], site: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "home of somebody else" / "v3.17-file"
    shutil.copytree(stores["v3.17-file"], moved)

    build_site(tmp_path / "_site", moved)

    assert contents(tmp_path / "_site") == contents(site)


def test_how_many_processes_work_does_not_tell_nor_on_how_many_runs_at_once(
    stores: Mapping[str, Path], site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reportgen.build.BATCH", 1)
    build_site(tmp_path / "_site", stores["v3.17-file"], jobs=2)

    assert contents(tmp_path / "_site") == contents(site)


@pytest.mark.parametrize("store", ["v2.22-sqlite", "v3.17-migrated"])
def test_a_database_moved_elsewhere_gives_the_same_bytes(
    stores: Mapping[str, Path], tmp_path: Path, store: str
) -> None:
    moved = Path(shutil.copytree(stores[store], tmp_path / "elsewhere" / store))

    build_site(tmp_path / "a", stores[store])
    build_site(tmp_path / "b", moved)

    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_no_page_names_the_folder_it_was_built_from(stores: Mapping[str, Path], site: Path) -> None:
    here = str(stores["v3.17-file"].parent).encode()

    assert [address for address, content in contents(site).items() if here in content] == []


def test_the_time_of_the_build_is_only_in_what_lists_versions(
    project: Path, tmp_path: Path
) -> None:
    build_site(tmp_path / "a", project)
    build_site(tmp_path / "b", project, now=NOW + timedelta(days=1))

    first, second = contents(tmp_path / "a"), contents(tmp_path / "b")

    same = {
        address for address in first.keys() & second.keys() if first[address] == second[address]
    }
    assert first.keys() - same == {
        "pointers.js",
        "pointers-versions.js",
        "versions.json",
        "versions/index.html",
        "versions/latest/index.html",
        *(address for address in first if address.startswith("versions/2026-11-24-")),
    }


# The next build


def test_a_second_build_writes_nothing(project: Path, tmp_path: Path) -> None:
    first = build_site(tmp_path / "_site", project)
    before = states(tmp_path / "_site")

    second = build_site(tmp_path / "_site", project, now=NOW + timedelta(days=1))

    assert states(tmp_path / "_site") == before
    assert (second.written.new, second.written.size, second.is_new) == (0, 0, False)
    assert second.version == first.version


def test_a_changed_run_changes_its_page_and_those_above_it_alone(
    project: Path, tmp_path: Path
) -> None:
    site, run = tmp_path / "_site", finished_run(project)
    build_site(site, project)
    before = contents(site)
    with (run / "metrics" / "late").open("w") as metric:
        metric.write("1546300800000 0.5 1\n")

    build_site(site, project, now=NOW + timedelta(days=1))

    new = sorted(
        address
        for address in contents(site).keys() - before.keys()
        if not address.startswith("search/")  # its index is of everything
    )
    kinds = [
        address.split(".")[0] if address.startswith("runs/") else address.rpartition("/")[0]
        for address in new
    ]
    assert kinds == [
        *["experiments/1"] * 4,
        f"runs/{run.name}",
        f"runs/{run.name}",
        *["versions"] * 3,
        "versions/facts",
    ]


def test_a_run_that_ended_changes_no_page_of_other_runs(project: Path, tmp_path: Path) -> None:
    """Its successor compares parameters with it; when it ended is nothing to the successor."""
    site = tmp_path / "_site"
    first = min(
        (path for path in project.glob("1/*/meta.yaml")),
        key=lambda meta: meta.read_text().partition("start_time: ")[2],
    )
    build_site(site, project)
    before = {address for address in contents(site) if address.startswith("runs/")}
    told = first.read_text().splitlines()
    first.write_text(
        "\n".join("end_time: 1999999999999" if "end_time" in line else line for line in told)
    )

    build_site(site, project)

    new = {address for address in contents(site) if address.startswith("runs/")} - before
    assert {address.split(".")[0] for address in new} == {f"runs/{first.parent.name}"}


def test_another_source_changes_no_page_of_the_runs_that_were_there(
    stores: Mapping[str, Path], project: Path, tmp_path: Path
) -> None:
    site = tmp_path / "_site"
    build_site(site, project)
    before = {address for address in contents(site) if address.startswith(("runs/", "models/"))}

    build_site(site, stores["v3.17-migrated"], project)

    now = {address for address in contents(site) if address.startswith(("runs/", "models/"))}
    known = {address.split(".")[0] for address in before}
    assert {address for address in now - before if address.split(".")[0] in known} == set()


def test_published_files_are_never_touched_again(project: Path, tmp_path: Path) -> None:
    site, run = tmp_path / "_site", finished_run(project)
    build_site(site, project)
    before = states(site)
    (run / "params" / "added").write_text("1")
    (run / "artifacts" / "added.txt").write_text("added")

    build_site(site, project, now=NOW + timedelta(days=1))

    after = states(site)
    touched = {address for address in before if after.get(address) != before[address]}
    assert {address for address in touched if not is_pointer(address)} == set()
    assert len(touched) > 0


def test_a_run_that_went_keeps_the_page_that_was_published(project: Path, tmp_path: Path) -> None:
    site, run = tmp_path / "_site", finished_run(project)
    build_site(site, project)
    shutil.rmtree(run)

    summary = build_site(site, project)

    assert summary.is_new
    assert list((site / "runs").glob(f"{run.name}.*.html"))
    assert run.name not in (site / "pointers-runs.js").read_text("utf-8")


def test_a_new_version_is_listed_first_and_the_old_one_stays(project: Path, tmp_path: Path) -> None:
    site = tmp_path / "_site"
    old = build_site(site, project).version
    frozen = (site / addresses.version(old)).read_bytes()
    (finished_run(project) / "params" / "added").write_text("1")

    new = build_site(site, project, now=NOW + timedelta(days=1)).version

    assert (site / addresses.version(old)).read_bytes() == frozen
    listing = (site / "versions/index.html").read_text("utf-8")
    assert listing.index(new) < listing.index(old)


# Builds that did not come to their end


def test_what_a_killed_build_left_does_no_harm(project: Path, tmp_path: Path) -> None:
    site, whole = tmp_path / "killed", tmp_path / "whole"
    build_site(whole, project)
    run_pages = [
        path for path in contents(whole) if path.startswith("runs/") and "index" not in path
    ]
    site.mkdir()
    (site / ".reportgen").touch()
    for address in run_pages[:2]:  # the pages of one run, and no pointer yet
        (site / address).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(whole / address, site / address)
        note(site, {address: (site / address).read_bytes()})
    (site / ".partial").mkdir()
    (site / ".partial" / "4711").write_text("<!doctype ht")

    build_site(site, project)

    assert contents(site) == contents(whole)


@pytest.mark.parametrize("step", range(1, 5))
def test_a_build_that_is_stopped_leaves_the_previous_report_whole(
    project: Path, tmp_path: Path, step: int
) -> None:
    site, whole = tmp_path / "stopped", tmp_path / "whole"
    build_site(site, project)
    shutil.copytree(site, whole)
    before = states(site)
    (finished_run(project) / "params" / "added").write_text("1")

    with pytest.raises(KeyboardInterrupt):
        build_site(site, project, progress=stop_at(step))

    after = states(site)
    assert {address: after.get(address) for address in before} == before
    build_site(site, project)
    build_site(whole, project)
    assert contents(site) == contents(whole)


def test_at_every_moment_while_pointers_move_they_lead_somewhere(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "_site"
    build_site(site, project)
    (finished_run(project) / "params" / "added").write_text("1")
    moved: list[str] = []
    point = SiteFolder.point

    def watched(self: SiteFolder, address: str, content: bytes) -> Written:
        assert pointers_that_lead_nowhere(site) == []
        moved.append(address)
        return point(self, address, content)

    monkeypatch.setattr(SiteFolder, "point", watched)
    build_site(site, project)

    assert moved[-1] == "index.html"
    assert moved.index("pointers.js") > moved.index("pointers-runs.js")
    assert pointers_that_lead_nowhere(site) == []


def pointers_that_lead_nowhere(site: Path) -> list[str]:
    """Links of pages that move, and keys in pointer scripts, to which there is no file."""
    found = []
    for path in [site / "index.html", *site.glob("*/index.html"), *site.glob("*/*/index.html")]:
        targets = (href for _, _, href in links(path.read_text("utf-8")))
        local = (urlsplit(href).path for href in targets if not urlsplit(href).scheme)
        found += [f"{path}: {one}" for one in local if one and not (path.parent / one).exists()]
    runs = json.loads(re.search(r"\((.*)\)", (site / "pointers-runs.js").read_text("utf-8"))[1])
    found += [id for id in runs if not (site / f"runs/{id}.{runs[id][0]}.html").exists()]
    return found


def test_an_experiments_runs_are_listed_in_order_of_rank(site: Path) -> None:
    pointers = json.loads(re.search(r"\((.*)\)", (site / "pointers-runs.js").read_text("utf-8"))[1])
    orders = {path.parent.name: path for path in site.glob("experiments/*/order.js")}
    assert orders.keys() == {path.name for path in site.glob("experiments/*")}
    for experiment, path in orders.items():
        name, runs = json.loads(f"[{path.read_text('utf-8').strip()[9:-2]}]")
        own = {id: entry for id, entry in pointers.items() if entry[1] == experiment}
        assert name == experiment
        assert {id: key for id, key, _ in runs} == {id: entry[0] for id, entry in own.items()}
        ranks = [own[id][2] or len(own) + 1 for id, _, _ in runs]
        assert ranks == sorted(ranks)


def stop_at(step: int) -> Progress:
    """As if somebody pressed Ctrl-C when that much had been told."""
    told = []

    def stop(doing: str, done: int, total: int) -> None:
        told.append(doing)
        if len(told) == step:
            raise KeyboardInterrupt

    return stop


def test_a_strict_build_with_problems_moves_no_pointer(project: Path, tmp_path: Path) -> None:
    site = tmp_path / "_site"
    build_site(site, project)
    before = {address: state for address, state in states(site).items() if is_pointer(address)}
    (finished_run(project) / "metrics" / "broken").write_text("not a metric\n")

    with pytest.raises(ReportError, match="broken") as error:
        build_site(site, project, strict=True)

    assert error.value.hint.startswith("The front page was not moved.")
    after = {address: state for address, state in states(site).items() if is_pointer(address)}
    assert after == before


def test_a_strict_build_without_problems_is_published(project: Path, tmp_path: Path) -> None:
    build_site(tmp_path / "_site", project, strict=True)

    assert (tmp_path / "_site" / "index.html").exists()


# Links


STORES = ("v0.8-file", "v1.30-sqlite", "v3.17-edge-file", "mlproject-ridge", "v3.17-migrated")


@pytest.fixture(scope="module", params=["v3.17-file", *STORES])
def any_site(
    request: pytest.FixtureRequest,
    stores: Mapping[str, Path],
    site: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    if request.param == "v3.17-file":
        return site
    folder = tmp_path_factory.mktemp("sites") / "_site"
    build_site(folder, stores[request.param])
    return folder


def test_every_link_leads_to_a_file(any_site: Path) -> None:
    broken = []
    for address, page in pages(any_site).items():
        for _, attribute, target in links(page):
            parts = urlsplit(target)
            if parts.scheme or not parts.path:
                continue
            place = (any_site / address).parent / unquote(parts.path)
            there = place.is_dir() if attribute == "data-root" else place.is_file()
            if not there or not place.resolve().is_relative_to(any_site.resolve()):
                broken.append((address, attribute, target))

    assert broken == []


def test_every_link_within_a_page_leads_to_something(any_site: Path) -> None:
    broken = []
    for address, page in pages(any_site).items():
        inner = {target[1:] for _, _, target in links(page) if target.startswith("#")}
        broken += [(address, one) for one in inner - anchors(page)]

    assert broken == []


def test_every_link_is_relative(any_site: Path) -> None:
    absolute = [
        (address, target)
        for address, page in pages(any_site).items()
        for _, _, target in links(page)
        if not urlsplit(target).scheme and target.startswith("/")
    ]

    assert absolute == []


def test_every_link_names_a_file_in_full(any_site: Path) -> None:
    """From disk a folder opens as a listing, not as its index."""
    folders = [
        (address, target)
        for address, page in pages(any_site).items()
        for _, attribute, target in links(page)
        if not urlsplit(target).scheme and target.endswith("/") and attribute != "data-root"
    ]

    assert folders == []


def test_nothing_is_fetched_from_elsewhere(any_site: Path) -> None:
    """People may follow a link to a forge; a page itself asks nobody for anything."""
    foreign = [
        (address, tag, target)
        for address, page in pages(any_site).items()
        for tag, _, target in links(page)
        if urlsplit(target).scheme not in ("", "data") and tag != "a"
    ]

    assert foreign == []


def test_links_to_elsewhere_are_of_a_harmless_kind(any_site: Path) -> None:
    schemes = {
        urlsplit(target).scheme
        for page in pages(any_site).values()
        for tag, _, target in links(page)
        if not (tag == "img" and target.startswith("data:image/"))  # loads and runs nothing
    }

    assert schemes <= {"", "https", "http", "mailto"}


def test_the_id_of_a_page_is_that_of_its_pointer(any_site: Path) -> None:
    """The scripts look a page up under its `data-id`, which is how the addresses write it."""
    wrong = [
        address
        for address, page in pages(any_site).items()
        if address.startswith(("experiments/", "models/", "registry/", "projects/"))
        and address.count("/") == 2
        and f' data-id="{address.split("/")[1]}"' not in page
    ]

    assert wrong == []


# HTML


def test_every_page_is_html_without_an_error(any_site: Path) -> None:
    """One of each kind of page, and the longest of them."""
    longest: dict[str, tuple[int, str]] = {}
    for address, page in pages(any_site).items():
        kind = page.partition('data-kind="')[2].partition('"')[0]
        longest[kind] = max(longest.get(kind, (0, "")), (len(page), address))
    errors = []
    for _, address in longest.values():
        parser = html5lib.HTMLParser(strict=False)
        parser.parse((any_site / address).read_text("utf-8"))
        errors += [(address, code, data) for _, code, data in parser.errors]

    assert errors == []


def test_no_page_has_two_things_of_the_same_id(any_site: Path) -> None:
    doubled = []
    for address, page in pages(any_site).items():
        document = html5lib.parse(page, namespaceHTMLElements=False)
        ids = [element.get("id") for element in document.iter() if element.get("id")]
        doubled += [(address, one) for one in set(ids) if ids.count(one) > 1]

    assert doubled == []


# Odd names


@pytest.fixture
def odd(project: Path) -> Path:
    """Names that are hard on file systems, on HTML and on addresses."""
    run = finished_run(project)
    (project / "1" / "meta.yaml").write_text(
        "artifact_location: ''\nexperiment_id: '1'\nlifecycle_stage: active\n"
        'name: "</title><script>alert(1)</script> & \\"q\\" ../..%2f酒"\n'
    )
    meta = (run / "meta.yaml").read_text()
    (run / "tags" / "mlflow.runName").write_text("<img src=x onerror=alert(1)>{{ 7 * 7 }}")
    (run / "meta.yaml").write_text(meta)
    (run / "params" / "<b>&amp;{% raw %}").write_text("</script><script>alert(1)</script>\n")
    (run / "params" / "酒").write_text("")
    (run / "metrics" / "a b%2f").write_text("1546300800000 0.5 1\n1546300801000 nan 2\n")
    (run / "metrics" / os.fsdecode(b"\xff\xfe")).write_text("1546300800000 0.5 1\n")
    (run / "artifacts" / 'a "b" <c>#?.html').write_text("<script>alert(1)</script>")
    (run / "artifacts" / "bad.md").write_text("[x](javascript:alert(1)) <script>alert(1)</script>")
    (run / "artifacts" / "deep.json").write_text("[" * 100_000)
    (run / "artifacts" / "huge.json").write_text(
        '{"columns": ["n"], "data": [[1' + "0" * 400 + "]]}"
    )
    return project


def test_odd_names_cost_nothing(odd: Path, tmp_path: Path) -> None:
    summary = build_site(tmp_path / "_site", odd)

    assert (summary.runs, (tmp_path / "_site" / "index.html").exists()) == (3, True)


def test_what_a_store_says_is_never_markup(odd: Path, tmp_path: Path) -> None:
    build_site(tmp_path / "_site", odd)

    live = [
        address
        for address, page in pages(tmp_path / "_site").items()
        if "<script>alert" in page or "<img src=x" in page
    ]
    assert live == []


def test_what_a_store_says_is_never_a_template(odd: Path, tmp_path: Path) -> None:
    build_site(tmp_path / "_site", odd)

    run_page = next((tmp_path / "_site" / "runs").glob(f"{finished_run(odd).name}.*.html"))
    assert "{{ 7 * 7 }}" in run_page.read_text("utf-8")


def test_odd_names_have_links_that_lead_to_files(odd: Path, tmp_path: Path) -> None:
    build_site(tmp_path / "_site", odd)

    test_every_link_leads_to_a_file(tmp_path / "_site")
    test_every_page_is_html_without_an_error(tmp_path / "_site")


WRAPPED = (
    b'<!doctype html><html><head><meta charset="utf-8">'
    b'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
)


def test_no_copy_is_of_a_kind_that_a_browser_runs(odd: Path, tmp_path: Path) -> None:
    """But for documents behind a policy of ours, and the twins of texts, which are ours."""
    build_site(tmp_path / "_site", odd)

    files = [path for path in (tmp_path / "_site" / "files").rglob("*") if path.is_file()]
    wrapped = [path.read_bytes() for path in files if path.suffix == ".htm"]
    twins = [path.read_bytes() for path in files if path.suffix == ".js"]
    assert {path.suffix for path in files} & {".html", ".svg", ".xml", ".pdf"} == set()
    assert wrapped and all(one.startswith(WRAPPED) for one in wrapped)
    assert twins and all(one.startswith(b'RG.text("') for one in twins)


# Sources that are odd


def test_a_site_inside_of_its_source_is_no_source(project: Path, tmp_path: Path) -> None:
    """Copied artifacts may well be what we look for: an MLproject, a database."""
    (finished_run(project) / "artifacts" / "MLproject").write_text(
        "name: wine\nentry_points:\n  main: {command: ls}\n"
    )
    build_site(project.parent / "_site", project.parent)

    again = build_site(project.parent / "_site", project.parent)

    assert (again.written.new, again.projects) == (0, 0)


def test_a_damaged_store_is_published_with_its_problems(project: Path, tmp_path: Path) -> None:
    run = finished_run(project)
    (run / "meta.yaml").write_text(":\n  - [")
    (run / "metrics" / "broken").write_text("not a metric\n")

    summary = build_site(tmp_path / "_site", project)

    page = (tmp_path / "_site" / "problems.html").read_text("utf-8")
    assert len(summary.problems) >= 2
    assert all(problem.path.startswith("mlruns/") for problem in summary.problems)
    assert [problem.path for problem in summary.problems if problem.path not in page] == []


def test_the_page_of_a_damaged_run_tells_of_its_problems(project: Path, tmp_path: Path) -> None:
    run = finished_run(project)
    (run / "metrics" / "broken").write_text("not a metric\n")

    build_site(tmp_path / "_site", project)

    page = next((tmp_path / "_site" / "runs").glob(f"{run.name}.*.html")).read_text("utf-8")
    assert "metrics/broken" in page
    home = (tmp_path / "_site" / "index.html").read_text("utf-8")
    assert "1 problem" in home


def test_the_files_of_an_experiments_columns_are_there(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parted as those of large experiments are."""
    monkeypatch.setattr("reportgen.views.experiment_data.MOST_VALUES", 0)

    build_site(tmp_path / "_site", project)

    (page,) = (tmp_path / "_site").glob("experiments/1/[!i]*.html")
    data = json.loads(page.with_suffix(".js").read_text("utf-8").strip()[8:-2])
    apart = {column["id"] for column in data["cols"] if column.get("rows")}
    blocks = [
        json.loads(f"[{(page.parent / address).read_text('utf-8').strip()[8:-2]}]")[1]
        for address in data["blocks"]
    ]
    assert apart != set()
    assert sum(len(block["ids"]) for block in blocks) == data["n"]
    assert {id for block in blocks for id in block["cols"]} <= apart


def test_names_in_the_settings_that_nothing_has_are_problems(project: Path, tmp_path: Path) -> None:
    summary = build_site(
        tmp_path / "_site", project, metric="nowhere", columns={"": ("status", "params.nope")}
    )

    page = (tmp_path / "_site" / "problems.html").read_text("utf-8")
    told = [problem.what for problem in summary.problems]
    assert told == [
        "metric: no run logged a metric named 'nowhere'.",
        "columns: no run has 'params.nope'.",
    ]
    assert "params.nope" in page and "reportgen.yml" in page


def test_the_table_of_an_experiment_is_a_file_beside_its_page(site: Path) -> None:
    for page in site.glob("experiments/*/[!i]*.html"):
        rows = page.with_suffix(".csv").read_text("utf-8").splitlines()
        assert rows[0].startswith("attributes.run_id,attributes.run_name,attributes.status,")
        assert f'href="{page.stem}.csv"' in page.read_text("utf-8")


def test_without_problems_the_page_says_so(site: Path) -> None:
    assert "Everything could be read." in (site / "problems.html").read_text("utf-8")


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(ReportError, match=r"empty holds nothing that MLflow wrote\.") as error:
        build_site(tmp_path / "_site", tmp_path / "empty")

    assert error.value.hint.startswith("Looked for file stores")
    assert not (tmp_path / "_site").exists()


def test_no_source_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"neither mlruns nor mlflow\.db"):
        build_site(tmp_path / "_site")


# Settings


def test_files_beyond_the_limit_are_listed_but_not_copied(project: Path, tmp_path: Path) -> None:
    run = finished_run(project)
    (run / "artifacts" / "large.bin").write_bytes(bytes(1001))

    build_site(tmp_path / "_site", project, max_artifact_size=1000)

    page = next((tmp_path / "_site" / "runs").glob(f"{run.name}.*.html")).read_text("utf-8")
    assert "large.bin" in page
    assert list((tmp_path / "_site").rglob("large.bin")) == []


def test_the_title_is_on_every_page(project: Path, tmp_path: Path) -> None:
    build_site(tmp_path / "_site", project, title="Wine & lab")

    without = [
        address
        for address, page in pages(tmp_path / "_site").items()
        if "Wine &amp; lab" not in page
    ]
    assert without == []


def test_a_base_url_makes_a_sitemap(project: Path, tmp_path: Path) -> None:
    build_site(tmp_path / "_site", project, base_url="https://lab.org/wine/")

    sitemap = (tmp_path / "_site" / "sitemap.xml").read_text("utf-8")
    assert "<loc>https://lab.org/wine/experiments/1/index.html</loc>" in sitemap
    assert "//experiments" not in sitemap


def test_what_the_site_came_to_is_summed_up(stores: Mapping[str, Path], tmp_path: Path) -> None:
    summary = build_site(tmp_path / "_site", stores["v3.17-file"])

    counts = replace(summary.written, reused=0)
    files = {address: content for address, content in contents(tmp_path / "_site").items()}
    del files[".reportgen"]
    assert (counts.new, counts.size) == (len(files), sum(map(len, files.values())))
    assert (summary.experiments, summary.runs, summary.is_new) == (4, 21, True)
