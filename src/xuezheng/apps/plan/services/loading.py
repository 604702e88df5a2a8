"""Loading a policy pack's plan into the database; doing it again changes only what the pack changed."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction

from xuezheng.apps.plan.models import (
    BureauUnit,
    Commitment,
    CommitmentReading,
    Direction,
    Milestone,
    Plan,
    Section,
    TargetBasis,
)
from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry.models import Division
from xuezheng.kernel.localized import LocalizedText
from xuezheng.policy import Pack
from xuezheng.policy.plan import Commitment as PackCommitment

_SHARE_UNITS = frozenset({"percent"})
_NO_TEXT = ("", "")


@transaction.atomic
def load_plan(*, by: Any, pack: Pack) -> Plan:
    """Bring the plan of a pack into the database: new things are made, changed ones changed, none lost.

    Targets, due dates and owners that an approved change order set are kept. Allocations are not loaded here, since
    a version needs somebody who answers for it: see `allocate`.
    """
    city = Division.objects.filter(code=pack.city.code).first()
    before = Plan.objects.filter(pack_id=pack.id).first()
    if before is not None and before.pack_hash == pack.hash and before.city_id == (city and city.pk):
        return before
    Plan.objects.exclude(pack_id=pack.id).update(is_current=False)
    plan, _ = Plan.objects.update_or_create(
        pack_id=pack.id,
        defaults={
            "pack_hash": pack.hash,
            "title_zh": pack.title.zh,
            "title_en": pack.title.en,
            "authority_zh": pack.authority.zh,
            "authority_en": pack.authority.en,
            "city": city,
            "starts_on": pack.identity.period.start,
            "ends_on": pack.identity.period.end,
            "parameters": plan_parameters(pack),
            "is_current": True,
        },
    )
    _load_units(pack)
    order = 0
    for number, part in enumerate(pack.plan):
        section, _ = Section.objects.update_or_create(
            plan=plan,
            key=part.section.id,
            defaults={"title_zh": part.section.title.zh, "title_en": part.section.title.en, "order": number},
        )
        for entry in part.commitments:
            order += 1
            _load_commitment(pack, plan, section, entry, order)
    facts = {"pack": pack.id, "pack_hash": pack.hash, "commitments": order}
    write_event(by=by, action="plan.plan.load", subject=("plan", pack.id), facts=facts)
    return plan


def plan_parameters(pack: Pack) -> dict[str, Any]:
    """Take from the pack what lights, forecasts and curves need, in force on the first day of the plan."""
    on = pack.identity.period.start
    curve = pack.parameter("plan.school_year_curve", on=on)
    return {
        "on_pace": str(pack.parameter("plan.on_pace_share", on=on)),
        "far_behind": str(pack.parameter("plan.far_behind_share", on=on)),
        "coverage": str(pack.parameter("plan.forecast_coverage", on=on)),
        "least_points": int(pack.parameter("plan.forecast_least_points", on=on)),
        "school_year": [
            {"month": int(key.split("-")[0]), "day": int(key.split("-")[1]), "share": str(share)}
            for key, share in sorted(curve.items())
        ],
    }


def _load_units(pack: Pack) -> None:
    for number, (key, unit) in enumerate(pack.organisation.items()):
        BureauUnit.objects.update_or_create(
            key=key, defaults={"name_zh": unit.title.zh, "name_en": unit.title.en, "order": number}
        )


def _load_commitment(pack: Pack, plan: Plan, section: Section, entry: PackCommitment, order: int) -> None:
    known = Commitment.objects.filter(plan=plan, code=entry.id).first()
    values = _values(pack, entry) | {"section": section, "order": order}
    if known is None:
        known = Commitment.objects.create(plan=plan, code=entry.id, **values)
    else:
        changed = set(known.change_orders.filter(state="approved").values_list("field", flat=True))
        kept = {"target": "target", "due": "due_on", "owner": "owner_id"}
        for field in changed:
            values.pop(kept[field])
        for name, value in values.items():
            setattr(known, name, value)
        known.save()
    known.co_owners.set(entry.co_owners)
    _load_parts(known, entry)


def _values(pack: Pack, entry: PackCommitment) -> dict[str, Any]:
    target = entry.target
    unit = pack.units[target.unit].title if target else None
    source_zh, source_en = _source(pack, entry)
    baseline = entry.baseline.value if entry.baseline else None
    return {
        "kind": entry.kind,
        "title_zh": entry.title.zh,
        "title_en": entry.title.en,
        "target": _absolute_target(entry),
        "baseline": baseline,
        "unit": target.unit if target else "",
        "unit_zh": unit.zh if unit else "",
        "unit_en": unit.en if unit else "",
        "basis": target.basis if target else TargetBasis.LEVEL,
        "direction": target.direction if target else Direction.UP,
        "at_least": target.at_least if target else False,
        "due_on": entry.due,
        "trajectory": entry.trajectory.shape,
        "indicator": entry.indicator or "",
        "is_share": bool(target and target.unit in _SHARE_UNITS),
        "source_mark": entry.checked,
        "source_zh": source_zh,
        "source_en": source_en,
        "counting": entry.counting.model_dump(mode="json") if entry.counting else {},
        "ownership_mark": entry.ownership_checked,
        "owner_id": entry.owner,
    }


def _absolute_target(entry: PackCommitment) -> Decimal | None:
    """A change is counted from its baseline, so that figure, target and bar share one scale."""
    if entry.target is None:
        return None
    if entry.target.basis == TargetBasis.CHANGE and entry.baseline is not None:
        return entry.baseline.value + entry.target.value
    return entry.target.value


def _source(pack: Pack, entry: PackCommitment) -> tuple[str, str]:
    document = pack.documents.get(entry.source.document)
    if document is None:
        return _NO_TEXT
    places = [entry.source.clause or "", f"p. {entry.source.page}" if entry.source.page else ""]
    return _joined(document.title, places, "zh"), _joined(document.title, places, "en")


def _joined(title: LocalizedText, places: Iterable[str], language: str) -> str:
    return ", ".join(part for part in (title.in_language(language), *places) if part)


def _load_parts(commitment: Commitment, entry: PackCommitment) -> None:
    for number, reading in enumerate(entry.readings):
        if reading.official:
            others = CommitmentReading.objects.filter(commitment=commitment).exclude(key=reading.id)
            others.update(is_official=False)
        CommitmentReading.objects.update_or_create(
            commitment=commitment,
            key=reading.id,
            defaults={
                "label_zh": reading.title.zh,
                "label_en": reading.title.en,
                "definition_zh": reading.definition.zh,
                "definition_en": reading.definition.en,
                "is_official": reading.official,
                "source_mark": reading.checked,
                "order": number,
            },
        )
    for number, milestone in enumerate(entry.milestones):
        Milestone.objects.update_or_create(
            commitment=commitment,
            key=milestone.id,
            defaults={
                "order": number,
                "title_zh": milestone.title.zh,
                "title_en": milestone.title.en,
                "due_on": milestone.due,
            },
        )
