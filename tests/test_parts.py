"""Parts of pages are made once: not again in the next build, whichever process it is in."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.parts import Parts


@dataclass(frozen=True)
class Learned:
    names: tuple[str, ...]
    score: float


@dataclass
class Maker:
    """Counts how often it is asked."""

    result: Learned
    times: int = 0

    def __call__(self) -> Learned:
        self.times += 1
        return self.result


@pytest.fixture
def maker() -> Maker:
    return Maker(Learned(("a", "ä"), float("inf")))


def asked(parts: Parts, maker: Maker, *keys: str) -> list[Learned]:
    with parts.of("experiment 1") as shelf:
        return [shelf.get(key, Learned, maker) for key in keys]


@pytest.fixture(params=["here", "there"])
def parts(request: pytest.FixtureRequest, tmp_path: Path) -> Parts:
    return Parts(tmp_path, "site", "code") if request.param == "there" else Parts()


def test_a_part_is_made_once(parts: Parts, maker: Maker) -> None:
    assert asked(parts, maker, "one", "one") == [maker.result] * 2
    assert asked(parts, maker, "one") == [maker.result]
    assert maker.times == 1


def test_another_key_is_another_part(parts: Parts, maker: Maker) -> None:
    asked(parts, maker, "one")
    asked(parts, maker, "two")

    assert maker.times == 2


def test_what_nobody_asks_for_is_forgotten(parts: Parts, maker: Maker) -> None:
    asked(parts, maker, "one", "two")
    asked(parts, maker, "two")
    asked(parts, maker, "one")

    assert maker.times == 3


def test_the_parts_of_other_things_stay(parts: Parts, maker: Maker) -> None:
    asked(parts, maker, "one")
    with parts.of("experiment 2"):
        pass
    asked(parts, maker, "one")

    assert maker.times == 1


def test_a_page_that_failed_leaves_what_was_there(parts: Parts, maker: Maker) -> None:
    asked(parts, maker, "one")
    with pytest.raises(ZeroDivisionError), parts.of("experiment 1"):
        raise ZeroDivisionError
    asked(parts, maker, "one")

    assert maker.times == 1


def test_another_process_finds_them(tmp_path: Path, maker: Maker) -> None:
    asked(Parts(tmp_path, "site", "code"), maker, "one")
    asked(Parts(tmp_path, "site", "code"), maker, "one")

    assert maker.times == 1


def test_other_code_makes_its_own(tmp_path: Path, maker: Maker) -> None:
    asked(Parts(tmp_path, "site", "code"), maker, "one")
    asked(Parts(tmp_path, "site", "other"), maker, "one")

    assert maker.times == 2


@pytest.mark.parametrize("damage", [b"", b"\x00", b"not what it was"])
def test_what_is_damaged_is_made_again(tmp_path: Path, maker: Maker, damage: bytes) -> None:
    asked(Parts(tmp_path, "site", "code"), maker, "one")
    (file,) = (tmp_path / "site").iterdir()
    file.write_bytes(damage)

    assert asked(Parts(tmp_path, "site", "code"), maker, "one") == [maker.result]


def test_a_part_of_another_form_is_made_again_once(parts: Parts, maker: Maker) -> None:
    with parts.of("experiment 1") as shelf:
        shelf.get("one", str, lambda: "text")

    assert asked(parts, maker, "one") == [maker.result]
    assert asked(parts, maker, "one") == [maker.result]
    assert maker.times == 1


def test_a_part_is_made_anew_from_the_one_before(parts: Parts) -> None:
    told: list[str | None] = []
    for _ in range(3):
        with parts.of("experiment 1") as shelf:
            shelf.renew("one", str, lambda was: told.append(was) or f"{was or ''}x")

    assert told == [None, "x", "xx"]


def test_a_record_holds_while_its_thing_is_as_it_was(parts: Parts, maker: Maker) -> None:
    for of in ("as it was", "as it was", "", "other", "other"):
        parts.record("experiment 1", of).get(Learned, maker)
        parts.keep_records()

    assert maker.times == 3


def test_a_record_lasts_to_the_next_process(tmp_path: Path, maker: Maker) -> None:
    for _ in range(2):
        parts = Parts(tmp_path, "site", "code")
        assert parts.record("experiment 1", "so").get(Learned, maker) == maker.result
        parts.keep_records()

    assert maker.times == 1
    assert Parts(tmp_path, "site", "other").record("experiment 1", "so").find(Learned) is None


def test_what_a_record_cannot_keep_is_made_all_the_same(tmp_path: Path) -> None:
    parts = Parts(tmp_path, "site", "code")
    record = parts.record("experiment 1", "so")

    assert record.get(str, lambda: "half \ud800") == "half \ud800"
    parts.keep_records()
    assert Parts(tmp_path, "site", "code").record("experiment 1", "so").find(str) is None


def test_what_cannot_be_kept_is_made_all_the_same(parts: Parts) -> None:
    with parts.of("experiment 1") as shelf:
        assert shelf.get("one", str, lambda: "half \ud800") == "half \ud800"
