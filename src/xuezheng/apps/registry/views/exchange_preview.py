"""Turning the stored preview of an import into what its page shows, in the reader's language."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext

from xuezheng.apps.registry.exchange import writing
from xuezheng.apps.registry.exchange.problems import SENTENCES, from_plain
from xuezheng.apps.registry.exchange.sheets import SheetKind
from xuezheng.apps.registry.models import ImportBatch
from xuezheng.apps.registry.services.imports import rejected_note
from xuezheng.kernel.errors import registered_errors

_VALUES_SHOWN = 7


def present(batch: ImportBatch, kind: SheetKind, language: str) -> dict[str, Any]:
    """Make the parts of the page: samples by sort, warnings, notes."""
    preview = batch.preview
    samples = preview.get("samples", {})
    shown = [c["key"] for c in preview.get("columns", ())][:_VALUES_SHOWN]
    return {
        "counts": [
            ("new", gettext("New"), batch.new_count),
            ("changed", gettext("Changed"), batch.changed_count),
            ("unchanged", gettext("Unchanged"), batch.unchanged_count),
            ("rejected", gettext("Rejected"), batch.rejected_count),
        ],
        "rejected_note": rejected_note(batch.rejected_count, writing.MAX_REJECTED_ROWS)
        if batch.rejected_count > writing.MAX_REJECTED_ROWS
        else "",
        "takes": batch.new_count + batch.changed_count,
        "preview": preview,
        "new_columns": [_title(kind, key, language) for key in shown],
        "new_rows": [
            {
                "row": s["row"],
                "cells": [_word(kind, key, s["values"].get(key), language) for key in shown],
            }
            for s in samples.get("new", ())
        ],
        "changed_rows": [
            {
                "row": s["row"],
                "key": " ".join(s["key"]),
                "changes": _changes(kind, s["changes"], language),
            }
            for s in samples.get("changed", ())
        ],
        "rejected_rows": [
            {
                "row": s["row"],
                "key": " ".join(s["key"]),
                "problems": _problems(kind, s["problems"], language),
            }
            for s in samples.get("rejected", ())
        ],
        "warnings": [
            {
                "row": w["row"],
                "column": _title(kind, w["column"], language),
                "sentence": from_plain(w).sentence(),
            }
            for w in preview.get("warnings", ())
        ],
        "changed_fields": [
            {"title": _title(kind, key, language), "count": count}
            for key, count in preview.get("fields", {}).items()
        ],
    }


def refusal(error: Mapping[str, Any]) -> str:
    """Say in the reader's language why a file was refused or a job failed."""
    if not error:
        return ""
    found = registered_errors().get(error.get("code", ""))
    if found is None:
        return gettext(
            "The program failed. The register was not changed; tell the operators of the site."
        )
    return found(**error["facts"]).message(gettext)


def attachment(name: str) -> str:
    """Write the header that gives a download its name, also in Chinese."""
    plain = name.replace('"', "").replace("\r", "").replace("\n", "")
    return f"attachment; filename=\"export.xlsx\"; filename*=UTF-8''{quote(plain)}"


def _changes(kind: SheetKind, changes: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    return [
        {
            "title": _title(kind, change["column"], language),
            "hidden": change["hidden"],
            "old": _word(kind, change["column"], change["old"], language),
            "new": _word(kind, change["column"], change["new"], language),
        }
        for change in changes
    ]


def _problems(
    kind: SheetKind, problems: list[dict[str, Any]], language: str
) -> list[dict[str, str]]:
    return [
        {
            "title": _title(kind, problem["column"], language),
            "sentence": from_plain(problem).sentence(),
        }
        for problem in problems
        if problem["code"] in SENTENCES
    ]


def _title(kind: SheetKind, key: str, language: str) -> str:
    column = next((column for column in kind.columns if column.key == key), None)
    return column.title(language) if column else key


def _word(kind: SheetKind, key: str, value: Any, language: str) -> str:
    if value is None or value == "":
        return "–"
    column = next((column for column in kind.columns if column.key == key), None)
    if column is not None and column.words is not None:
        word = ("1" if value else "0") if isinstance(value, bool) else str(value)
        return column.words.word(word, language)
    if column is not None and column.type == "money":
        return f"{int(value) / 100:,.2f} 元"
    return str(value)
