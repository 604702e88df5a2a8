"""Jobs of the installation as a whole."""

from __future__ import annotations

from datetime import date

from procrastinate.contrib.django import app

from xuezheng.apps.record import jobs
from xuezheng.apps.record.actors import system_actor
from xuezheng.apps.record.recovery import repeatable


@app.task(name="site.history")
@repeatable
def compute_history(*, job: str, snapshot: str, days: list[str]) -> None:
    """Publish the figures of earlier days from a snapshot, then judge today's anew with that history."""
    from django.conf import settings

    from xuezheng.apps.plan.models import Plan
    from xuezheng.apps.plan.services.statuses import refresh_statuses
    from xuezheng.evidence import find_snapshot
    from xuezheng.policy import find_pack, load_pack
    from xuezheng.site.city.plan_life import publish_year

    with jobs.running(job) as progress:
        pack = load_pack(find_pack(settings.CITY_PACK))
        publish_year(
            by=system_actor("history"),
            snapshot=find_snapshot(settings.SNAPSHOTS_FOLDER, snapshot),
            pack=pack,
            days=[date.fromisoformat(day) for day in days],
            progress=lambda done, total: progress.report(
                done=done, total=total, message=days[done - 1]
            ),
        )
        for commitment in Plan.objects.get(pack_id=pack.id).commitments.all():
            refresh_statuses(commitment)
        progress.finish(result={"days": len(days)})
