"""A database of MLflow's in which every text carries a payload: all but ids and MLflow's own words,
by which its rows find each other."""

import itertools
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.hostile.payloads import EVERY

KEPT = re.compile(
    r"(?!user_id).*(_id|uuid|_type|_key)|id|status|lifecycle_stage|current_stage|version_num"
    r"|workspace|storage_location"
)
"""Columns by which rows find each other, and those of which MLflow checks the words."""

NAMES = frozenset({"key", "name", "metric_name", "tag_key", "param_key"})
"""What is called so here is called so there: the same text has the same payload everywhere."""


def spoil(database: Path) -> int:
    """Plants payloads in the database; gives how many."""
    payloads = (f"{payload}{n}" for n, payload in enumerate(itertools.cycle(EVERY)))
    renamed: dict[str, str] = {}
    planted = 0
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for table, column in list(_texts(connection)):
            change = f"UPDATE OR IGNORE {table} SET {column} = ? WHERE rowid = ?"
            for row, before in connection.execute(
                f"SELECT rowid, {column} FROM {table}"
            ).fetchall():
                if column not in NAMES:
                    value = next(payloads)
                elif str(before).startswith("mlflow."):
                    continue  # pages are made of these tags
                else:
                    value = renamed[before] if before in renamed else next(payloads)
                    renamed[before] = value
                planted += connection.execute(change, (value, row)).rowcount
        connection.commit()
    return planted


def _texts(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """(table, column) of every text."""
    statement = (
        "SELECT tables.name, columns.name FROM sqlite_master AS tables"
        " JOIN pragma_table_xinfo(tables.name) AS columns WHERE tables.type = 'table'"
        " AND (columns.type LIKE '%CHAR%' OR columns.type LIKE '%TEXT%') AND columns.hidden = 0"
    )
    for table, column in connection.execute(statement):
        if column in NAMES or not KEPT.fullmatch(column):
            yield table, column
