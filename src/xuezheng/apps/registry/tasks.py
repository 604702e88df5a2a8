"""Jobs of the registry: checking and applying an import."""

from procrastinate.contrib.django import app

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.permissions import Scope, scope_of
from xuezheng.apps.record import jobs
from xuezheng.apps.record.recovery import repeatable
from xuezheng.apps.registry.models import ImportBatch
from xuezheng.apps.registry.services import imports


@app.task(name="registry.preview_import")
@repeatable
def preview_import(*, job: str, batch: str, language: str = "zh-hans") -> None:
    """Examine the file of an import; nothing enters a register."""
    with jobs.running(job) as progress:
        found = ImportBatch.objects.get(pk=batch)
        _, scope = _uploader(found)
        imports.preview_import(
            batch=found,
            scope=scope,
            language=language,
            report=lambda done, total: progress.report(done=done, total=total),
        )
        progress.finish(result={"batch": batch, "state": found.state})


@app.task(name="registry.apply_import")
@repeatable
def apply_import(*, job: str, batch: str, language: str = "zh-hans") -> None:
    """Apply a confirmed import, all of it or nothing."""
    with jobs.running(job) as progress:
        found = ImportBatch.objects.get(pk=batch)
        by, scope = _uploader(found)
        done = imports.apply_import(
            by=by,
            batch_id=batch,
            scope=scope,
            language=language,
            report=lambda done, total: progress.report(done=done, total=total),
        )
        progress.finish(
            result={
                "batch": batch,
                "new": done.new_count,
                "changed": done.changed_count,
                "unchanged": done.unchanged_count,
                "rejected": done.rejected_count,
            }
        )


def _uploader(batch: ImportBatch) -> tuple[User, Scope]:
    """Give the uploader and what he or she may import now, which may be less than at the time of the upload."""
    user = User.objects.get(pk=batch.uploaded_by_id)
    return user, scope_of(user, "registry.import")
