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
from xuezheng.apps.plan.selectors.current import current_run
from xuezheng.apps.plan.services.statuses import recompute_statuses
from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry.models import Division
from xuezheng.kernel.localized import LocalizedText
from xuezheng.policy import Pack
from xuezheng.policy.indicators import Indicator
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
    if (
        before is not None
        and before.pack_hash == pack.hash
        and before.city_id == (city and city.pk)
    ):
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
            defaults={
                "title_zh": part.section.title.zh,
                "title_en": part.section.title.en,
                "order": number,
            },
        )
        for entry in part.commitments:
            order += 1
            _load_commitment(pack, plan, section, entry, order)
    run = current_run(plan)
    if run is not None:
        recompute_statuses(run)
    facts = {"pack": pack.id, "pack_hash": pack.hash, "commitments": order}
    write_event(by=by, action="plan.plan.load", subject=("plan", pack.id), facts=facts)
    return plan


def plan_parameters(pack: Pack) -> dict[str, Any]:
    """Take from the pack what lights, forecasts and curves need, in force on the first day of the plan."""
    on = pack.identity.period.start
    return {
        "on_pace": str(pack.parameter("light.on_track_share", on=on)),
        "far_behind": str(pack.parameter("light.at_risk_share", on=on)),
        "milestone_grace_days": int(pack.parameter("light.milestone_grace_days", on=on)),
        "coverage": str(pack.parameter("forecast.interval_share", on=on)),
        "least_points": int(pack.parameter("forecast.least_observations", on=on)),
        "s_curve": _table(pack.parameter("trajectory.s_curve", on=on)),
        "school_year": _table(pack.parameter("trajectory.school_year", on=on)),
        "reply_working_days": int(pack.parameter("supervision.reply_working_days", on=on)),
        "report_every_days": int(pack.parameter("reporting.every_days", on=on)),
    }


def _table(points: Iterable[Iterable[Any]]) -> list[list[str]]:
    return [[str(number) for number in point] for point in points]


def _load_units(pack: Pack) -> None:
    for number, (key, unit) in enumerate(pack.organisation.items()):
        BureauUnit.objects.update_or_create(
            key=key, defaults={"name_zh": unit.title.zh, "name_en": unit.title.en, "order": number}
        )


def _load_commitment(
    pack: Pack, plan: Plan, section: Section, entry: PackCommitment, order: int
) -> None:
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
    known.co_owners.set(BureauUnit.objects.filter(key__in=entry.co_owners))
    _load_readings(pack, known, entry)
    _load_milestones(known, entry)


def _values(pack: Pack, entry: PackCommitment) -> dict[str, Any]:
    target = entry.target
    unit = pack.units[target.unit].title if target else None
    source_zh, source_en = _source(pack, entry)
    baseline = entry.baseline.value if entry.baseline else None
    indicator = _indicator(pack, entry)
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
        "indicator": indicator.id if indicator else "",
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
    if entry.target.basis == "change" and entry.baseline is not None:
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


def _indicator(pack: Pack, entry: PackCommitment) -> Indicator | None:
    """Find the indicator that the commitment names, or the first that names the commitment."""
    if entry.indicator:
        return pack.indicators.get(entry.indicator)
    return next((one for one in pack.indicators.values() if entry.id in one.commitments), None)


def _load_readings(pack: Pack, commitment: Commitment, entry: PackCommitment) -> None:
    """Take the readings that the plan disputes; without a dispute, those of the indicator."""
    readings: list[tuple[str, LocalizedText, LocalizedText | None, bool, str]] = [
        (one.id, one.title, one.definition, one.official, one.checked) for one in entry.readings
    ]
    indicator = _indicator(pack, entry)
    if not readings and indicator is not None:
        mark = indicator.checked.replace(" ", "_")
        readings = [
            (one.id, one.title, indicator.description, one.official, mark)
            for one in indicator.readings
        ]
    kept = CommitmentReading.objects.filter(commitment=commitment)
    kept.exclude(key__in=[key for key, *_ in readings]).delete()
    kept.update(is_official=False)
    for number, (key, title, definition, official, mark) in enumerate(readings):
        CommitmentReading.objects.update_or_create(
            commitment=commitment,
            key=key,
            defaults={
                "label_zh": title.zh,
                "label_en": title.en,
                "definition_zh": definition.zh if definition else "",
                "definition_en": definition.en if definition else "",
                "is_official": official,
                "source_mark": mark,
                "order": number,
            },
        )


def _load_milestones(commitment: Commitment, entry: PackCommitment) -> None:
    # What the pack no longer names goes, unless somebody has reported on it.
    named = [milestone.id for milestone in entry.milestones]
    commitment.milestones.exclude(key__in=named).filter(claims=None).delete()
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
