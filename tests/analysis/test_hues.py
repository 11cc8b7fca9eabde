"""Which colour a run has on every page."""

from reportgen.analysis.hues import hues

IDS = [f"run-{n}" for n in range(40)]


def test_of_each_eight_runs_no_two_share_a_hue() -> None:
    found = hues(IDS)

    for start in range(0, 40, 8):
        assert {found[id] for id in IDS[start : start + 8]} == set(range(8))


def test_a_run_that_comes_first_has_the_hue_that_its_id_prefers_wherever_it_is() -> None:
    assert hues(["run-3", "run-1"])["run-3"] == hues(["run-3", *IDS[10:]])["run-3"]


def test_a_worse_run_takes_no_colour_from_a_better_one() -> None:
    before, after = hues(IDS[:5]), hues(IDS[:8])

    assert {id: after[id] for id in before} == before


def test_ids_that_are_no_unicode_have_one_too() -> None:
    assert hues(["\udcff"])["\udcff"] in range(8)
