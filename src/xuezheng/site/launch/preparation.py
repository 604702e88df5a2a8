"""Fills an empty database: tables, city, plan, people, snapshot, figures. What is there already is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from xuezheng.site.launch.steps import Report, Steps

if TYPE_CHECKING:
    from xuezheng.apps.plan.models import Plan
    from xuezheng.policy import Pack

DEMONSTRATION_PASSWORD = "xuezheng-2023"  # noqa: S105 - shown to everyone who starts the demonstration
_CITY_STEPS = {
    "plan": "drawing the city",
    "registers": "institutions, classes, rooms, staff",
    "children": "children and guardians",
    "indexes": "indexes and keys",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CityWish:
    """The demonstration city that is asked for; None where the default will do."""

    scale: Fraction | None
    seed: str | None
    replace: bool


def migrate() -> None:
    """Bring the tables up to this version of the program."""
    from django.core.management import call_command

    call_command("createcachetable", verbosity=0)
    call_command("migrate", verbosity=0, interactive=False)


def prepare_city(steps: Steps, wish: CityWish) -> bool:
    """Build the city where there is none, and compute its figures where they are missing.

    Returns:
        Whether this is the demonstration city; False for a database with a bureau's own records, which are kept.
    """
    from django.conf import settings

    from xuezheng.policy import find_pack, load_pack

    with steps.step("Policy pack"):
        pack = load_pack(find_pack(settings.CITY_PACK))
    is_demonstration = _ensure_city(steps, pack, wish)
    plan = _ensure_plan(steps, pack)
    if is_demonstration:
        _ensure_people()
    _ensure_figures(steps, pack, plan)
    return is_demonstration


def _ensure_city(steps: Steps, pack: Pack, wish: CityWish) -> bool:
    from xuezheng.apps.record.actors import system_actor
    from xuezheng.site.city import build_city, city_info
    from xuezheng.site.city.state import ForeignRecords

    try:
        standing = city_info()
    except ForeignRecords:
        steps.say("The registers hold records of your own: they are kept, and no city is built.")
        return False
    if standing is not None and not wish.replace:
        if wish.scale is not None and Fraction(standing.scale) != wish.scale:
            steps.say(f"The city stands at scale {standing.scale}; --reset builds another.")
        return True
    seed = wish.seed or (pack.demonstration.seed if pack.demonstration else "1")
    scale = wish.scale or Fraction(1, 20)
    with steps.step(f"Demonstration city, {scale} of the children") as report:
        build_city(
            scale=scale,
            seed=seed,
            pack=pack,
            progress=lambda step, done, total: report(
                done=done, total=total, message=_CITY_STEPS.get(step, step)
            ),
            by=system_actor("up"),
            replace=wish.replace,
        )
    return True


def _ensure_plan(steps: Steps, pack: Pack) -> Plan:
    from xuezheng.apps.plan.models import Plan
    from xuezheng.apps.plan.services.loading import load_plan
    from xuezheng.apps.record.actors import system_actor

    known = Plan.objects.filter(pack_id=pack.id, pack_hash=pack.hash, is_current=True).first()
    if known is not None and known.city_id is not None:
        return known
    with steps.step("Plan"):
        return load_plan(by=system_actor("up"), pack=pack)


def _ensure_people() -> None:
    from xuezheng.apps.accounts.models import User
    from xuezheng.apps.accounts.services.demonstration import DemoInstitution, ensure_demo_users
    from xuezheng.apps.record.actors import system_actor
    from xuezheng.apps.registry.models import Division, Institution

    if User.objects.filter(is_demo=True).exists():
        return
    institutions = Institution.objects.filter(closed_on=None).order_by("division_id", "code")
    school = institutions.filter(kind="primary", ownership="public").first()
    private = institutions.exclude(ownership="public").first()
    ensure_demo_users(
        by=system_actor("up"),
        divisions=[school.division_id]
        if school
        else [Division.objects.values_list("pk", flat=True)[0]],
        institutions=[
            DemoInstitution(code=one.code, division=one.division_id)
            for one in (school, private)
            if one
        ],
        password=DEMONSTRATION_PASSWORD,
    )


def _ensure_figures(steps: Steps, pack: Pack, plan: Plan) -> None:
    from xuezheng.apps.plan.models import IndicatorRun

    today = _today(pack)
    if IndicatorRun.objects.filter(plan=plan, as_of=today).exists():
        return
    with steps.step("Snapshot") as report:
        snapshot = _take_snapshot(pack, report)
    days = [*month_ends(pack.period.start, today), today]
    with steps.step("Figures, month by month") as report:
        _publish(snapshot, pack, days, report)


def _take_snapshot(pack: Pack, report: Report):  # type: ignore[no-untyped-def]
    from django.conf import settings
    from django.utils import timezone

    from xuezheng.evidence import collect_tables, take_snapshot

    return take_snapshot(
        database_url=settings.DATABASE_URL,
        tables=collect_tables(settings.INSTALLED_APPS),
        pack_id=pack.id,
        pack_hash=pack.hash,
        folder=settings.SNAPSHOTS_FOLDER,
        taken_at=timezone.now(),
        label="first",
        progress=lambda table, done, total: report(done=done, total=total, message=table),
    )


def _publish(snapshot, pack: Pack, days: list[date], report: Report) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from xuezheng.apps.plan.services.publishing import publish_run
    from xuezheng.apps.record.actors import system_actor
    from xuezheng.evidence import run_indicators

    for done, day in enumerate(days):
        report(done=done, total=len(days), message=day.isoformat())
        run = run_indicators(snapshot=snapshot, pack=pack, as_of=day)
        publish_run(by=system_actor("up"), run_folder=run.folder, at=timezone.now())


def _today(pack: Pack) -> date:
    from django.utils import timezone

    return pack.demonstration.today if pack.demonstration else timezone.localdate()


def month_ends(start: date, before: date) -> Iterator[date]:
    """The last days of the months from `start` on that lie before `before`."""
    day = start
    while True:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        last = following - timedelta(days=1)
        if last >= before:
            return
        yield last
        day = following
