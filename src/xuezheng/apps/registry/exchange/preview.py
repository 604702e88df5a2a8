"""Summing up an examination for people: counts, the first rows of each sort, each difference cell by cell."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from xuezheng.apps.registry.exchange.examine import Outcome, Status
from xuezheng.apps.registry.exchange.reading import OpenSheet, SheetRow
from xuezheng.apps.registry.exchange.register import Register

FIRST_ROWS = 20
_WARNINGS_KEPT = 50
# Columns of the database whose difference is told by another column of the sheet; their values mean nothing to people.
_SHOWN_AS = {"school_class_id": "class_number", "identity_index": "identity_number"}
_WITHOUT_VALUES = frozenset({"identity_index", "school_class_id", "campus_id"})
_SEALED = frozenset({"identity_cipher"})  # differs each time; the blind index stands for it
_SKIPPED = frozenset({"identity_cipher", "left_on", "closed_on", "wireless_full_on"})


@dataclass(slots=True, kw_only=True)
class Summary:
    """Counts and samples, gathered chunk by chunk.

    Attributes:
        rejected: Every rejected row, for the workbook.
    """

    sheet: OpenSheet
    register: Register
    counts: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    warning_count: int = 0
    rejected: list[SheetRow] = field(default_factory=list)
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, outcomes: list[Outcome]) -> None:
        """Take one chunk in."""
        for outcome in outcomes:
            self.counts[outcome.status] += 1
            self._digest.update(_decision(outcome).encode())
            if outcome.status == Status.REJECTED:
                self.rejected.append(outcome.row)
                self.problems.update(problem.code for problem in outcome.row.problems)
            self.fields.update(_shown(outcome.changed))
            kept = self.samples.setdefault(outcome.status, [])
            if len(kept) < FIRST_ROWS:
                kept.append(self._sample(outcome))
            self._keep_warnings(outcome.row)

    def fingerprint(self) -> str:
        """Give a hash of what becomes of each row: equal for two examinations that would write the same."""
        return str(self._digest.hexdigest())

    def plain(self) -> dict[str, Any]:
        """Give it as data that can be stored."""
        header = self.sheet.header
        return {
            "fingerprint": self.fingerprint(),
            "sheet": self.sheet.sheet,
            "header_row": header.row + 1,
            "columns": [
                {"key": p.column.key, "header": p.header, "unit": p.unit} for p in header.places
            ],
            "ignored_columns": list(header.unknown[:40]),
            "ignored_sheets": list(self.sheet.ignored_sheets[:20]),
            "formulas": self.sheet.checked.formulas,
            "errors": self.sheet.checked.errors,
            "problems": dict(self.problems.most_common()),
            "fields": dict(self.fields.most_common()),
            "samples": self.samples,
            "warnings": self.warnings,
            "warning_count": self.warning_count,
        }

    def _sample(self, outcome: Outcome) -> dict[str, Any]:
        row = outcome.row
        sample: dict[str, Any] = {
            "row": row.number,
            "key": [str(row.values.get(name, "")) for name in self.register.key],
        }
        if outcome.status == Status.REJECTED:
            sample["problems"] = [problem.plain() for problem in row.problems]
        elif outcome.status == Status.CHANGED:
            before = outcome.before or {}
            sample["changes"] = [
                {
                    "column": _SHOWN_AS.get(name, name),
                    "old": None if name in _WITHOUT_VALUES else _text(before.get(name)),
                    "new": None if name in _WITHOUT_VALUES else _text(outcome.after[name]),
                    "hidden": name in _WITHOUT_VALUES,
                }
                for name in outcome.changed
                if name not in _SKIPPED
            ]
        elif outcome.status == Status.NEW:
            hidden = {"identity_number", "identity_index"}
            sample["values"] = {k: _text(v) for k, v in row.values.items() if k not in hidden}
        return sample

    def _keep_warnings(self, row: SheetRow) -> None:
        self.warning_count += len(row.warnings)
        for warning in row.warnings:
            if len(self.warnings) < _WARNINGS_KEPT:
                self.warnings.append({"row": row.number, **warning.plain()})


def _decision(outcome: Outcome) -> str:
    """Write down what becomes of a row, with every value that would be written."""
    match outcome.status:
        case Status.NEW:
            what: Any = [(n, v) for n, v in sorted(outcome.after.items()) if n not in _SEALED]
        case Status.CHANGED:
            before = outcome.before or {}
            what = [(name, before.get(name), outcome.after[name]) for name in outcome.changed]
        case Status.REJECTED:
            what = [(problem.code, problem.column) for problem in outcome.row.problems]
        case _:
            what = None
    return f"{outcome.row.number} {outcome.status} {what!r}\n"


def _shown(changed: tuple[str, ...]) -> list[str]:
    return [_SHOWN_AS.get(name, name) for name in changed if name not in _SKIPPED]


def _text(value: Any) -> str | bool | int | None:
    return value if value is None or isinstance(value, bool | int) else str(value)
