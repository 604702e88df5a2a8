"""Claims of progress, their evidence, and the decision of a second person."""

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
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
    TargetBasis,
)
from xuezheng.apps.plan.services.statuses import refresh_statuses
from xuezheng.apps.record.services import write_event
from xuezheng.kernel.errors import AccessError, InputError, StateError, gettext_noop

LARGEST_EVIDENCE_BYTES = 20 * 1024 * 1024
# What a bureau files as evidence, and how each kind begins; the name alone proves nothing.
EVIDENCE_KINDS: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".xlsx": (b"PK\x03\x04",),
    ".docx": (b"PK\x03\x04",),
}


class EvidenceRefused(InputError):
    """An uploaded file is not taken as evidence."""

    code = "plan.evidence_kind"
    template = gettext_noop(
        "The file %(name)s is empty, larger than 20 MB, or not what its name says."
    )
    remedy = gettext_noop("Upload a PDF, PNG, JPEG, Excel or Word file of at most 20 MB.")


class ClaimWithoutEvidence(InputError):
    """A claim has no file behind it."""

    code = "plan.claim_evidence"
    template = gettext_noop("The report has no evidence file.")
    remedy = gettext_noop("Add at least one file that shows what was reached.")


class ClaimNotPlausible(InputError):
    """A claimed value is impossible or goes back."""

    code = "plan.claim_value"
    template = gettext_noop("%(value)s cannot be the value of commitment %(code)s on %(day)s.")
    remedy = gettext_noop(
        "Give the total reached since the start of the year, from 0 on; a share is at most 100."
    )


class SamePerson(AccessError):
    """The claimant would decide on the own claim."""

    code = "plan.second_person"
    template = gettext_noop("You made this report or request yourself, so you cannot decide on it.")
    remedy = gettext_noop("Ask a second person who may confirm progress.")


class AlreadyDecided(StateError):
    """A claim has been decided on before."""

    code = "plan.claim_decided"
    template = gettext_noop("This report has been decided on already.")
    remedy = gettext_noop(
        "Open the commitment to see the decision; a new report can be made at any time."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedEvidence:
    """A file as it was handed in."""

    name: str
    content: bytes


def evidence_path(digest: str) -> Path:
    """Give the place of an evidence file in the data folder."""
    return Path(settings.MEDIA_ROOT) / "evidence" / digest[:2] / digest


def store_evidence(file: UploadedEvidence) -> EvidenceFile:
    """Keep a file once under the hash of its content, written in full before anything refers to it.

    Raises:
        EvidenceRefused: If its kind, content or size is not taken.
    """
    beginnings = EVIDENCE_KINDS.get(Path(file.name).suffix.lower())
    if not beginnings or not 0 < len(file.content) <= LARGEST_EVIDENCE_BYTES:
        raise EvidenceRefused(name=file.name)
    if not file.content.startswith(beginnings):
        raise EvidenceRefused(name=file.name)
    digest = sha256(file.content).hexdigest()
    path = evidence_path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(file.content)
        unfinished.replace(path)
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    stored, _ = EvidenceFile.objects.get_or_create(
        sha256=digest, defaults={"size_bytes": len(file.content), "media_type": media_type}
    )
    return stored


@transaction.atomic
def submit_claim(
    *,
    by: Any,
    commitment: Commitment,
    division: str | None,
    value: Decimal | None,
    milestone: Milestone | None,
    as_of: date,
    note: str,
    files: Sequence[UploadedEvidence],
    at: datetime,
    refresh: bool = True,
) -> Claim:
    """Report progress: a total reached, or a milestone done, with the files that show it.

    The same report sent again while it waits for a decision, as by a second click, gives the first one.

    Raises:
        ClaimWithoutEvidence: If there is no file.
        ClaimNotPlausible: If the value is negative, a share above 100, or the day lies outside the plan.
        EvidenceRefused: If a file is not taken.
    """
    if not files:
        raise ClaimWithoutEvidence
    check_claim(commitment, value, as_of)
    kept = {
        stored.sha256: (stored, file.name) for file in files for stored in [store_evidence(file)]
    }
    Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)  # one report at a time
    for earlier in Claim.objects.filter(
        commitment=commitment,
        division_id=division,
        milestone=milestone,
        value=value,
        as_of=as_of,
        note=note,
        claimed_by=by,
        state=ClaimState.SUBMITTED,
    ):
        if set(earlier.evidence.values_list("file_id", flat=True)) == set(kept):
            return earlier
    claim = Claim.objects.create(
        commitment=commitment,
        division_id=division,
        milestone=milestone,
        value=value,
        as_of=as_of,
        note=note,
        claimed_by=by,
        claimed_at=at,
    )
    ClaimEvidence.objects.bulk_create(
        ClaimEvidence(claim=claim, file=stored, name=name[:200]) for stored, name in kept.values()
    )
    if milestone is not None:
        Milestone.objects.filter(pk=milestone.pk).update(claimed_on=as_of)
    write_event(
        by=by,
        action="plan.claim.submit",
        subject=("commitment", commitment.code),
        division=division or "",
        facts={
            "claim": claim.pk,
            "value": None if value is None else str(value),
            "milestone": milestone.key if milestone else None,
            "as_of": as_of.isoformat(),
            "evidence": sorted(kept),
        },
        at=at,
    )
    if refresh:
        refresh_statuses(commitment)
    return claim


def check_claim(commitment: Commitment, value: Decimal | None, as_of: date) -> None:
    """Refuse a claim that cannot be: see `submit_claim`."""
    plan = commitment.plan
    plausible = plan.starts_on <= as_of <= plan.ends_on
    if value is not None and commitment.basis != TargetBasis.CHANGE:
        plausible = plausible and value >= 0 and not (commitment.is_share and value > 100)
    if not plausible:
        raise ClaimNotPlausible(
            code=commitment.code, value="–" if value is None else value, day=as_of.isoformat()
        )


@transaction.atomic
def decide_claim(
    *, by: Any, claim: Claim, outcome: Outcome, note: str, at: datetime, refresh: bool = True
) -> Confirmation:
    """Confirm a claim or return it, as a second person.

    Raises:
        SamePerson: If ``by`` made the claim. The database refuses it too.
        AlreadyDecided: If somebody decided before.
    """
    claim = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("commitment__plan", "milestone")
        .get(pk=claim.pk)
    )
    if claim.state != ClaimState.SUBMITTED:
        raise AlreadyDecided
    if claim.claimed_by_id == by.pk:
        raise SamePerson
    decision = Confirmation.objects.create(
        claim=claim,
        claimant_id=claim.claimed_by_id,
        decided_by=by,
        outcome=outcome,
        note=note,
        decided_at=at,
    )
    confirmed = outcome == Outcome.CONFIRMED
    claim.state = ClaimState.CONFIRMED if confirmed else ClaimState.RETURNED
    claim.save(update_fields=["state"])
    if claim.milestone is not None:
        change = {"done_on": claim.as_of} if confirmed else {"claimed_on": None}
        Milestone.objects.filter(pk=claim.milestone.pk).update(**change)
    write_event(
        by=by,
        action="plan.claim.confirm" if confirmed else "plan.claim.return",
        subject=("commitment", claim.commitment.code),
        division=claim.division_id or "",
        facts={"claim": claim.pk, "claimant": claim.claimed_by_id, "note": note},
        at=at,
    )
    if refresh:
        refresh_statuses(claim.commitment)
    return decision
