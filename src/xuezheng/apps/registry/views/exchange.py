"""The pages of the exchange with Excel: choose, upload, preview, confirm, progress, result."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from xuezheng.apps.accounts.permissions import may_anywhere, require, scope_of
from xuezheng.apps.record import jobs
from xuezheng.apps.record.models import JobRun
from xuezheng.apps.registry import tasks
from xuezheng.apps.registry.exchange import export, guard, writing
from xuezheng.apps.registry.exchange.sheets import SheetKind, sheet_kinds
from xuezheng.apps.registry.models import Division, ImportBatch, ImportState
from xuezheng.apps.registry.services import imports
from xuezheng.apps.registry.views import exchange_preview
from xuezheng.kernel.errors import DomainError, InputError

_AT_ONCE_BYTES = 200_000
"""A file up to this size is examined within the request; a larger one by the job worker."""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Offer the registers, and list the user's imports."""
    if not may_anywhere(request.user, "registry.import"):
        raise PermissionDenied("registry.import")
    return _index(request)


def _index(
    request: HttpRequest, *, error: str = "", kind: str = "", status: int = 200
) -> HttpResponse:
    batches = _visible(request).order_by("-created_at")[:50]
    rows = [{"batch": batch, "register": sheet_kinds()[batch.kind]} for batch in batches]
    kinds = [
        {
            "kind": one,
            "title": one.title(_language()),
            "may_export": may_anywhere(request.user, _export_action(one)),
        }
        for one in sheet_kinds().values()
    ]
    for row in rows:
        row["title"] = row["register"].title(_language())
    context = {
        "kinds": kinds,
        "rows": rows,
        "error": error,
        "chosen": kind,
        "limit_mb": guard.MAX_FILE_BYTES >> 20,
    }
    return render(request, "registry/exchange/index.html", context, status=status)


@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out the template of a register."""
    if not (
        may_anywhere(request.user, "registry.import")
        or may_anywhere(request.user, "registry.export")
    ):
        raise PermissionDenied("registry.import")
    found = _kind(kind)
    word = gettext("template")
    return _workbook(writing.write_template(found), f"{found.title(_language())}-{word}.xlsx")


@require_safe
def export_rows(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out current data under the template's columns, as far as the user may export it."""
    found = _kind(kind)
    action = _export_action(found)
    division, institution = request.GET.get("division", ""), request.GET.get("institution", "")
    scope = scope_of(request.user, action)
    if scope.is_empty:
        raise PermissionDenied(action)
    if (division and not Division.objects.filter(code=division).exists()) or (
        institution and imports.division_of(institution) is None
    ):
        raise Http404
    _require_inside(request, action, division=division, institution=institution)
    rows = export.select_rows(found, scope=scope, division=division, institution=institution)
    try:
        content = writing.write_export(
            found, export.read_rows(found, rows, limit=export.PAGE_MAX_ROWS), language=_language()
        )
    except InputError as error:
        messages.error(request, error.message(gettext))
        return redirect("registry:imports")
    imports.record_export(
        by=request.user, kind=kind, filters={"division": division, "institution": institution}
    )
    day = timezone.localdate().isoformat()
    return _workbook(content, f"{found.title(_language())}-{day}.xlsx")


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a workbook in and examine it; nothing of it enters a register."""
    if not may_anywhere(request.user, "registry.import"):
        raise PermissionDenied("registry.import")
    found = _kind(request.POST.get("kind", ""))
    file = request.FILES.get("file")
    if file is None:
        return _index(
            request, error=gettext("Choose a workbook first."), kind=found.key, status=400
        )
    if file.size is not None and file.size > guard.MAX_FILE_BYTES:
        too_large = guard.FileTooLarge(
            file=file.name, size_mb=file.size >> 20, limit_mb=guard.MAX_FILE_BYTES >> 20
        )
        return _index(request, error=too_large.message(gettext), kind=found.key, status=400)
    content = file.read()
    earlier = imports.find_applied(kind=found.key, content=content)
    if earlier is not None:
        return _index(request, error=_applied_before(request, earlier), kind=found.key, status=409)
    division = _only_division(request)
    try:
        batch = imports.receive_file(
            by=request.user,
            kind=found.key,
            file_name=file.name or "",
            content=content,
            division=division,
        )
    except InputError as error:
        return _index(request, error=error.message(gettext), kind=found.key, status=400)
    _run(
        request,
        batch,
        tasks.preview_import,
        "registry.preview_import",
        at_once=len(content) <= _AT_ONCE_BYTES,
    )
    return redirect("registry:import", batch.pk)


@require_safe
def batch_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one import in whatever state it is; asks HTMX to reload once a job has ended."""
    batch = _batch(request, pk)
    job = JobRun.objects.filter(pk=batch.job_id).first() if batch.job_id else None
    is_moving = batch.state in {ImportState.CHECKING, ImportState.APPLYING}
    context: dict[str, Any] = {
        "batch": batch,
        "register": sheet_kinds()[batch.kind].title(_language()),
        "job": job,
        "is_moving": is_moving,
        "has_stopped": is_moving and (job is None or job.is_over),
        "refusal": exchange_preview.refusal(batch.error),
        "job_error": exchange_preview.refusal(job.error) if job else "",
    }
    if getattr(request, "htmx", False):
        response = render(request, "registry/exchange/progress.html", context)
        if not is_moving or context["has_stopped"]:
            response["HX-Refresh"] = "true"
        return response
    context |= exchange_preview.present(batch, sheet_kinds()[batch.kind], _language())
    return render(request, "registry/exchange/import.html", context)


@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Apply a previewed import as a job."""
    batch = _batch(request, pk)
    try:
        batch = imports.confirm_import(
            by=request.user, batch=batch, seen=request.POST.get("preview", "")
        )
    except DomainError as error:
        messages.error(request, error.message(gettext))
        return redirect("registry:import", pk)
    _run(request, batch, tasks.apply_import, "registry.apply_import")
    return redirect("registry:import", pk)


@require_POST
def run_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Start the job of an import again after it stopped; what was half done was undone."""
    batch = _batch(request, pk)
    if batch.state == ImportState.APPLYING:
        _run(request, batch, tasks.apply_import, "registry.apply_import")
    elif batch.state == ImportState.CHECKING:
        _run(request, batch, tasks.preview_import, "registry.preview_import")
    return redirect("registry:import", pk)


@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget an import that was not confirmed."""
    batch = _batch(request, pk)
    try:
        imports.discard_import(by=request.user, batch=batch)
        messages.success(request, gettext("The import was discarded. No register was changed."))
    except DomainError as error:
        messages.error(request, error.message(gettext))
    return redirect("registry:imports")


@require_safe
def rejected(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the rejected rows with the reason beside each cell."""
    batch = _batch(request, pk)
    content = imports.rejected_workbook(batch)
    if content is None:
        raise Http404
    word = gettext("rejected rows")
    return _workbook(content, f"{word}-{batch.file_name}")


def _run(
    request: HttpRequest, batch: ImportBatch, task: Any, kind: str, *, at_once: bool = False
) -> None:
    options: dict[str, Any] = {
        "kind": kind,
        "by": request.user,
        "title": f"{sheet_kinds()[batch.kind].title(_language())}: {batch.file_name}",
        "division": batch.division,
    }
    arguments = {"batch": str(batch.pk), "language": get_language() or "zh-hans"}
    if at_once:
        run = jobs.start(**options, arguments=arguments)
        ImportBatch.objects.filter(pk=batch.pk).update(job_id=run.pk)
        task(job=str(run.pk), **arguments)
        return
    run = jobs.enqueue(task, **options, arguments=arguments)
    ImportBatch.objects.filter(pk=batch.pk).update(job_id=run.pk)


def _batch(request: HttpRequest, pk: UUID) -> ImportBatch:
    found: ImportBatch = get_object_or_404(_visible(request), pk=pk)
    return found


def _visible(request: HttpRequest) -> Any:
    """Give the imports that a user may see: the own ones, and all where the user imports for the whole city."""
    scope = scope_of(request.user, "registry.import")
    if scope.is_empty:
        raise PermissionDenied("registry.import")
    return (
        ImportBatch.objects.all()
        if scope.city
        else ImportBatch.objects.filter(uploaded_by_id=str(request.user.pk))
    )


def _only_division(request: HttpRequest) -> str:
    divisions = scope_of(request.user, "registry.import").divisions
    return next(iter(divisions)) if len(divisions) == 1 else ""


def _kind(key: str) -> SheetKind:
    if key not in sheet_kinds():
        raise Http404
    return sheet_kinds()[key]


def _export_action(kind: SheetKind) -> str:
    return "registry.export_person" if kind.key in export.PERSONAL_KINDS else "registry.export"


def _require_inside(request: HttpRequest, action: str, *, division: str, institution: str) -> None:
    """Refuse an export that names a division or an institution outside what the user may export."""
    if institution:
        where = imports.division_of(institution)
        require(request, action, division=where, institution=institution)
    scope = scope_of(request.user, action)
    # A school head may name the own division: what comes out is the own school's all the same.
    around = imports.divisions_of(scope.institutions)
    if division and division not in around and not scope.covers(division=division):
        raise PermissionDenied(action)


def _applied_before(request: HttpRequest, batch: ImportBatch) -> str:
    assert batch.applied_at is not None
    if not _visible(request).filter(pk=batch.pk).exists():
        # Who else imports what is not for everybody who holds a copy of the file.
        return gettext(
            "This file was applied before, with every row. Nothing was done again. "
            "Change the file, or export the register to see what it holds."
        )
    when = timezone.localtime(batch.applied_at).strftime("%Y-%m-%d %H:%M")
    return gettext(
        "This file was applied on %(when)s by %(who)s, with every row. Nothing was done again. "
        "Change the file, or export the register to see what it holds."
    ) % {"when": when, "who": batch.uploaded_by_label}


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=writing.MEDIA_TYPE)
    response.headers["Content-Disposition"] = exchange_preview.attachment(name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"
