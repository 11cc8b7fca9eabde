"""How much the guard finds, and how often it is wrong: counted, printed and held to.

On 2026-11-28 the rules were first run over what they had been made against with 95.0 % found (379
of 399), over the first texts held out with 80.6 % (87 of 108), with false alarms of 0.31 % (7 of
2,254); after that was mended, over others held out with 86.7 % (78 of 90). What was missed had few
causes, which are mended but for a password whose name is a word away; all of it stays here.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen.guard.files import leaks_in
from reportgen.guard.secrets import masked, secrets_in
from tests.guard.innocent import innocent
from tests.guard.planted import Planted, held_out, held_out_again, known

PART = 8
"""So many letters of a secret in a row are a part of it."""


def covered(one: Planted) -> bool:
    shown = masked(one.text, secrets_in(one.text, one.name))
    secret = one.secret
    parts = (secret[at : at + PART] for at in range(max(1, len(secret) - PART + 1)))
    return not any(part in shown for part in parts)


def missed(planted: list[Planted]) -> list[str]:
    return [f"{one.kind} in {one.place}: {one.text}" for one in planted if not covered(one)]


def told(capsys: pytest.CaptureFixture[str], line: str) -> None:
    with capsys.disabled():
        print(f"\n{line}")  # noqa: T201


def test_of_the_planted_secrets_99_in_100_are_covered_whole(
    capsys: pytest.CaptureFixture[str],
) -> None:
    planted = [*known(), *held_out(), *held_out_again()]
    lost = missed(planted)
    recall = 1 - len(lost) / len(planted)
    kinds = len({one.kind for one in known()})
    told(capsys, f"leak guard: recall {recall:.1%} of {len(planted):,} secrets of {kinds} kinds")

    assert len(planted) >= 300
    assert kinds >= 30
    assert recall >= 0.99, lost


def test_of_the_innocent_look_alikes_5_in_1000_at_most_are_taken_for_secrets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    everything = innocent()
    wrong = [one for one in everything if secrets_in(one.text, one.name)]
    share = len(wrong) / len(everything)
    told(capsys, f"leak guard: false alarms {share:.2%} of {len(everything):,} look-alikes")

    assert len(everything) >= 2_000
    assert share <= 0.005, wrong


def test_in_real_stores_there_is_no_alarm(stores: Mapping[str, Path]) -> None:
    """Written by seven releases of MLflow, databases included: nothing in them is secret."""
    wrong = [
        (name, path.name, one)
        for name in stores
        for path in sorted(stores[name].rglob("*"))
        if path.is_file()
        for one in leaks_in(path.read_bytes(), path.name)
    ]

    assert wrong == []


LONG = 30_000


@pytest.mark.parametrize(
    "piece",
    [
        *("-----BEGIN PRIVATE KEY-----\n", "PuTTY-User-Key-File-2", "://a:b@", "://a:", "thin:a/"),
        *("password=", 'password"', "key</td> ", "token\\", '{"token":', "--token ", "password=$("),
        *("eyJa.", "sk-", "AKIA", "JQQJ99", "1Q~", ".atlasv1.", "A_", "curl -u ", "login a ", "a."),
        *(
            "bearer ",
            "https://a.",
            "key&quot;",
            '"name": "password", ',
            "123456789:",
            " ",
            "\\",
            "a",
        ),
    ],
)
def test_a_text_made_to_be_slow_is_looked_through_like_any_other(piece: str) -> None:
    """Were a search to take the square of the time, this would take minutes."""
    secrets_in(piece * (LONG // len(piece)))
    secrets_in("password = " + piece * (LONG // len(piece)))
