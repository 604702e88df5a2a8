"""A commitment's page, and the evidence files behind its claims."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.views.decorators.http import require_safe

from xuezheng.apps.accounts.permissions import may, require
from xuezheng.apps.plan.models import ChangeState, ClaimEvidence, Commitment, LedgerAction, Light
from xuezheng.apps.plan.selectors.access import may_act, repliable
from xuezheng.apps.plan.selectors.commitment import (
    FIGURES,
    TABS,
    CommitmentRecord,
    read_commitment,
)
from xuezheng.apps.plan.sentences import in_language, write_figure
from xuezheng.apps.plan.services.progress import evidence_path
from xuezheng.apps.plan.views.common import (
    context_of,
    divisions_by_code,
    find_commitment,
    open_page,
)
from xuezheng.apps.registry.selectors.maps import map_shapes


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything about a commitment, for the city or one division."""
    require(request, "plan.view_commitment")
    page = open_page(request)
    commitment = find_commitment(page.plan, code)
    divisions = divisions_by_code()
    division = request.GET.get("division", "")
    if division and not page.viewer.sees(division):
        raise PermissionDenied("plan.view_internal")
    if division and division not in divisions:
        raise Http404(f"division {division}")
    asked = request.GET.get("tab", FIGURES)
    tab = asked if asked in TABS else FIGURES
    record = read_commitment(
        commitment,
        run=page.run,
        division=division,
        divisions=divisions,
        viewer=page.viewer,
        tab=tab,
    )
    context = context_of(
        page,
        commitment=commitment,
        record=record,
        tab=tab,
        row=record.status,
        division=divisions.get(division),
        today=page.today,
        is_public=not page.viewer.is_internal,
        sees_facts=page.viewer.is_internal and bool(commitment.indicator),
        acts=_acts(request, commitment, division, record),
        repliable=repliable(request.user, record.notices),
        counting_label=in_language,
        shapes=map_shapes(divisions.values()) if record.lines and page.viewer.city else None,
        map_index=_map_index(commitment, record, divisions),
    )
    htmx = getattr(request, "htmx", None)
    partial = htmx is not None and bool(htmx) and not htmx.boosted
    template = "plan/parts/commitment_body.html" if partial else "plan/commitment.html"
    return render(request, template, context)


@require_safe
def evidence_file(request: HttpRequest, key: int) -> HttpResponse:
    """Hand out an evidence file to those who see its claim; always as a download, never shown by the browser."""
    evidence = get_object_or_404(ClaimEvidence.objects.select_related("claim", "file"), pk=key)
    page = open_page(request)
    if not page.viewer.sees(evidence.claim.division_id) and not (
        evidence.claim.division_id is None and page.viewer.city
    ):
        raise PermissionDenied("plan.view_internal")
    path = evidence_path(evidence.file_id)
    if not path.is_file():
        raise Http404(evidence.file_id)
    response = HttpResponse(path.read_bytes(), content_type="application/octet-stream")
    response["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{escape_uri_path(evidence.name)}"
    )
    return response


def _acts(
    request: HttpRequest, commitment: Commitment, division: str, record: CommitmentRecord
) -> dict[str, Any]:
    """Tell which acts the user may do here, so that the page offers no other."""
    user = request.user
    can_close = may_act(user, "plan.close_item", commitment)
    return {
        "claim": may_act(user, "plan.claim", commitment, division=division or None)
        and not commitment.is_closed,
        "confirm": may(user, "plan.confirm", division=division or None),
        "allocate": may_act(user, "plan.allocate", commitment)
        and commitment.target is not None
        and not commitment.is_share,
        "risk": may_act(user, "plan.edit", commitment),
        "change": may_act(user, "plan.edit", commitment) and not commitment.is_closed,
        "approve": may(user, "plan.change_order")
        and any(order.state == ChangeState.PROPOSED for order in record.changes),
        "supervise": may(user, "plan.supervise"),
        "close": can_close and not commitment.is_closed and record.status.light == Light.MET,
        "ask_closing": may_act(user, "plan.edit", commitment)
        and not commitment.is_closed
        and record.request is None,
        "decide_closing": can_close
        and record.request is not None
        and record.request.requested_by_id != user.pk,
        "reopen": can_close and commitment.is_closed,
        "ledger_closed": LedgerAction.CLOSED,
    }


def _map_index(
    commitment: Commitment, record: CommitmentRecord, divisions: dict[str, Any]
) -> dict[str, Any]:
    lines = {line.division.code: line for line in record.lines}
    index = {}
    for code, division in divisions.items():
        line = lines.get(code)
        name, fill, said, url = in_language(division), "plan-shade-0", "", ""
        if line is not None and line.status is not None:
            fill = f"plan-light-{line.status.light}"
            figure = write_figure(line.status.verified, in_percent=line.status.in_percent)
            goal = write_figure(line.status.target, in_percent=line.status.in_percent)
            said = f": {figure} / {goal} · {line.status.get_light_display()}"
            url = f"{reverse('plan:commitment', args=[commitment.code])}?division={code}"
        index[code] = {"name": name, "text": f"{name}{said}", "fill": fill, "url": url}
    return index
