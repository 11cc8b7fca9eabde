"""Parameters of two runs side by side, and of many runs at once."""

from reportgen.analysis.params import ParamChange, compare, over_runs


def test_every_parameter_of_either_side_is_compared_by_name() -> None:
    assert compare({"lr": "0.1", "seed": "7"}, {"depth": "3", "lr": "0.2"}) == (
        ParamChange("depth", None, "3"),
        ParamChange("lr", "0.1", "0.2"),
        ParamChange("seed", "7", None),
    )


def test_texts_are_compared_as_they_are() -> None:
    (lr,) = compare({"lr": "0.10"}, {"lr": "0.1"})

    assert not lr.equal


def test_an_empty_value_is_not_a_missing_one() -> None:
    (note,) = compare({"note": ""}, {})

    assert (note.before, note.after, note.equal) == ("", None, False)


def test_a_parameter_that_all_runs_share_is_constant() -> None:
    params = over_runs([{"seed": "7", "lr": "0.1"}, {"seed": "7", "lr": "0.2"}])

    assert (params.constant, params.differing) == ((("seed", "7"),), ("lr",))


def test_a_parameter_that_a_run_lacks_differs() -> None:
    params = over_runs([{"seed": "7", "depth": "3"}, {"seed": "7"}])

    assert (params.constant, params.differing) == ((("seed", "7"),), ("depth",))


def test_of_those_that_differ_the_commonest_go_first() -> None:
    params = over_runs([{"b": "1", "rare": "1", "a": "1"}, {"b": "2", "a": "2"}])

    assert params.differing == ("a", "b", "rare")


def test_all_parameters_of_a_single_run_are_constant() -> None:
    assert over_runs([{"lr": "0.1"}]).constant == (("lr", "0.1"),)


def test_without_runs_there_are_no_parameters() -> None:
    params = over_runs([])

    assert (params.constant, params.differing) == ((), ())
