"""Queries of a pack: one read-only SELECT over declared tables, bound to typed values."""

from datetime import date
from decimal import Decimal

import pytest

from xuezheng.evidence.sql import IndicatorQueryRefused, QueryPlace, bind_query, parse_query

PLACE = QueryPlace(file="indicators/9.9.yaml", path="readings[all].query")
TABLES = ("classes", "students")

REFUSED = {
    "an undeclared table": ("SELECT 1 AS a FROM accounts_user", "undeclared table"),
    "a system table": ("SELECT 1 AS a FROM information_schema.tables", "not an evidence table"),
    "a file": ("SELECT a FROM '/etc/passwd'", "undeclared table"),
    "a file function": ("SELECT a FROM read_csv('/etc/passwd')", "not allowed"),
    "a Parquet function": ("SELECT a FROM read_parquet('x.parquet')", "not allowed"),
    "a table function": ("SELECT a FROM range(10)", "not allowed"),
    "the environment": ("SELECT getenv('HOME') AS a FROM classes", "not allowed"),
    "a setting": ("SELECT current_setting('threads') AS a FROM classes", "not allowed"),
    "an insert": ("INSERT INTO classes SELECT 1", "not exactly one SELECT"),
    "a delete": ("DELETE FROM classes", "not exactly one SELECT"),
    "a copy": ("COPY classes TO '/tmp/x'", "not exactly one SELECT"),
    "an attachment": ("ATTACH '/tmp/x'", "not exactly one SELECT"),
    "a pragma": ("PRAGMA database_list", "not exactly one SELECT"),
    "a setting changed": ("SET threads = 1", "not exactly one SELECT"),
    "two statements": ("SELECT 1 AS a FROM classes; DROP TABLE classes", "not exactly one SELECT"),
    "an insert in a CTE": (
        "WITH x AS (INSERT INTO classes VALUES (1) RETURNING 1) SELECT 1 AS a FROM x",
        "not allowed",
    ),
    "a recursion": ("WITH RECURSIVE x AS (SELECT 1 AS a FROM classes) SELECT a FROM x", "recursion"),
    "INTO": ("SELECT 1 AS a INTO b FROM classes", "not allowed"),
    "a limit": ("SELECT 1 AS a FROM classes LIMIT 1", "not allowed"),
    "a star": ("SELECT * FROM classes", "must be named"),
    "a division": ("SELECT a / b AS a FROM classes", "divides"),
    "chance": ("SELECT random() AS a FROM classes", "not allowed"),
    "the clock": ("SELECT current_date AS a FROM classes", "not allowed"),
    "nonsense": ("SELEKT a FROM classes WHERE (", "cannot be parsed|not exactly one"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str) -> None:
    """What is not a plain SELECT over evidence is refused with file, path, what was found and what to do."""
    sql, why = REFUSED[name]
    with pytest.raises(IndicatorQueryRefused, match=why) as caught:
        parse_query(sql, place=PLACE, tables=TABLES)
    message = str(caught.value)
    assert "indicators/9.9.yaml" in message
    assert "readings[all].query" in message
    assert "Write one SELECT" in message


def test_binds_values_as_typed_nodes() -> None:
    """A quote in a text stays inside its literal; dates and decimals carry their type."""
    query = parse_query(
        "SELECT a FROM classes WHERE d <= :as_of AND t = :param_word AND s > :param_share",
        place=PLACE,
        tables=TABLES,
    )
    sql = bind_query(
        query,
        place=PLACE,
        as_of=date(2023, 9, 30),
        parameters={"word": "x' OR '1'='1", "share": Decimal("0.85")},
    )
    assert "CAST('2023-09-30' AS DATE)" in sql
    assert "'x'' OR ''1''=''1'" in sql
    assert "CAST('0.85' AS DECIMAL(18, 6))" in sql


def test_refuses_an_unknown_parameter() -> None:
    """A parameter that the pack does not have is an error of the pack, not an empty value."""
    query = parse_query("SELECT a FROM classes WHERE a > :param_nope", place=PLACE, tables=TABLES)
    with pytest.raises(IndicatorQueryRefused, match="no such parameter"):
        bind_query(query, place=PLACE, as_of=date(2023, 9, 30), parameters={})
