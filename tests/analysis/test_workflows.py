"""Runs that launched runs: which are workflows, and what their steps took from each other."""

from typing import Any

import pytest

from reportgen.analysis.workflows import MOST_STEPS, Handover, may_be_workflow, steps_of
from reportgen.model import Run
from tests.builders import MINUTE, NOON, a_dataset, a_ref, a_run


def step(name: str, start: int, end: int, **more: Any) -> Run:
    """A run of an entry point, between two minutes after noon."""
    tags = {"mlflow.project.entryPoint": name}
    return a_run(name, started=NOON + start * MINUTE, ended=NOON + end * MINUTE, tags=tags, **more)


def after(*runs: Run) -> dict[str, tuple[str, ...]]:
    return {one.name: one.after for one in steps_of(runs)}


# ---- which they are ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("children", "expected"),
    [
        ([("fetch", "a"), ("train", "b")], True),
        ([("fetch", "a"), ("train", "b"), ("train", "c")], True),
        ([("train", "a"), ("train", "b")], False),  # a sweep of an entry point
        ([("", "prepare"), ("", "train"), ("", "evaluate")], True),
        ([("", "fold 1"), ("", "fold 2")], False),
        ([("", "lr=0.1"), ("", "lr=1e-3")], False),
        ([("", "bold-fox-12"), ("", "sad-cow-7")], False),  # MLflow named them
        ([("", ""), ("", "train")], False),
        ([("fetch", "a")], False),
        ([], False),
    ],
)
def test_a_workflow_is_told_from_a_sweep(children: list[tuple[str, str]], expected: bool) -> None:
    refs = [a_ref(name, entry_point=entry) for entry, name in children]

    assert may_be_workflow(refs) is expected


def test_hundreds_of_children_are_never_a_workflow() -> None:
    refs = [a_ref(f"r{place}", entry_point=f"e{place}") for place in range(MOST_STEPS + 1)]

    assert may_be_workflow(refs[:-1])
    assert not may_be_workflow(refs)


def test_deleted_children_do_not_count() -> None:
    refs = [a_ref("a", entry_point="a"), a_ref("b", entry_point="b", deleted=True)]

    assert not may_be_workflow(refs)


def test_runs_that_recorded_the_same_are_a_comparison_whatever_their_names() -> None:
    alike = [a_run("ridge", params={"x": "1"}), a_run("forest", params={"x": "2"})]

    assert steps_of(alike) == ()
    assert len(steps_of([*alike, a_run("report", metrics={"best": 1})])) == 3


# ---- what follows what -------------------------------------------------------------------------


def test_steps_come_in_the_order_in_which_they_began() -> None:
    steps = steps_of([step("train", 5, 9), step("fetch", 0, 4)])

    assert [one.entry_point for one in steps] == ["fetch", "train"]


def test_a_step_follows_those_that_ended_before_it_began() -> None:
    assert after(step("a", 0, 1), step("b", 0, 2), step("c", 2, 3), step("d", 3, 4)) == {
        "a": (),
        "b": (),
        "c": ("id-a", "id-b"),
        "d": ("id-c",),
    }


def test_a_step_that_never_ended_is_followed_by_none() -> None:
    running = a_run("a", ended=None, tags={"mlflow.project.entryPoint": "a"})

    assert after(running, step("b", 5, 6))["b"] == ()


@pytest.mark.parametrize(
    ("made", "used", "what"),
    [
        ({}, {"params": {"data": "file:///mlruns/0/id-fetch/artifacts/data"}}, "data"),
        ({}, {"params": {"model": "runs:/id-fetch/model"}}, "model"),
        ({"output_models": (("m-1", 0),)}, {"params": {"uri": "models:/m-1"}}, "uri"),
        ({"output_models": (("m-1", 0),)}, {"input_models": ("m-1",)}, "model"),
        ({}, {"datasets": (a_dataset("wine", source="/mlruns/0/id-fetch/artifacts"),)}, "wine"),
    ],
)
def test_a_step_takes_what_names_another(
    made: dict[str, Any], used: dict[str, Any], what: str
) -> None:
    _, train = steps_of([step("fetch", 0, 1, **made), step("train", 2, 3, **used)])

    assert train.takes == (Handover("id-fetch", what),)
    assert train.after == ()
