"""Imports from upload to result. The file is kept encrypted until it was applied or discarded."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from xuezheng.apps.record.access import Scope
from xuezheng.apps.record.actors import actor_of
from xuezheng.apps.record.jobs import error_facts
from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry import identity
from xuezheng.apps.registry.exchange import writing
from xuezheng.apps.registry.exchange.apply import PreviewDiffers, apply_sheet
from xuezheng.apps.registry.exchange.examine import examine, make_register
from xuezheng.apps.registry.exchange.guard import check_file
from xuezheng.apps.registry.exchange.preview import Summary
from xuezheng.apps.registry.exchange.reading import OpenSheet, open_sheet
from xuezheng.apps.registry.exchange.sheets import sheet_kind
from xuezheng.apps.registry.models import ImportBatch, ImportContent, ImportState, Institution
from xuezheng.apps.registry.rules import RegistryRules, city_rules
from xuezheng.kernel.errors import InputError, StateError, gettext_noop

Report = Callable[[int, int], None]


class ImportNotReady(StateError):
    """An import is not in the state that the step needs."""

    code = "registry.exchange.not_ready"
    template = gettext_noop(
        "The import of %(file)s is in the state “%(state)s”, so this step is not possible."
    )
    remedy = gettext_noop("Open the import again to see where it stands.")


class PreviewOutdated(StateError):
    """The register is not what it was when the preview was made."""

    code = "registry.exchange.preview_outdated"
    template = gettext_noop(
        "The register was changed after the preview of %(file)s that you saw. Nothing was taken over."
    )
    remedy = gettext_noop("Look at the new preview, and confirm it if it is what you want.")


def find_applied(*, kind: str, content: bytes) -> ImportBatch | None:
    """Find an earlier import of the same file that took over every row; doing it again would change nothing wanted."""
    return ImportBatch.objects.filter(
        kind=kind, file_hash=_hash(content), state=ImportState.APPLIED, rejected_count=0
    ).first()


@transaction.atomic
def receive_file(
    *, by: object, kind: str, file_name: str, content: bytes, division: str = ""
) -> ImportBatch:
    """Take a workbook in for checking; nothing of it enters a register.

    Raises:
        InputError: If the file is no harmless workbook.
    """
    sheet_kind(kind)
    check_file(file_name, content)
    actor = actor_of(by)
    batch = ImportBatch.objects.create(
        kind=kind,
        file_name=file_name[-200:],
        file_hash=_hash(content),
        file_size=len(content),
        uploaded_by_id=actor.id,
        uploaded_by_label=actor.label[:120],
        division=division,
        created_at=timezone.now(),
    )
    ImportContent.objects.create(batch=batch, upload=identity.seal_file(content, row=str(batch.pk)))
    return batch


def preview_import(
    *, batch: ImportBatch, scope: Scope, report: Report, language: str = "zh-hans"
) -> ImportBatch:
    """Examine the file against the register and keep counts, samples and the workbook of rejected rows.

    A file that is refused as a whole leaves the import in the state refused, with code and facts of the error.
    """
    _expect(batch, ImportState.CHECKING, ImportState.PREVIEWED)
    try:
        sheet = _open(batch)
        summary = _examine(sheet, scope, report)
    except InputError as error:
        batch.state, batch.error = ImportState.REFUSED, error_facts(error)
        batch.save(update_fields=["state", "error"])
        ImportContent.objects.filter(batch=batch).update(upload=None)
        return batch
    batch.state = ImportState.PREVIEWED
    _keep(batch, summary, language)
    return batch


@transaction.atomic
def confirm_import(*, by: object, batch: ImportBatch, seen: str = "") -> ImportBatch:
    """Let a previewed import be applied; the second of two confirmations is refused.

    Args:
        by: Who confirms.
        batch: The import.
        seen: Fingerprint of the preview that was on the page; empty if it is not known.

    Raises:
        ImportNotReady: If it is not waiting for confirmation.
        PreviewOutdated: If a newer preview stands there by now.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    _expect(batch, ImportState.PREVIEWED)
    if seen and seen != batch.preview.get("fingerprint", seen):
        raise PreviewOutdated(file=batch.file_name)
    batch.state = ImportState.APPLYING
    batch.save(update_fields=["state"])
    _event(batch, by, "confirm")
    return batch


def apply_import(
    *, by: object, batch_id: UUID | str, scope: Scope, report: Report, language: str = "zh-hans"
) -> ImportBatch:
    """Apply a confirmed import in one transaction; a second run of an applied import does nothing.

    Killed at any point, it leaves the register as it was, and can be run again. Where the rows would not become what
    the confirmed preview said, because the register was changed meanwhile, nothing is written: the import waits for
    confirmation again, with a new preview.

    Raises:
        ImportNotReady: If it was not confirmed.
        PreviewOutdated: If the register was changed after the preview; the new preview is kept.
        RegisterRefused: If the database refuses; nothing is written then.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.state == ImportState.APPLIED:
            return batch
        _expect(batch, ImportState.APPLYING)
        with connection.cursor() as cursor:
            # One import of a register at a time: the other waits here, then sees what this one wrote.
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"registry.import.{batch.kind}"]
            )
        sheet = _open(batch)
        register = make_register(batch.kind, scope=scope, rules=_rules(), today=_today())
        confirmed = str(batch.preview.get("fingerprint", ""))
        try:
            summary = apply_sheet(
                sheet, register, by=by, batch=str(batch.pk), confirmed=confirmed, report=report
            )
        except PreviewDiffers as differs:
            _ask_again(batch, differs.summary, language, by)
        else:
            batch.state, batch.applied_at = ImportState.APPLIED, timezone.now()
            _keep(batch, summary, language)
            ImportContent.objects.filter(batch=batch).update(upload=None)
            _event(batch, by, "apply")
    if batch.state != ImportState.APPLIED:
        raise PreviewOutdated(file=batch.file_name)
    return batch


def _ask_again(batch: ImportBatch, summary: Summary, language: str, by: object) -> None:
    """Keep the new preview beside the counts of the one that was confirmed."""
    counts = {
        "new": batch.new_count,
        "changed": batch.changed_count,
        "unchanged": batch.unchanged_count,
        "rejected": batch.rejected_count,
    }
    batch.state = ImportState.PREVIEWED
    _keep(batch, summary, language)
    batch.preview = {**batch.preview, "confirmed": counts}
    batch.save(update_fields=["preview"])
    _event(batch, by, "ask_again")


@transaction.atomic
def discard_import(*, by: object, batch: ImportBatch) -> None:
    """Forget an import that was not confirmed, with its file."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    _expect(batch, ImportState.PREVIEWED, ImportState.CHECKING)
    batch.state = ImportState.DISCARDED
    batch.save(update_fields=["state"])
    ImportContent.objects.filter(batch=batch).update(upload=None, rejected=None)
    _event(batch, by, "discard")


def record_export(*, by: object, kind: str, filters: dict[str, str]) -> None:
    """Write down that data left a register, and which."""
    write_event(
        by=by,
        action="registry.export.write",
        subject=("register", kind),
        division=filters.get("division", ""),
        facts={"kind": kind, **filters},
    )


def division_of(institution: str) -> str | None:
    """Give the division of an institution; None when there is no such institution."""
    return Institution.objects.filter(pk=institution).values_list("division_id", flat=True).first()


def divisions_of(institutions: Iterable[str]) -> frozenset[str]:
    """Give the divisions that some institutions lie in."""
    rows = Institution.objects.filter(pk__in=list(institutions))
    return frozenset(rows.values_list("division_id", flat=True))


def rejected_workbook(batch: ImportBatch) -> bytes | None:
    """Give the workbook of rejected rows, if there were any."""
    sealed = ImportContent.objects.filter(batch=batch).values_list("rejected", flat=True).first()
    return None if sealed is None else identity.open_file(sealed, row=str(batch.pk))


def examine_file(
    *, kind: str, file_name: str, content: bytes, scope: Scope, report: Report
) -> Summary:
    """Examine a file without keeping anything, as the command line's preview does."""
    return _examine(open_sheet(file_name, content, sheet_kind(kind)), scope, report)


def _examine(sheet: OpenSheet, scope: Scope, report: Report) -> Summary:
    register = make_register(sheet.kind.key, scope=scope, rules=_rules(), today=_today())
    summary = Summary(sheet=sheet, register=register)
    done = 0
    for outcomes in examine(sheet, register):
        summary.add(outcomes)
        done += len(outcomes)
        report(done, sheet.total)
    return summary


def _open(batch: ImportBatch) -> OpenSheet:
    content = ImportContent.objects.filter(batch=batch).values_list("upload", flat=True).first()
    if content is None:
        raise ImportNotReady(file=batch.file_name, state=batch.get_state_display())
    return open_sheet(
        batch.file_name, identity.open_file(content, row=str(batch.pk)), sheet_kind(batch.kind)
    )


def _keep(batch: ImportBatch, summary: Summary, language: str) -> None:
    counts = summary.counts
    batch.new_count, batch.changed_count = counts["new"], counts["changed"]
    batch.unchanged_count, batch.rejected_count = counts["unchanged"], counts["rejected"]
    batch.preview = summary.plain()
    batch.save()
    rejected = rejected_rows_workbook(summary, language) if summary.rejected else None
    sealed = identity.seal_file(rejected, row=str(batch.pk)) if rejected else None
    ImportContent.objects.filter(batch=batch).update(rejected=sealed)


def rejected_rows_workbook(summary: Summary, language: str) -> bytes:
    """Write the rejected rows of an examination with their reasons in a language."""
    headers = [(place.index, place.header) for place in summary.sheet.header.places]
    count, kept = len(summary.rejected), writing.MAX_REJECTED_ROWS
    with translation.override(language):
        return writing.write_rejected(
            summary.sheet.kind,
            headers,
            summary.rejected,
            lambda problem: problem.sentence(),
            reason_title=gettext("Row and reason"),
            note=rejected_note(count, kept) if count > kept else "",
        )


def rejected_note(count: int, kept: int) -> str:
    """Say that a workbook of rejected rows was cut."""
    return gettext(
        "The workbook of rejected rows holds the first %(kept)s of %(count)s. So many rows usually have one cause: "
        "correct it in your own workbook and hand that in again."
    ) % {"kept": f"{kept:,}", "count": f"{count:,}"}


def _event(batch: ImportBatch, by: object, verb: str) -> None:
    write_event(
        by=by,
        action=f"registry.import.{verb}",
        subject=("import", batch.pk),
        division=batch.division,
        facts={
            "kind": batch.kind,
            "file_hash": batch.file_hash,
            "new": batch.new_count,
            "changed": batch.changed_count,
            "unchanged": batch.unchanged_count,
            "rejected": batch.rejected_count,
        },
    )


def _expect(batch: ImportBatch, *states: str) -> None:
    if batch.state not in states:
        raise ImportNotReady(file=batch.file_name, state=batch.get_state_display())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _rules() -> RegistryRules:
    return city_rules(_today())


def _today() -> date:
    return timezone.localdate()
