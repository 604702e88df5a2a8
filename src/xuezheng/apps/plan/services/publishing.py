"""Publishing a run of indicators: its figures are entered, and every commitment is judged by them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from xuezheng.apps.plan.models import CommitmentStatus, IndicatorRun, Plan, Snapshot
from xuezheng.apps.plan.selectors.current import current_run
from xuezheng.apps.plan.services.statuses import compute_statuses, recompute_statuses
from xuezheng.apps.record.services import write_event
from xuezheng.evidence import IndicatorRunResult, Level, read_snapshot, verify_run
from xuezheng.evidence import Snapshot as TakenSnapshot
from xuezheng.kernel.errors import StateError, gettext_noop

_COLUMNS = (
    "run_id",
    "indicator",
    "reading",
    "level",
    "unit_code",
    "value",
    "numerator",
    "denominator",
    "threshold",
    "is_official",
    "facts",
    "unknown",
    "failing",
    "excluded",
    "state",
    "reason",
    "as_of",
)


class RunOfOtherPack(StateError):
    """The figures were computed under another version of the pack than the plan that is loaded."""

    code = "plan.run_of_other_pack"
    template = gettext_noop(
        "The figures in %(folder)s were computed with another version of the pack %(pack)s."
    )
    remedy = gettext_noop(
        "Load the present pack, take a snapshot and compute the indicators again."
    )


def publish_run(*, by: Any, run_folder: Path, at: datetime) -> IndicatorRun:
    """Publish the results in a run's folder; publishing the same run again changes nothing.

    Args:
        by: Who publishes; a user, or an actor of the system.
        run_folder: Where the evidence layer wrote the run.
        at: When.

    Raises:
        RunOfOtherPack: If the plan in the database is of another pack, or of another version of it.
        SnapshotDamaged: If the files are not what the manifests say.
    """
    result = verify_run(run_folder)
    snapshot = read_snapshot(run_folder.parent.parent)
    return publish_results(by=by, result=result, snapshot=snapshot, at=at)


@transaction.atomic
def publish_results(
    *, by: Any, result: IndicatorRunResult, snapshot: TakenSnapshot, at: datetime
) -> IndicatorRun:
    """Publish results that have been read; see `publish_run`."""
    plan = Plan.objects.select_for_update(of=("self",)).filter(pack_id=result.pack_id).first()
    if plan is None or plan.pack_hash != result.pack_hash:
        raise RunOfOtherPack(folder=result.folder.name, pack=result.pack_id)
    known = IndicatorRun.objects.filter(run_id=result.id).first()
    if known is not None:
        return known
    run = IndicatorRun.objects.create(
        plan=plan,
        snapshot=_keep_snapshot(snapshot),
        run_id=result.id,
        as_of=result.as_of,
        engine=result.engine,
        folder=str(result.folder),
        published_by=by if getattr(by, "is_authenticated", False) else None,
        published_at=at,
    )
    _copy_results(run, result)
    CommitmentStatus.objects.bulk_create(compute_statuses(run), batch_size=1000)
    latest = current_run(plan)
    if latest is not None and latest.pk != run.pk:
        # An earlier day published late gives the present figures a longer history, and so another forecast.
        recompute_statuses(latest)
    write_event(
        by=by,
        action="plan.run.publish",
        subject=("indicator_run", result.id),
        facts={
            "as_of": result.as_of.isoformat(),
            "snapshot": snapshot.name,
            "snapshot_hash": snapshot.hash,
            "results": len(result.results),
        },
        at=at,
    )
    return run


def _keep_snapshot(snapshot: TakenSnapshot) -> Snapshot:
    kept, _ = Snapshot.objects.get_or_create(
        name=snapshot.name,
        defaults={
            "sha256": snapshot.hash,
            "pack_hash": snapshot.pack_hash,
            "taken_at": snapshot.taken_at,
            "rows": snapshot.rows,
            "folder": str(snapshot.folder),
        },
    )
    return kept


def _copy_results(run: IndicatorRun, result: IndicatorRunResult) -> None:
    """Enter tens of thousands of rows by COPY."""
    statement = f"COPY plan_indicatorresult ({', '.join(_COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for item in result.results:
            if item.level == Level.FACT:
                continue
            copy.write_row(
                (
                    run.pk,
                    item.indicator_id,
                    item.reading,
                    item.level.value,
                    item.unit_code,
                    _six(item.value),
                    _six(item.numerator),
                    _six(item.denominator),
                    _six(item.threshold),
                    item.official,
                    item.facts,
                    item.unknown,
                    item.failing,
                    item.excluded,
                    item.state.value,
                    item.reason.value,
                    run.as_of,
                )
            )


def _six(value: Any) -> Any:
    return None if value is None else round(value, 6)
