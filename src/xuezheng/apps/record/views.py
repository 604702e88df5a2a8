"""The audit log and the published documents."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xuezheng.apps.record.access import access_of
from xuezheng.apps.record.documents import closed_kinds
from xuezheng.apps.record.exports import EXCEL_TYPE, events_csv, events_workbook
from xuezheng.apps.record.forms import EventFilterForm
from xuezheng.apps.record.reading import shown_events
from xuezheng.apps.record.selectors import events, history, published_documents

_ROWS = 50
_EXPORT_ROWS = 50_000
_PAGES_COUNTED = 200
"""Beyond so many pages the list asks for a filter rather than count millions of rows."""


@require_GET
def event_list(request: HttpRequest) -> HttpResponse:
    """List audit events with filters in the address; only what the reader's divisions did, unless for the city."""
    scope = access_of(request).scope_of("record.view_audit")
    if scope.is_empty:
        raise PermissionDenied("record.view_audit")
    form = EventFilterForm(request.GET)
    found = events(wanted=form.wanted(), scope=scope)
    # The newest so many only: the window is what people page through, and it is counted quickly.
    window = found[: _ROWS * _PAGES_COUNTED]
    page = Paginator(window, _ROWS).get_page(request.GET.get("page"))
    may_export = not access_of(request).scope_of("record.export_audit").is_empty
    context = {
        "form": form,
        "page": page,
        "is_cut": page.paginator.count == _ROWS * _PAGES_COUNTED,
        "rows": shown_events(page),
        "may_export": may_export,
        "query": request.GET.urlencode(),
    }
    return render(request, "record/events.html", context)


@require_GET
def event_export(request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """Hand out the filtered events as Excel or CSV."""
    scope = access_of(request).scope_of("record.export_audit")
    if scope.is_empty:
        raise PermissionDenied("record.export_audit")
    found = events(wanted=EventFilterForm(request.GET).wanted(), scope=scope)[:_EXPORT_ROWS]
    name = f"audit-{timezone.localdate():%Y%m%d}"
    answer: HttpResponse | StreamingHttpResponse
    if kind == "csv":
        answer = StreamingHttpResponse(events_csv(found), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(events_workbook(found), content_type=EXCEL_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


@require_GET
def event_page(request: HttpRequest, stream: str, sequence: int) -> HttpResponse:
    """Show one event with its facts and its place in the chain."""
    scope = access_of(request).scope_of("record.view_audit")
    row = get_object_or_404(
        events(wanted=EventFilterForm({}).wanted(), scope=scope), stream=stream, sequence=sequence
    )
    context = {
        "shown": shown_events([row])[0],
        "history": history((row.subject_kind, row.subject_id), limit=20, scope=scope),
        "title": _("Event %(stream)s/%(sequence)s") % {"stream": stream, "sequence": sequence},
    }
    return render(request, "record/event.html", context)


@require_GET
def document_list(request: HttpRequest) -> HttpResponse:
    """List what was published, the newest first."""
    if access_of(request).scope_of("record.view_document").is_empty:
        raise PermissionDenied("record.view_document")
    found = published_documents(kind=request.GET.get("kind", "")).exclude(
        kind__in=closed_kinds(access_of(request))
    )
    page = Paginator(found, _ROWS).get_page(request.GET.get("page"))
    return render(request, "record/documents.html", {"page": page})
