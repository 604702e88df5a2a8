"""A year of work on the plan in the demonstration city, the same for the same seed.

Two steps: `enter_plan_life` before the figures are published, `settle_plan_life` after. `publish_year` publishes the
figures of several days in between, so that every commitment has a history.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from xuezheng.apps.plan.models import AllocationVersion, Claim, Commitment, IndicatorRun, Plan
from xuezheng.apps.plan.services.allocation import allocate, proportional_shares
from xuezheng.apps.plan.services.bulk import enter_reports
from xuezheng.apps.plan.services.publishing import publish_results
from xuezheng.apps.registry.models import Division
from xuezheng.evidence import Snapshot, run_indicators
from xuezheng.kernel.seeded import SeededStream
from xuezheng.policy import Pack
from xuezheng.site.city.plan_people import PlanPeople, ensure_plan_people
from xuezheng.site.city.plan_reports import reports_of
from xuezheng.site.city.plan_steering import close_some, steer

_ZONE = ZoneInfo("Asia/Shanghai")
# Two commitments concern named divisions only; every other count is shared out by population or as the pack says.
_NAMED_DIVISIONS = {"4.8": ("230109", "230111"), "A.1": ("230125",)}
_REALLOCATED = ("1.1", "2.7", "8.3")
Progress = Callable[[int, int], None]


@transaction.atomic
def enter_plan_life(*, by: object, plan: Plan, pack: Pack, today: date, seed: str) -> None:
    """Enter allocations, reports with evidence, decisions, risks, change orders and notices up to a day.

    Does nothing when reports are there already.
    """
    if Claim.objects.filter(commitment__plan=plan).exists():
        return
    people = ensure_plan_people(by=by)
    commitments = list(
        plan.commitments.select_related("plan", "owner").prefetch_related("milestones")
    )
    _share_out(plan=plan, pack=pack, commitments=commitments, people=people, seed=seed)
    shares = _current_shares(plan)
    reports = [
        report
        for commitment in commitments
        for report in reports_of(
            commitment, shares=shares.get(commitment.pk, {}), people=people, today=today, seed=seed
        )
    ]
    reports.sort(key=lambda report: (report.as_of, report.commitment.order, report.division or ""))
    enter_reports(by=by, reports=reports)
    steer(pack=pack, commitments=commitments, people=people, today=today, seed=seed)


def publish_year(
    *,
    by: object,
    snapshot: Snapshot,
    pack: Pack,
    days: Sequence[date],
    progress: Progress | None = None,
) -> list[IndicatorRun]:
    """Compute and publish the figures of several days from one snapshot, in their order."""
    runs = []
    for number, day in enumerate(sorted(days), start=1):
        result = run_indicators(snapshot=snapshot, pack=pack, as_of=day)
        runs.append(
            publish_results(
                by=by, result=result, snapshot=snapshot, at=moment(day + timedelta(days=2))
            )
        )
        if progress is not None:
            progress(number, len(days))
    return runs


@transaction.atomic
def settle_plan_life(*, by: object, plan: Plan, today: date) -> None:
    """Close the items that the published figures or a second person's check allow to be closed."""
    close_some(plan=plan, people=ensure_plan_people(by=by), at=moment(today))


def moment(day: date, hour: int = 10) -> datetime:
    """Give an hour of a day in the city."""
    return datetime.combine(day, time(hour), _ZONE)


def history_days(today: date) -> list[date]:
    """Give the ends of the months of the year up to today, and today, on which figures are published."""
    ends = [date(today.year, month + 1, 1) - timedelta(days=1) for month in range(2, today.month)]
    return sorted({*(day for day in ends if day < today), today})


def _share_out(
    *, plan: Plan, pack: Pack, commitments: Sequence[Commitment], people: PlanPeople, seed: str
) -> None:
    population = dict(Division.objects.exclude(kind="city").values_list("code", "population_2020"))
    weights = {code: persons or 1 for code, persons in population.items()}
    if not weights:
        return
    for commitment in commitments:
        if commitment.target is None or commitment.is_share or commitment.target <= 0:
            continue
        shares, reason = _first_shares(pack, commitment, weights)
        allocate(
            by=people.planner,
            commitment=commitment,
            shares=shares,
            reason=reason,
            at=moment(plan.starts_on + timedelta(days=20)),
            refresh=False,
        )
        if commitment.code in _REALLOCATED:
            allocate(
                by=people.units.get(commitment.owner_id or "", people.planner),
                commitment=commitment,
                shares=_moved(shares, SeededStream(seed, f"allocation/{commitment.code}")),
                reason="根据二季度建设进度，经区县会商后调整分解指标",
                at=moment(date(plan.starts_on.year, 5, 16)),
                refresh=False,
            )


def _first_shares(
    pack: Pack, commitment: Commitment, weights: dict[str, int]
) -> tuple[dict[str, Decimal], str]:
    entry = pack.commitment(commitment.code)
    target = commitment.target or Decimal(0)
    if entry.allocation is not None and set(entry.allocation.shares) <= set(weights):
        return dict(entry.allocation.shares), entry.allocation.by.zh
    named = [code for code in _NAMED_DIVISIONS.get(commitment.code, ()) if code in weights]
    chosen = {code: weights[code] for code in named} or weights
    return proportional_shares(target, chosen), "按2020年普查常住人口分解，最大余数法"


def _moved(shares: dict[str, Decimal], stream: SeededStream) -> dict[str, Decimal]:
    """Move a little from the divisions with the most to others."""
    moved = dict(shares)
    giver = max(moved, key=lambda code: (moved[code], code))
    for taker in stream.sample([code for code in sorted(moved) if code != giver], 2):
        amount = max(Decimal(1), (moved[giver] / 10).to_integral_value())
        if moved[giver] > amount:
            moved[giver] -= amount
            moved[taker] += amount
    return moved


def _current_shares(plan: Plan) -> dict[int, dict[str, Decimal]]:
    versions = AllocationVersion.objects.filter(
        commitment__plan=plan, is_current=True
    ).prefetch_related("shares")
    return {
        version.commitment_id: {share.division_id: share.value for share in version.shares.all()}
        for version in versions
    }
