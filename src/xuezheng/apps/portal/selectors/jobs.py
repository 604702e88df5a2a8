"""What came out of a job, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from xuezheng.apps.record.models import JobRun, JobState
from xuezheng.kernel.errors import registered_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of a job: a link to what it made, plain facts, or the sentence that says what went wrong."""

    url: str = ""
    facts: tuple[dict[str, Any], ...] = field(default_factory=tuple)
    error: str = ""
    code: str = ""


def outcome_of(run: JobRun) -> Outcome | None:
    """Read the outcome of a job that is over; nothing while it runs."""
    if not run.is_over:
        return None
    if run.state == JobState.FAILED:
        return Outcome(error=_sentence(run.error), code=str(run.error.get("code", "")))
    result = dict(run.result or {})
    url = str(result.pop("url", ""))
    facts = tuple(
        {"label": name, "value": value}
        for name, value in result.items()
        if isinstance(value, int | str)
    )
    return Outcome(url=url if url.startswith("/") and not url.startswith("//") else "", facts=facts)


def _sentence(error: dict[str, Any]) -> str:
    """Make the sentence of a domain error in the reader's language from its code and facts."""
    kind = registered_errors().get(str(error.get("code", "")))
    facts = error.get("facts")
    if kind is None or not isinstance(facts, dict):
        return _(
            "The program met a fault of its own. It has been logged; please tell the operator the number below."
        )
    try:
        return kind(**facts).message(_)
    except (TypeError, KeyError, ValueError):
        return str(error.get("message", ""))
