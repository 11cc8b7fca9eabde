"""Files that hold a secret are told from those that do not: text, notebooks, what is no text."""

import json
import pickle
import random

import pytest

from reportgen.guard.allowed import Allowed
from reportgen.guard.files import OVERLAP, PIECE, Leak, leaks_in
from reportgen.guard.policy import Policy

KEY = "AKIA" + "Q3EGRIXN" * 2
TOKEN = "hf" + "_" + "aBcDeFgHiJkLmNoPq" * 2
PATH = "mlruns/1/3f2a/artifacts/conf/env.txt"


def test_a_secret_is_told_by_its_line() -> None:
    assert leaks_in(f"a\nb\nwith {KEY}\n".encode(), "x.txt") == (Leak(3, "AWS access key"),)


def test_a_file_without_one_has_none() -> None:
    assert leaks_in(b"step,loss\n1,0.5\n", "x.csv") == ()


def test_a_secret_that_lies_across_two_pieces_is_found_once_in_its_line() -> None:
    filler = b"0.125,0.25\n" * (PIECE // 11)
    content = filler[: PIECE - 25] + b"\nx " + KEY.encode() + b"\n" + filler

    assert leaks_in(content, "x.csv") == (
        Leak(content[: content.index(KEY.encode())].count(b"\n") + 1, "AWS access key"),
    )


def test_lines_are_counted_on_through_all_pieces() -> None:
    content = b"x\n" * (PIECE + OVERLAP) + KEY.encode()

    assert leaks_in(content, "x.log") == (Leak(PIECE + OVERLAP + 1, "AWS access key"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_text_is_read_in_the_encoding_that_it_has(encoding: str) -> None:
    assert leaks_in(f"größe\n{KEY}\n".encode(encoding), "x.txt") == (Leak(2, "AWS access key"),)


def test_the_readable_pieces_of_a_pickle_are_looked_through() -> None:
    content = pickle.dumps({"hub": TOKEN, "weights": random.Random(1).randbytes(5000)})

    assert leaks_in(content, "model.pkl") == (Leak(0, "Hugging Face token"),)


def test_bytes_of_chance_hold_nothing() -> None:
    assert leaks_in(random.Random(2).randbytes(2_000_000), "weights.bin") == ()


def test_a_small_file_that_is_called_so_holds_what_it_is_called() -> None:
    assert leaks_in(b"Kestrel7!meadow\n", "db_password.txt") == (Leak(1, "value of a secret name"),)


def test_a_notebook_is_text() -> None:
    cell = {"source": [f'os.environ["HF_TOKEN"] = "{TOKEN}"\n']}

    assert [one.kind for one in leaks_in(json.dumps({"cells": [cell]}).encode(), "a.ipynb")] == [
        "Hugging Face token"
    ]


def test_what_is_told_is_the_path_the_kind_and_the_lines() -> None:
    (problem,) = Policy().leaks(f"{KEY}\n\n{KEY}\n".encode(), PATH)

    assert (problem.path, problem.leak) == (PATH, "AWS access key")
    assert problem.what.endswith("it is not copied: AWS access key (lines 1, 3).")


def test_a_file_is_published_where_the_user_allows_what_it_holds() -> None:
    policy = Policy((Allowed("AWS access key", "artifacts.conf/*", "Of the documents."),))

    assert policy.leaks(KEY.encode(), PATH) == ()
    assert policy.leaks(KEY.encode(), "mlruns/1/3f2a/artifacts/env.txt") != ()
