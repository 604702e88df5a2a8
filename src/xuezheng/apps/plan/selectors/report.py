"""What the weekly and the monthly report of the board says, as values without layout."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from xuezheng.apps.plan.models import (
    Claim,
    Commitment,
    CommitmentStatus,
    IndicatorRun,
    Light,
    Plan,
    Risk,
    RiskState,
    SupervisionNotice,
)
from xuezheng.apps.plan.selectors.current import run_as_of
from xuezheng.apps.record.models import PublishedDocument
from xuezheng.kernel.errors import StateError, gettext_noop

REPORT_KIND = "plan.report"
NEEDS_ATTENTION = (Light.LATE, Light.AT_RISK)


class NothingPublished(StateError):
    """No figures were published up to the end of the period."""

    code = "plan.report_without_run"
    template = gettext_noop(
        "No figures were published up to %(day)s, so there is nothing to report."
    )
    remedy = gettext_noop("Choose a later period, or publish a run of the indicators first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A commitment whose light is not what it was at the start of the period."""

    commitment: Commitment
    before: Light
    after: Light


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """A commitment that is late or at risk, with what is known about why and what is done."""

    status: CommitmentStatus
    risks: Sequence[Risk]
    notices: Sequence[SupervisionNotice]
    behind: Sequence[CommitmentStatus]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardReport:
    """The board at the end of a period and what happened in it."""

    plan: Plan
    run: IndicatorRun
    since: date
    until: date
    statuses: Sequence[CommitmentStatus]
    counts: dict[Light, int]
    changes: Sequence[Change]
    attention: Sequence[Attention]
    divisions: Sequence[CommitmentStatus]
    claims_received: int
    claims_decided: int


def read_report(plan: Plan, *, since: date, until: date) -> BoardReport:
    """Read the board as it stood at the end of a period and what changed since its start.

    Args:
        plan: The plan reported on.
        since: First day of the period.
        until: Last day of the period; the figures are those of the last run up to it.

    Raises:
        NothingPublished: If there is no such run.
    """
    run = run_as_of(plan, until)
    if run is None:
        raise NothingPublished(day=until.isoformat())
    statuses = list(_city(run))
    counts = Counter(Light(status.light) for status in statuses)
    return BoardReport(
        plan=plan,
        run=run,
        since=since,
        until=until,
        statuses=statuses,
        counts={light: counts.get(light, 0) for light in Light},
        changes=_changes(plan, statuses, before=since - timedelta(days=1)),
        attention=_attention(
            run, [status for status in statuses if status.light in NEEDS_ATTENTION]
        ),
        divisions=list(_divisions(run)),
        claims_received=Claim.objects.filter(
            commitment__plan=plan, as_of__range=(since, until)
        ).count(),
        claims_decided=Claim.objects.filter(
            commitment__plan=plan, as_of__range=(since, until), confirmation__isnull=False
        ).count(),
    )


def reach_percent(status: CommitmentStatus) -> Decimal | None:
    """How far the verified figure has come from the baseline to the target, in percent; nothing without a target."""
    if status.target is None or status.verified is None:
        return None
    start = status.baseline or Decimal(0)
    if status.target == start:
        return Decimal(100) if status.verified == status.target else None
    return (status.verified - start) * 100 / (status.target - start)


def _city(run: IndicatorRun) -> QuerySet[CommitmentStatus]:
    return (
        CommitmentStatus.objects.filter(run=run, division=None)
        .select_related("commitment", "commitment__section", "commitment__owner")
        .order_by("commitment__order")
    )


def _divisions(run: IndicatorRun) -> QuerySet[CommitmentStatus]:
    return (
        CommitmentStatus.objects.filter(run=run, division__isnull=False)
        .select_related("commitment", "division")
        .defer("division__boundary")
        .order_by("division__order", "division_id", "commitment__order")
    )


def _changes(plan: Plan, statuses: Sequence[CommitmentStatus], *, before: date) -> list[Change]:
    earlier = run_as_of(plan, before)
    if earlier is None:
        return []
    lights = dict(
        CommitmentStatus.objects.filter(run=earlier, division=None).values_list(
            "commitment_id", "light"
        )
    )
    return [
        Change(
            commitment=one.commitment,
            before=Light(lights[one.commitment_id]),
            after=Light(one.light),
        )
        for one in statuses
        if one.commitment_id in lights and lights[one.commitment_id] != one.light
    ]


def _attention(run: IndicatorRun, statuses: Sequence[CommitmentStatus]) -> list[Attention]:
    chosen = [status.commitment_id for status in statuses]
    risks: dict[int, list[Risk]] = {}
    for risk in Risk.objects.filter(commitment__in=chosen, state=RiskState.OPEN).order_by(
        "-raised_on", "id"
    ):
        risks.setdefault(risk.commitment_id, []).append(risk)
    notices: dict[int, list[SupervisionNotice]] = {}
    for notice in (
        SupervisionNotice.objects.filter(commitment__in=chosen)
        .select_related("unit", "division")
        .defer("division__boundary")
        .order_by("reply_by")
    ):
        notices.setdefault(notice.commitment_id, []).append(notice)
    behind: dict[int, list[CommitmentStatus]] = {}
    for status in _divisions(run):
        if status.commitment_id in chosen and status.light in NEEDS_ATTENTION:
            behind.setdefault(status.commitment_id, []).append(status)
    return [
        Attention(
            status=status,
            risks=risks.get(status.commitment_id, []),
            notices=notices.get(status.commitment_id, []),
            behind=behind.get(status.commitment_id, []),
        )
        for status in statuses
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """One file of a report: what it is, said in the language that it is written in."""

    document: PublishedDocument
    label: str
    language: str
    icon: str


_PROGRAMS = {"docx": ("Word", "file-text"), "xlsx": ("Excel", "file-spreadsheet")}
_LANGUAGES = {"zh": ("中文", "zh-Hans"), "en": ("English", "en")}


def _file_of(document: PublishedDocument) -> ReportFile:
    """Read program and language from the file's name; another name stands for itself."""
    _period, _dot, rest = document.file_name.partition(".")
    suffix, _dot, extension = rest.partition(".")
    if suffix not in _LANGUAGES or extension not in _PROGRAMS:
        return ReportFile(
            document=document, label=document.file_name, language="", icon="file-text"
        )
    (program, icon), (name, language) = _PROGRAMS[extension], _LANGUAGES[suffix]
    return ReportFile(document=document, label=f"{program} · {name}", language=language, icon=icon)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedReport:
    """The files of one report, which were published together."""

    title: PublishedDocument
    published_at: datetime
    published_by: str
    files: Sequence[ReportFile]


def _chinese_first(document: PublishedDocument) -> tuple[bool, str]:
    return (".zh." not in document.file_name, document.file_name)


def published_reports(*, limit: int = 30) -> list[PublishedReport]:
    """List the reports that were made, the newest first, each with its files."""
    files_of_a_report = 4
    rows = (
        PublishedDocument.objects.filter(kind=REPORT_KIND)
        .defer("content__content")
        .select_related("content")
        .order_by("-published_at", "-id")[: limit * files_of_a_report]
    )
    groups: dict[str, list[PublishedDocument]] = {}
    for row in rows:
        period, _dot, _rest = row.file_name.partition(".")
        key = f"{row.published_at:%Y-%m-%dT%H:%M} {period}"
        groups.setdefault(key, []).append(row)
    return [
        PublishedReport(
            title=files[0],
            published_at=files[0].published_at,
            published_by=files[0].published_by_label,
            files=[_file_of(one) for one in sorted(files, key=_chinese_first)],
        )
        for files in groups.values()
    ]
