"""Jobs of the record: looking after the other jobs."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from xuezheng.apps.record.recovery import recover_stalled

_KEPT_HOURS = 24 * 30
_HOUR_SECONDS, _MINUTE_SECONDS = 3600, 60


@app.periodic(cron="* * * * *")
@app.task(name="record.recover_jobs", queueing_lock="record.recover_jobs", pass_context=True)
async def recover_jobs(context: JobContext, timestamp: int) -> None:
    """Take up stalled jobs, every minute; once an hour forget entries of the queue that ended a month ago."""
    await recover_stalled(context.app)
    if timestamp % _HOUR_SECONDS < _MINUTE_SECONDS:
        await context.app.job_manager.delete_old_jobs(
            nb_hours=_KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )
