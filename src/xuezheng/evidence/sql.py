"""Queries of a pack: parsed, checked against a list of what is allowed, and bound to typed values.

The check is a list of permitted syntax, not of forbidden words: one SELECT (or UNION of SELECTs) over declared tables
and its own CTEs, with plain operators and functions. Whatever is not on the list is refused, among it every function
that reads a file, a setting or the environment. Division is not on the list either: the engine divides exactly.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from xuezheng.kernel.errors import PackError, Phrase, gettext_noop

ParameterValue = Decimal | int | str | bool | date

PARAMETER_PREFIX = "param_"

_ALLOWED: frozenset[type[exp.Expression]] = frozenset(
    {
        # clauses
        *(
            exp.Select,
            exp.From,
            exp.Join,
            exp.Where,
            exp.Group,
            exp.Having,
            exp.Order,
            exp.Ordered,
            exp.With,
            exp.CTE,
        ),
        *(
            exp.Union,
            exp.Subquery,
            exp.Distinct,
            exp.Table,
            exp.TableAlias,
            exp.Alias,
            exp.Window,
            exp.Filter,
        ),
        # names and values
        *(
            exp.Column,
            exp.Identifier,
            exp.Literal,
            exp.Boolean,
            exp.Null,
            exp.Placeholder,
            exp.Paren,
            exp.Tuple,
        ),
        *(exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam, exp.Star),
        # operators
        *(
            exp.And,
            exp.Or,
            exp.Not,
            exp.EQ,
            exp.NEQ,
            exp.LT,
            exp.LTE,
            exp.GT,
            exp.GTE,
            exp.Is,
            exp.In,
            exp.Between,
        ),
        *(exp.Like, exp.Exists, exp.Case, exp.If, exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.DPipe),
        # functions
        *(
            exp.Count,
            exp.Sum,
            exp.Min,
            exp.Max,
            exp.Coalesce,
            exp.Nullif,
            exp.Abs,
            exp.Greatest,
            exp.Least,
            exp.Round,
        ),
        *(
            exp.Year,
            exp.Month,
            exp.Day,
            exp.DateFromParts,
            exp.TsOrDsToDate,
            exp.Upper,
            exp.Lower,
            exp.Substring,
        ),
        *(exp.Length, exp.Concat, exp.RowNumber, exp.Rank, exp.LogicalOr, exp.LogicalAnd),
    }
)


class IndicatorQueryRefused(PackError):
    """A query of the pack does what a query may not do, or names what is not there."""

    code = "pack.indicator_query"
    template = gettext_noop(
        "%(file)s, at %(path)s: the query is refused: %(why)s. Found: %(value)s."
    )
    remedy = gettext_noop(
        "Write one SELECT over evidence tables, views of the pack and its own CTEs; see docs/how-to/write-an-indicator.md."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPlace:
    """Where in the pack a query stands, for messages."""

    file: str
    path: str

    def refuse(self, why: str, value: object, **facts: object) -> IndicatorQueryRefused:
        """Make the error for this place; `why` is a marked source string with its own facts."""
        return IndicatorQueryRefused(
            file=self.file, path=self.path, why=Phrase(why, **facts), value=str(value)[:160]
        )


def parse_query(sql: str, *, place: QueryPlace, tables: Collection[str] | None = None) -> exp.Query:
    """Parse a query and refuse whatever is not allowed.

    Args:
        sql: DuckDB's dialect, parameters as ``:name``.
        place: For the message.
        tables: The names that may be read besides the query's own CTEs; None leaves that check to a later call.

    Raises:
        IndicatorQueryRefused: Naming file, path, what was found and what to do.
    """
    try:
        statements = _parsed(sql)
    except SqlglotError as error:
        raise place.refuse(
            gettext_noop("it cannot be parsed"), str(error).splitlines()[0]
        ) from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Select | exp.Union):
        found = " ; ".join(type(item).__name__.upper() for item in statements)
        raise place.refuse(gettext_noop("it is not exactly one SELECT"), found)
    query = statements[0]
    for node in query.walk():
        _check_node(node, place)
    if tables is not None:
        _check_tables(query, place, tables)
    return query


@lru_cache(maxsize=512)
def _parsed(sql: str) -> tuple[exp.Expression | None, ...]:
    # A run looks at each query several times; the trees are never changed, binding copies them.
    return tuple(sqlglot.parse(sql, dialect="duckdb"))


def _check_node(node: exp.Expression, place: QueryPlace) -> None:
    if type(node) not in _ALLOWED:
        name = node.name if isinstance(node, exp.Anonymous) else type(node).__name__
        why = (
            gettext_noop("it divides, which loses exactness")
            if isinstance(node, exp.Div | exp.IntDiv)
            else gettext_noop("it uses what is not allowed")
        )
        raise place.refuse(why, f"{name} in {node.sql(dialect='duckdb')}")
    if isinstance(node, exp.Select) and (
        node.args.get("into") or node.args.get("locks") or node.args.get("limit")
    ):
        raise place.refuse(
            gettext_noop("INTO, LIMIT and row locks are not allowed"), node.sql(dialect="duckdb")
        )
    if isinstance(node, exp.With) and node.args.get("recursive"):
        raise place.refuse(gettext_noop("recursion is not allowed"), "WITH RECURSIVE")
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        raise place.refuse(gettext_noop("columns must be named"), "*")


def _check_tables(query: exp.Query, place: QueryPlace, tables: Collection[str]) -> None:
    known = {name.lower() for name in tables} | {
        cte.alias.lower() for cte in query.find_all(exp.CTE)
    }
    for table in query.find_all(exp.Table):
        if (
            table.args.get("db")
            or table.args.get("catalog")
            or not isinstance(table.this, exp.Identifier)
        ):
            raise place.refuse(
                gettext_noop("it reads something that is not an evidence table"),
                table.sql(dialect="duckdb"),
            )
        if table.name.lower() not in known:
            raise place.refuse(gettext_noop("it reads an undeclared table"), table.name)


def table_names(query: exp.Query) -> tuple[str, ...]:
    """Name the tables and views that a query reads, in alphabetical order."""
    own = {cte.alias.lower() for cte in query.find_all(exp.CTE)}
    return tuple(sorted({table.name.lower() for table in query.find_all(exp.Table)} - own))


def placeholders(query: exp.Query) -> tuple[str, ...]:
    """Name the parameters that a query binds, ``:as_of`` left out, in the order in which they stand."""
    names = (node.name for node in query.find_all(exp.Placeholder))
    return tuple(dict.fromkeys(name for name in names if name.startswith(PARAMETER_PREFIX)))


def bind_query(
    query: exp.Query, *, place: QueryPlace, as_of: date, parameters: Mapping[str, ParameterValue]
) -> str:
    """Put typed values in the places of ``:as_of`` and ``:param_…`` and write the query in DuckDB's dialect.

    Values enter the syntax tree as typed nodes, never as text in the query.

    Raises:
        IndicatorQueryRefused: If a parameter is not one of the pack.
    """

    def bound(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Placeholder):
            return node
        if node.name == "as_of":
            return _typed(as_of)
        name = node.name.removeprefix(PARAMETER_PREFIX)
        if not node.name.startswith(PARAMETER_PREFIX) or name not in parameters:
            raise place.refuse(gettext_noop("the pack has no such parameter"), f":{node.name}")
        return _typed(parameters[name])

    text: str = query.copy().transform(bound).sql(dialect="duckdb")
    return text


def _typed(value: ParameterValue) -> exp.Expression:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    if isinstance(value, Decimal):
        return exp.cast(exp.Literal.string(format(value, "f")), "DECIMAL(18, 6)")
    if isinstance(value, int):
        return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))
    return exp.Literal.string(value)
