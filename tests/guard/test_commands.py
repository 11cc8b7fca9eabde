"""Commands without the params that are dropped."""

import pytest

from reportgen.guard.commands import without_params


@pytest.mark.parametrize(
    ("command", "left"),
    [
        ("train --lr {lr} --api-key {api_key}", "train --lr {lr} …"),
        ("train --api_key={api_key} --lr={lr}", "train … --lr={lr}"),
        ("train --api-key $KEY --lr 1", "train … --lr 1"),
        ("train --api-key --lr 1", "train … --lr 1"),
        ("train -k {api_key!r:>10}", "train …"),
        ("train {api_key} {lr}", "train … {lr}"),
        ("KEY={api_key} train \\\n  --lr {lr}", "… train \\\n  --lr {lr}"),
        ("train --lr {lr}", "train --lr {lr}"),
        ("train --lr {lr", "train --lr {lr"),
        ("", ""),
    ],
)
def test_neither_name_nor_value_is_left(command: str, left: str) -> None:
    assert without_params(command, lambda name: not name.startswith("api_")) == left
