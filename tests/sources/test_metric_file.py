"""What each form of a metric file means."""

import math
from array import array

import pytest

from reportgen.model import MetricHistory, ModelMetric
from reportgen.sources.metric_file import parse_metric, parse_model_metric

T = 1795417650217


def points(history: MetricHistory | None) -> list[tuple[int, int, float]]:
    if history is None:
        return []
    return list(zip(history.steps, history.timestamps, history.values, strict=True))


def read(text: str, *, running: bool = False) -> tuple[list[tuple[int, int, float]], str]:
    history, wrong = parse_metric(text.encode(), running=running)
    return points(history), wrong


def test_three_columns_are_timestamp_value_and_step() -> None:
    assert read(f"{T} 0.5 0\n{T + 9} 0.25 1\n") == ([(0, T, 0.5), (1, T + 9, 0.25)], "")


def test_a_history_is_three_arrays() -> None:
    history, _ = parse_metric(f"{T} 0.5 3\n".encode(), running=False)

    assert history == MetricHistory(array("q", [3]), array("q", [T]), array("d", [0.5]))


ODD_NUMBERS = (
    *("-0.0", "0", "7", "-7", "5e-324", "1.7976931348623157e+308", "2.2250738585072014e-308"),
    *("0.1", "1e-07", "1E5", "9007199254740993", "18446744073709551616", "0.30000000000000004"),
    *("123456789012345678901234567890", "1e400", "nan", "-inf", "1_000", "+1.5", ".5", "007"),
)


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_a_number_is_the_one_that_python_reads(number: str) -> None:
    (_, (_, _, value)), _ = read(f"{T} 0.5 0\n{T} {number} 1\n")

    assert repr(value) == repr(float(number))


@pytest.mark.parametrize("word", ["true", "false", "null", "[1]", '"1"', "1,2"])
def test_what_other_formats_call_a_number_is_none(word: str) -> None:
    found, wrong = read(f"{T} 0.5 0\n{T} {word} 1\n")

    assert (len(found), wrong) == (1, "Line 2 is not a metric's, and is left out.")


def test_a_long_file_is_read_to_its_end() -> None:
    lines = (f"{T + step} {step / 7} {step}\n" for step in range(30_000))
    history, wrong = parse_metric("".join(lines).encode(), running=False)

    assert wrong == "" and history is not None
    assert (len(history), history.steps[-1], history.values[-1]) == (30_000, 29_999, 29_999 / 7)


def test_two_columns_are_of_mlflow_0_with_seconds_and_no_step() -> None:
    assert read("1795418830 0.5\n1795418831 0.6\n") == (
        [(0, 1795418830000, 0.5), (0, 1795418831000, 0.6)],
        "",
    )


def test_small_timestamps_of_three_columns_are_the_users_own() -> None:
    assert read("0 0.5 0\n1 0.4 1\n") == ([(0, 0, 0.5), (1, 1, 0.4)], "")


@pytest.mark.parametrize("name", ["testset", "my test set", "two  spaces", "5"])
def test_a_metric_of_a_dataset_keeps_its_step(name: str) -> None:
    assert read(f"{T} 0.75 4 {name} 311dabb7\n") == ([(4, T, 0.75)], "")


def test_long_lines_beside_short_ones_do_not_slip_into_each_others_columns() -> None:
    text = f"17954176502 1\n17954176502 2\n{T} 3.0 1 {T} 311dabb7\n"  # nine words in three lines

    assert read(text)[0] == [(0, 17954176502000, 1.0), (0, 17954176502000, 2.0), (1, T, 3.0)]


def test_points_are_ordered_by_step_then_time_then_value() -> None:
    text = f"{T} 7.5 5\n{T} 4.5 3\n{T + 1} 0.5 3\n{T} 1.5 3\n{T} -3.0 -2\n"

    assert read(text)[0] == [
        (-2, T, -3.0),
        (3, T, 1.5),
        (3, T, 4.5),
        (3, T + 1, 0.5),
        (5, T, 7.5),
    ]


def test_exact_duplicates_appear_once() -> None:
    assert read(f"{T} 0.5 0\n{T} 0.5 0\n{T} nan 1\n{T} nan 1\n")[0][:1] == [(0, T, 0.5)]
    assert len(read(f"{T} 0.5 0\n{T} 0.5 0\n{T} nan 1\n{T} nan 1\n")[0]) == 2


def test_nan_ranks_as_zero_among_values_of_the_same_moment() -> None:
    values = [value for _, _, value in read(f"{T} nan 1\n{T} 1.0 1\n{T} -1.0 1\n")[0]]

    assert (values[0], values[2]) == (-1.0, 1.0)
    assert math.isnan(values[1])


@pytest.mark.parametrize("value", ["inf", "-inf", "5e-324", "1.2345678901234568e+16"])
def test_every_float_is_read_as_python_writes_it(value: str) -> None:
    assert read(f"{T} {value} 0\n") == ([(0, T, float(value))], "")


def test_windows_line_ends_are_no_part_of_the_step() -> None:
    assert read(f"{T} 0.5 0\r\n{T} 0.4 1\r\n") == ([(0, T, 0.5), (1, T, 0.4)], "")


def test_a_malformed_line_costs_only_itself() -> None:
    found, wrong = read(f"{T} 0.5 0\n<<<<<<< HEAD\n{T} 0.4 1\n")

    assert found == [(0, T, 0.5), (1, T, 0.4)]
    assert wrong == "Line 2 is not a metric's, and is left out."


def test_several_malformed_lines_are_counted() -> None:
    _, wrong = read(f"a\n{T} 0.5 0\n{T} zero 0\n{T} 1 9223372036854775808\n")

    assert wrong == "3 of 4 lines are not a metric's, the first is 1."


@pytest.mark.parametrize("cut", [f"{T}", f"{T} 0.", f"{T} 0.41", f"{T} 0.41 1"])
def test_a_last_line_half_written_by_a_training_is_left_for_later(cut: str) -> None:
    assert read(f"{T} 0.5 0\n{cut}", running=True) == ([(0, T, 0.5)], "")


@pytest.mark.parametrize("cut", [f"{T}", f"{T} 0.", f"{T} 0.41"])
def test_a_last_line_that_was_cut_off_is_a_problem_when_nothing_runs(cut: str) -> None:
    found, wrong = read(f"{T} 0.5 0\n{cut}")

    assert found == [(0, T, 0.5)]
    assert wrong == "Line 2 is not a metric's, and is left out."


@pytest.mark.parametrize("text", [f"{T} 0.5 0", "1795418830 0.5"])
def test_a_last_line_without_its_end_counts_when_it_is_whole(text: str) -> None:
    assert len(read(text)[0]) == 1


def test_an_empty_file_is_a_problem_unless_it_is_about_to_be_written() -> None:
    assert read("") == ([], "Is empty.")
    assert read("", running=True) == ([], "")


def test_a_git_lfs_pointer_is_no_metric() -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"

    assert read(pointer) == ([], "Only its Git LFS pointer is here, not the file.")


def test_a_logged_model_has_the_latest_value_on_each_dataset() -> None:
    text = (
        f"{T} 0.7 1 25917595cea3469ea2b9e8f303c2547d my test set c4567977\n"
        f"{T} 0.9 7 25917595cea3469ea2b9e8f303c2547d\n"
        f"{T} 0.8 2 25917595cea3469ea2b9e8f303c2547d my test set c4567977\n"
    )

    assert parse_model_metric("acc", text.encode()) == (
        (ModelMetric("acc", 0.9, 7), ModelMetric("acc", 0.8, 2, "my test set", "c4567977")),
        "",
    )
