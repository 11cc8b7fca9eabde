"""What changed, in words: for a page, a terminal, a pull request."""

from reportgen.analysis.history import (
    ChangedEnvironment,
    ChangedPackage,
    ChangedRun,
    Changes,
    Moved,
    NewBest,
    NewValues,
)
from reportgen.analysis.metrics import Goal
from reportgen.views.changes import (
    ChangeGroup,
    ChangeItem,
    as_markdown,
    as_text,
    change_groups,
    groups_from,
    groups_json,
)
from reportgen.views.versions import VersionEntry, versions_page

BEST = NewBest("wine", "7", "loss", Goal.MIN, "r1", "wide", "abc", 0.25, 0.5)
ADDED = ChangedRun("r2", "narrow", "def", "wine", "", "RUNNING")


def only(changes: Changes) -> ChangeItem:
    """The one thing that changed."""
    (group,) = change_groups(changes)
    (item,) = group.items
    return item


def test_a_new_best_says_by_how_much() -> None:
    item = only(Changes(bests=(BEST,)))

    assert item.note == "wine · loss 0.2500, 0.2500 lower than 0.5000"
    assert item.address == "runs/r1.abc.html"


def test_a_run_that_ended_says_how() -> None:
    run = ChangedRun("r2", "", "def", "wine", "RUNNING", "FAILED")

    assert only(Changes(finished=(run,))) == ChangeItem(
        "r2", "runs/r2.def.html", "wine · running → failed"
    )


def test_many_new_values_are_counted() -> None:
    values = NewValues("wine", "seed", tuple(map(str, range(9))), is_new=True)

    assert only(Changes(params=(values,))).note == (
        "wine · a new parameter: 0, 1, 2, 3, 4, 5 and 3 more"
    )


def test_an_alias_says_from_where_to_where() -> None:
    assert only(Changes(moved=(Moved("wine", "@champion", 2, 3),))).note == "v2 → v3"
    assert only(Changes(moved=(Moved("wine", "@champion", None, 3),))).note == "now v3"
    assert only(Changes(moved=(Moved("wine", "@champion", 2, None),))).note == "was v2"


def test_packages_that_came_went_and_moved() -> None:
    packages = (
        ChangedPackage("flask", "==3", None),
        ChangedPackage("numpy", "==1.0", "==2.0"),
        ChangedPackage("torch", None, ""),
    )

    assert only(Changes(environments=(ChangedEnvironment("project", "lab", packages),))).note == (
        "− flask, numpy ==1.0 → ==2.0, + torch"
    )


def test_of_many_the_first_are_told_and_all_are_counted() -> None:
    changes = Changes(added=(ADDED,) * 9)

    (group,) = change_groups(changes, most=2)

    assert (group.count, len(group.items), group.rest) == (9, 2, 7)
    assert as_text([group]).endswith("  and 7 more")


def test_what_is_kept_is_read_again() -> None:
    groups = change_groups(Changes(bests=(BEST,), added=(ADDED,)))

    assert groups_from(groups_json(groups)) == groups


def test_markdown_links_to_the_pages_where_the_site_is_known() -> None:
    groups = change_groups(Changes(added=(ADDED,)))

    assert as_markdown(groups, "https://lab.example.org/") == (
        "**Runs added** (1)\n\n"
        "- [narrow](https://lab.example.org/runs/r2.def.html): wine · running\n"
    )


def test_a_name_is_not_taken_for_markdown() -> None:
    run = ChangedRun("r2", "<img>[x](y)\n# *a*", "def", "wine", "", "FINISHED")

    assert "\\<img\\>\\[x\\]\\(y\\) \\# \\*a\\*" in as_markdown(
        change_groups(Changes(added=(run,)))
    )


def test_nothing_that_is_told_changed() -> None:
    assert as_text([]) == "Nothing that a version tells changed."
    assert as_markdown([]) == "Nothing that a version tells changed.\n"


# The page


def test_a_page_of_a_change_is_opened_in_the_version_that_tells_of_it() -> None:
    groups = change_groups(Changes(added=(ADDED,)))
    entry = VersionEntry("v2", "2026-11-24T02:36:00Z", 1, 2, 0, since="v1", changes=groups)

    (version,) = versions_page([entry]).versions

    assert version.groups[0].items[0].link.href == "../runs/r2.def.html?v=v2"


def test_one_more_is_told_rather_than_folded() -> None:
    def shown(count: int) -> tuple[int, str]:
        items = tuple(ChangeItem(str(number)) for number in range(count))
        entry = VersionEntry(
            *("v2", "2026-11-24T02:36:00Z", 1, 2, 0),
            since="v1",
            changes=(ChangeGroup("Runs added", count, items),),
        )
        (version,) = versions_page([entry]).versions
        return len(version.groups[0].items), version.groups[0].more

    assert shown(6) == (6, "")
    assert shown(7) == (5, "2 more")


def test_a_version_in_which_only_pages_changed_says_so() -> None:
    entries = [
        VersionEntry("v2", "2026-11-24T02:36:00Z", 1, 2, 0, since="v1"),
        VersionEntry("v1", "2026-11-23T02:36:00Z", 1, 2, 0),
    ]

    second, first = versions_page(entries).versions

    assert second.lede.startswith("No run, best or model changed since v1")
    assert first.lede == "The first."
