"""Fills an empty database: tables, city, plan, people, snapshot, figures. What is there already is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from xuezheng.site.launch.steps import Report, Steps

if TYPE_CHECKING:
    from xuezheng.apps.plan.models import Plan
    from xuezheng.evidence import Snapshot
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
    """Bring the tables up to this version of the program; when they are, nothing is run."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("createcachetable", verbosity=0)
        call_command("migrate", verbosity=0, interactive=False)


def is_prepared() -> bool:
    """Whether a demonstration city with figures stands."""
    from xuezheng.apps.accounts.models import User
    from xuezheng.apps.plan.models import IndicatorRun

    return User.objects.filter(is_demo=True).exists() and IndicatorRun.objects.exists()


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
        _ensure_figures(steps, pack, plan, anew=wish.replace)
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
    from xuezheng.site.launch.people import choose_people

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
        people=choose_people(school.pk) if school else {},
    )


def _ensure_figures(steps: Steps, pack: Pack, plan: Plan, *, anew: bool) -> None:
    """Live the year, and publish the figures of today; those of earlier days follow as a job."""
    from xuezheng.apps.plan.models import IndicatorRun
    from xuezheng.apps.record.actors import system_actor
    from xuezheng.site.city import plan_life

    assert pack.demonstration is not None
    today, seed = pack.demonstration.today, pack.demonstration.seed
    by = system_actor("up")
    published = IndicatorRun.objects.filter(plan=plan, plan__pack_hash=pack.hash)
    if anew or not published.filter(as_of=today).exists():
        with steps.step("A year of work on the plan"):
            plan_life.enter_plan_life(by=by, plan=plan, pack=pack, today=today, seed=seed)
        with steps.step("Snapshot") as report:
            snapshot = _take_snapshot(pack, report)
        with steps.step("Figures"):
            plan_life.publish_year(by=by, snapshot=snapshot, pack=pack, days=[today])
            plan_life.settle_plan_life(by=by, plan=plan, today=today)
    known = set(published.values_list("as_of", flat=True))
    missing = [day for day in plan_life.history_days(today) if day not in known]
    if missing:
        _queue_history(published.filter(as_of=today).latest().snapshot_id, missing)


def _queue_history(snapshot: str, days: list[date]) -> None:
    from django.utils.translation import gettext

    from xuezheng.apps.record import jobs
    from xuezheng.apps.record.actors import system_actor
    from xuezheng.site.tasks import compute_history

    jobs.enqueue(
        compute_history,
        kind="site.history",
        by=system_actor("up"),
        title=gettext("Figures of earlier months"),
        arguments={"snapshot": snapshot, "days": [day.isoformat() for day in days]},
        total=len(days),
    )


def _take_snapshot(pack: Pack, report: Report) -> Snapshot:
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
