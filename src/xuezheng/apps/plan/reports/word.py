"""The report as a Word document, from the template `board.docx` beside this file.

The bureau may lay the template out anew in Word: the fields between braces are those of `_context`. The script
`tools/report_template.py` makes the one that is shipped.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from docxtpl import DocxTemplate

from xuezheng.apps.plan.models import CommitmentStatus, Light, NoticeState
from xuezheng.apps.plan.reports.words import (
    forecast_of,
    light_of,
    name_of,
    number,
    source_of,
    unit_of,
)
from xuezheng.apps.plan.selectors.report import Attention, BoardReport

TEMPLATE = Path(__file__).with_name("board.docx")


def write_word(report: BoardReport) -> bytes:
    """Make the document in the active language."""
    document = DocxTemplate(TEMPLATE)
    document.render(_context(report), autoescape=True)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _context(report: BoardReport) -> dict[str, Any]:
    """Name everything the template prints; every value is text or a list of rows of text."""
    run = report.run
    return {
        "title": name_of(report.plan, "title"),
        "subtitle": _("Progress report, %(since)s to %(until)s")
        % {"since": f"{report.since:%Y-%m-%d}", "until": f"{report.until:%Y-%m-%d}"},
        "authority": name_of(report.plan, "authority"),
        "summary": _summary(report),
        "words": _words(),
        "lights": [
            {"light": light_of(light), "count": str(report.counts[light])} for light in Light
        ],
        "changes": [
            {
                "code": one.commitment.code,
                "title": name_of(one.commitment, "title"),
                "before": light_of(one.before),
                "after": light_of(one.after),
            }
            for one in report.changes
        ],
        "attention": [_attention(one) for one in report.attention],
        "board": [
            {
                "code": one.commitment.code,
                "title": name_of(one.commitment, "title"),
                "owner": name_of(one.commitment.owner),
                "target": _target(one),
                "verified": number(one.verified),
                "claimed": number(one.claimed),
                "light": light_of(one.light),
            }
            for one in report.statuses
        ],
        "source": _(
            "Snapshot %(snapshot)s, SHA-256 %(hash)s; figures as of %(day)s; pack %(pack)s."
        )
        % {
            "snapshot": run.snapshot_id,
            "hash": run.snapshot.sha256,
            "day": f"{run.as_of:%Y-%m-%d}",
            "pack": report.plan.pack_id,
        },
    }


def _summary(report: BoardReport) -> str:
    counts = report.counts
    total = len(report.statuses)
    return _(
        "Of %(total)s commitments %(met)s are met, %(on_track)s on track, %(at_risk)s at risk and %(late)s late; "
        "for %(no_data)s there are no data yet. In the period %(claims)s progress reports came in, of which "
        "%(decided)s were decided by a second person."
    ) % {
        "total": total,
        "claims": report.claims_received,
        "decided": report.claims_decided,
        **{str(light.value): counts[light] for light in Light},
    }


def _target(status: CommitmentStatus) -> str:
    return (
        f"{number(status.target)} {unit_of(status)}".rstrip() if status.target is not None else "–"
    )


def _attention(item: Attention) -> dict[str, Any]:
    status = item.status
    overdue = [notice for notice in item.notices if notice.state == NoticeState.OPEN]
    return {
        "code": status.commitment.code,
        "title": name_of(status.commitment, "title"),
        "light": light_of(status.light),
        "owner": name_of(status.commitment.owner),
        "figure": _(
            "Verified %(verified)s, claimed %(claimed)s, expected by now %(expected)s, target %(target)s"
        )
        % {
            "verified": number(status.verified),
            "claimed": number(status.claimed),
            "expected": number(status.expected),
            "target": _target(status),
        },
        "forecast": forecast_of(status),
        "source": source_of(status),
        "risks": [f"{risk.text} – {risk.measure}" for risk in item.risks],
        "behind": pgettext("between names", ", ").join(
            name_of(one.division) for one in item.behind
        ),
        "has_behind": bool(item.behind),
        "notices": ngettext(
            "%(n)d notice waits for a reply", "%(n)d notices wait for a reply", len(overdue)
        )
        % {"n": len(overdue)}
        if overdue
        else "",
    }


def _words() -> dict[str, str]:
    """The fixed words of the template, so that one template serves both languages."""
    return {
        "summary": _("Summary"),
        "light": _("Light"),
        "count": _("Commitments"),
        "changes": _("What changed in the period"),
        "no_changes": _("No light changed in the period."),
        "attention": _("Late or at risk"),
        "nothing": _("Nothing is late or at risk."),
        "board": _("The whole board"),
        "code": _("No."),
        "title": _("Commitment"),
        "owner": _("Owner"),
        "target": _("Target"),
        "verified": _("Verified"),
        "claimed": _("Claimed"),
        "before": _("Before"),
        "after": _("After"),
        "forecast": _("Forecast for the year's end"),
        "risks": _("Risks and measures"),
        "behind": _("Divisions behind"),
        "source": _("Source of the figures"),
    }
