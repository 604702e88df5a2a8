"""The commands of `xuezheng assign` for the smaller tasks: a call order, quotas to share out, the schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

Case = Annotated[Path, typer.Argument(help="The case, in JSON.", exists=True, dir_okay=False)]


def call_order(
    case: Case,
    *,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="Say of each candidate why it is called there.")
    ] = False,
) -> None:
    """Call ranked lists so that every beginning keeps the minimum shares; prints JSON."""
    from xuezheng.engines.matching.call_order import explain_place
    from xuezheng.engines.matching.documents.cases import read_call_order

    orders = read_call_order(case.read_bytes(), source=case.name)
    lists: dict[str, Any] = {}
    for name, order in orders.items():
        lists[name] = {"call_order": list(order.call_order)}
        if reasons:
            lists[name]["reasons"] = {
                str(place.id): [str(sentence) for sentence in explain_place(place)]
                for place in order.places
            }
        for lack in order.shortfalls:
            typer.echo(
                f"List {name}, place {lack.place}: the share of {lack.group} is not kept, since a "
                "group named before it had precedence.",
                err=True,
            )
    typer.echo(json.dumps({"lists": lists}, ensure_ascii=False))


def apportion(
    case: Case,
    *,
    method: Annotated[
        str,
        typer.Option(
            help="Share out by this method instead of each quota's own: floor_and_draw,"
            " largest_remainder or webster."
        ),
    ] = "",
    entries: Annotated[
        bool, typer.Option("--entries", help="Only list who needs a draw number.")
    ] = False,
) -> None:
    """Share out quota seats among junior schools; prints JSON with what each is due and gets."""
    from xuezheng.engines.matching.documents.cases import (
        plain_quota,
        quota_entries,
        read_quotas,
        share_out_all,
    )
    from xuezheng.engines.matching.quotas.solve import QuotaMethod

    if method and method not in set(QuotaMethod):
        raise typer.BadParameter(f"There is no method {method}.", param_hint="--method")
    quotas = read_quotas(case.read_bytes(), source=case.name)
    found: dict[str, Any]
    if entries:
        found = {"entries": {name: list(of) for name, of in quota_entries(quotas).items()}}
    else:
        chosen = QuotaMethod(method) if method else None
        results = share_out_all(quotas, source=case.name, method=chosen)
        found = {"quotas": {name: plain_quota(result) for name, result in results.items()}}
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))


def schema(
    *,
    result: Annotated[
        bool, typer.Option("--result", help="The format of a result instead of a problem.")
    ] = False,
) -> None:
    """Print the JSON Schema of a problem, for those who write one by another program."""
    from xuezheng.engines.matching.documents.schema import (
        problem_schema,
        result_schema,
        schema_text,
    )

    typer.echo(schema_text(result_schema() if result else problem_schema()), nl=False)
