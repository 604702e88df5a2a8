"""Many reports and decisions at once, with the checks of the single services; for taking over earlier records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from xuezheng.apps.plan.models import (
    Claim,
    ClaimEvidence,
    ClaimState,
    Commitment,
    Confirmation,
    EvidenceFile,
    Milestone,
    Outcome,
)
from xuezheng.apps.plan.services.progress import (
    ClaimWithoutEvidence,
    SamePerson,
    UploadedEvidence,
    check_claim,
    store_evidence,
)
from xuezheng.apps.record.services import NewEvent, write_events

_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a second person decided on a report, and when."""

    by: Any
    outcome: Outcome
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report of progress as it was handed in, with the decision on it if there is one."""

    commitment: Commitment
    division: str | None
    value: Decimal | None
    milestone: Milestone | None
    as_of: date
    note: str
    files: tuple[UploadedEvidence, ...]
    by: Any
    at: datetime
    decision: Decision | None


@transaction.atomic
def enter_reports(*, by: Any, reports: Sequence[Report]) -> list[Claim]:
    """Enter reports with their evidence and decisions.

    Args:
        by: Who takes them over; the audit names both this person and each claimant.
        reports: In the order in which they were made.

    Raises:
        ClaimWithoutEvidence: If a report has no file.
        ClaimNotPlausible: If a value is impossible.
        SamePerson: If somebody decided on the own report. The database refuses it too.
    """
    for report in reports:
        if not report.files:
            raise ClaimWithoutEvidence
        check_claim(report.commitment, report.value, report.as_of)
        if report.decision is not None and report.decision.by.pk == report.by.pk:
            raise SamePerson
    files = _stored(reports)
    claims = Claim.objects.bulk_create([_claim(report) for report in reports], batch_size=_BATCH)
    pairs = list(zip(claims, reports, strict=True))
    ClaimEvidence.objects.bulk_create(
        [
            ClaimEvidence(claim=claim, file=files[file.content], name=file.name)
            for claim, report in pairs
            for file in report.files
        ],
        batch_size=_BATCH,
    )
    Confirmation.objects.bulk_create(
        [_confirmation(claim, report.decision) for claim, report in pairs if report.decision],
        batch_size=_BATCH,
    )
    _mark_milestones(reports)
    write_events(
        by=by, events=[event for claim, report in pairs for event in _events(claim, report)]
    )
    return claims


def _stored(reports: Sequence[Report]) -> dict[bytes, EvidenceFile]:
    stored: dict[bytes, EvidenceFile] = {}
    for report in reports:
        for file in report.files:
            if file.content not in stored:
                stored[file.content] = store_evidence(file)
    return stored


def _claim(report: Report) -> Claim:
    decided = report.decision.outcome if report.decision else None
    state = {
        None: ClaimState.SUBMITTED,
        Outcome.CONFIRMED: ClaimState.CONFIRMED,
        Outcome.RETURNED: ClaimState.RETURNED,
    }
    return Claim(
        commitment=report.commitment,
        division_id=report.division,
        milestone=report.milestone,
        value=report.value,
        as_of=report.as_of,
        note=report.note,
        state=state[decided],
        claimed_by=report.by,
        claimed_at=report.at,
    )


def _confirmation(claim: Claim, decision: Decision) -> Confirmation:
    return Confirmation(
        claim=claim,
        claimant_id=claim.claimed_by_id,
        decided_by=decision.by,
        outcome=decision.outcome,
        note=decision.note,
        decided_at=decision.at,
    )


def _mark_milestones(reports: Sequence[Report]) -> None:
    changed: dict[int, Milestone] = {}
    for report in reports:
        step = report.milestone
        if step is None or (report.decision and report.decision.outcome == Outcome.RETURNED):
            continue
        step.claimed_on = report.as_of
        if report.decision is not None:
            step.done_on = report.as_of
        changed[step.pk] = step
    Milestone.objects.bulk_update(changed.values(), ["claimed_on", "done_on"], batch_size=_BATCH)


def _events(claim: Claim, report: Report) -> list[NewEvent]:
    subject = ("commitment", report.commitment.code)
    division = report.division or ""
    events = [
        NewEvent(
            action="plan.claim.submit",
            subject=subject,
            division=division,
            facts={
                "claim": claim.pk,
                "claimant": str(report.by),
                "value": None if report.value is None else str(report.value),
                "milestone": report.milestone.key if report.milestone else None,
                "as_of": report.as_of.isoformat(),
            },
            at=report.at,
        )
    ]
    if report.decision is not None:
        confirmed = report.decision.outcome == Outcome.CONFIRMED
        events.append(
            NewEvent(
                action="plan.claim.confirm" if confirmed else "plan.claim.return",
                subject=subject,
                division=division,
                facts={
                    "claim": claim.pk,
                    "by": str(report.decision.by),
                    "note": report.decision.note,
                },
                at=report.decision.at,
            )
        )
    return events
