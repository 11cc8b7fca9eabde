"""The search index as it is written: what it holds, and that it moves as one."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from reportgen.analysis import words
from reportgen.analysis.postings import DIGITS, Index, Postings
from reportgen.batch import RunResult
from reportgen.build import Report, publish_report
from reportgen.config import Options
from reportgen.overview import RankedExperiment
from reportgen.parts import Record
from reportgen.search import MANIFEST, SearchIndex, publish_search, search_index
from reportgen.site.writer import SiteFolder

# What the browser does, in a few lines.


def lines_of(index: Index) -> Iterator[tuple[str, str]]:
    for shard in index.shards:
        word = ""
        for line in shard.text.splitlines():
            rest, postings = line.split("\t")
            word = word[: int(rest[0], 36)] + rest[1:]
            yield word, postings


def documents(postings: str) -> list[int]:
    found, number, shift, last = [], 0, 0, -1
    for digit in postings.partition(".")[2]:
        value = DIGITS.index(digit)
        number |= (value & 31) << shift
        shift += 5
        if value < 32:
            last += number + 1
            found.append(last)
            number = shift = 0
    return found


def an_index(*packed: str, first_run: int = 0) -> Index:
    postings = Postings()
    for one in packed:
        postings.add(one)
    return postings.index(first_run)


def test_a_word_tells_its_documents_and_where_it_is_in_them() -> None:
    index = an_index(*(f"arun plr{' vlr=1e-2' if place % 7 == 5 else ''}" for place in range(60)))

    assert dict(lines_of(index)).keys() == {"lr", "lr=1e-2", "run"}
    assert documents(dict(lines_of(index))["lr=1e-2"]) == [5, 12, 19, 26, 33, 40, 47, 54]
    assert dict(lines_of(index))["lr"].startswith("p.")
    assert documents(dict(lines_of(index))["run"]) == list(range(60))


def test_far_documents_and_mixed_fields() -> None:
    packed = [""] * 5000
    packed[0], packed[4999], packed[40] = "aforest", "oforest", "aforest"

    ((_, postings),) = lines_of(an_index(*packed))
    assert postings.startswith("aao.")
    assert documents(postings) == [0, 40, 4999]


def test_what_most_runs_have_is_listed_and_not_indexed_for_them() -> None:
    index = an_index("alr", *(["plr"] * 100), first_run=1)

    assert index.common == ("lr",)
    assert documents(dict(lines_of(index))["lr"]) == [0]


def test_values_that_were_measured_are_left_to_the_filter_of_the_table() -> None:
    packed = [f"vtime=1.{place}e2 vlr=1e-2" for place in range(1000)]
    packed[7] = packed[8]

    assert [word for word, _ in lines_of(an_index("", *packed)) if word.startswith("time")] == [
        "time=1.8e2"
    ]


def test_many_words_are_parted_into_few_files_of_even_size() -> None:
    packed = [f"aname{place:05} vlr={place % 9}e-2" for place in range(20_000)]
    index = an_index(*packed)

    assert 5 < len(index.shards) < 200
    assert max(len(shard.text) for shard in index.shards) < 25_000
    assert [shard.first for shard in index.shards] == sorted(shard.first for shard in index.shards)
    assert len(list(lines_of(index))) == 20_009


# The files


def called(path: Path) -> Any:
    text = path.read_text("utf-8")
    return json.loads(text[text.index("(") + 1 : text.rindex(")")])


def test_a_site_can_be_searched(site: Path) -> None:
    manifest = called(site / MANIFEST)
    rows = [row for name in manifest["rows"] for row in called(site / "search" / name)["rows"]]
    counts = dict(manifest["kinds"])

    assert sum(counts.values()) == len(rows)
    assert counts["run"] == len(list((site / "runs").glob("*.js")))
    for row in rows[: -counts["run"]]:
        assert (site / row[1]).is_file()
        assert (site / row[2]).is_file()
    for name, id, key, experiment, *_ in rows[-counts["run"] :]:
        assert name
        assert (site / f"runs/{id}.{key}.html").is_file()
        assert experiment < counts["experiment"]


def test_the_best_runs_come_first_then_the_newest(site: Path) -> None:
    manifest = called(site / MANIFEST)
    rows = [row for name in manifest["rows"] for row in called(site / "search" / name)["rows"]]
    runs = rows[-dict(manifest["kinds"])["run"] :]
    bests, rest = runs[: manifest["bests"]], runs[manifest["bests"] :]
    pointers = called(site / "pointers-experiments.js")

    assert {row[1] for row in bests} == {
        one["best"]["id"] for one in pointers.values() if one["best"]
    }
    started = [row[5] or 0 for row in rest]
    assert started == sorted(started, reverse=True)


def a_search_index(text: str) -> SearchIndex:
    name = f"w0.{text}.js"
    return SearchIndex({name: b"words"}, f'RG.searchIndex({{"words":[["a","{name}"]]}});'.encode())


def test_files_of_the_build_before_stay_for_who_has_its_manifest(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site")
    site.prepare()
    for text in ("aa", "bb", "cc"):
        publish_search(site, a_search_index(text))

    left = {path.name for path in (tmp_path / "site" / "search").iterdir()}
    assert left == {"index.js", "w0.bb.js", "w0.cc.js"}


@pytest.fixture(scope="module")
def searched(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A report with its search index in place."""
    site = SiteFolder(tmp_path_factory.mktemp("searched") / "site")
    options = Options(sources=(str(stores["v1.0-file"]),), jobs=1)
    report = publish_report(options, site, lambda *_: None)
    publish_search(site, search_index(report.published, site, report.job.stamp))
    return report


def indexed(report: Report, stamp: str = "") -> SearchIndex:
    return search_index(report.published, report.job.site, stamp or report.job.stamp)


def files_of_words(index: SearchIndex) -> set[str]:
    return {name for name in index.files if name.startswith("w")}


def test_the_same_words_are_not_written_again(searched: Report) -> None:
    manifest = (searched.job.site.folder / MANIFEST).read_bytes()

    again = indexed(searched)

    assert not files_of_words(again)
    assert again.kept
    assert again.manifest == manifest


def also(one: RankedExperiment) -> list[RunResult]:
    """Its runs, with a word more."""
    return [
        structs.replace(result, words=f"{result.words} aelsewhere") for result in one.group.results
    ]


def test_other_words_are(searched: Report) -> None:
    experiments = tuple(
        replace(one, group=replace(one.group, record=Record(""), read=partial(also, one)))
        for one in searched.published.experiments
    )
    published = replace(searched.published, experiments=experiments)

    assert files_of_words(indexed(replace(searched, published=published)))


def test_words_of_another_reportgen_are_not_kept(searched: Report) -> None:
    assert files_of_words(indexed(searched, "another"))


def test_a_file_of_words_that_somebody_removed_is_written_again(searched: Report) -> None:
    (lost, *_) = indexed(searched).kept
    path = searched.job.site.folder / "search" / lost
    content = path.read_bytes()
    path.unlink()

    found = indexed(searched)

    assert found.files[lost] == content
    publish_search(searched.job.site, found)


@pytest.mark.parametrize("place", ["LONGEST", "HEX"])
def test_the_browser_cuts_words_as_the_index_does(place: str) -> None:
    script = (Path(__file__).parents[1] / "themes/default/js/search.js").read_text("utf-8")

    assert re.search(rf"const {place} = {getattr(words, place)};", script)
