"""Issuing and answering supervision notices."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xuezheng.apps.accounts.permissions import require
from xuezheng.apps.plan.forms.steering import NoticeForm, TextForm
from xuezheng.apps.plan.models import SupervisionNotice
from xuezheng.apps.plan.selectors.access import repliable
from xuezheng.apps.plan.services.supervision import accept_reply, issue_notice, reply_to_notice
from xuezheng.apps.plan.views.acts.common import back_to, once, run_form
from xuezheng.apps.plan.views.common import find_commitment, open_page
from xuezheng.policy import find_pack, load_pack


@require_http_methods(["GET", "POST"])
def supervise(request: HttpRequest, code: str) -> HttpResponse:
    """Issue a supervision notice."""
    require(request, "plan.supervise")
    page = open_page(request)
    commitment = find_commitment(page.plan, code)
    days = int(page.plan.parameters.get("reply_working_days", 5))
    form = NoticeForm(request.POST or None, commitment=commitment, days=days)

    def act() -> object:
        to_unit = form.cleaned_data["addressee"] == "unit"
        return issue_notice(
            by=request.user,
            commitment=commitment,
            unit=commitment.owner if to_unit else None,
            division=None if to_unit else form.cleaned_data["addressee"],
            text=form.cleaned_data["text"],
            working_days=form.cleaned_data["working_days"],
            calendar=load_pack(find_pack(page.plan.pack_id)).calendar,
            on=page.today,
        )

    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=once(request, f"plan.notice:{commitment.code}", form, act),
        title=_("Issue a supervision notice"),
        button=_("Issue the notice"),
        done=_("The notice was issued; its deadline counts working days."),
        anchor="#notices",
    )


@require_http_methods(["GET", "POST"])
def answer_notice(request: HttpRequest, number: str) -> HttpResponse:
    """Answer a supervision notice."""
    notice = get_object_or_404(
        SupervisionNotice.objects.select_related("commitment", "unit", "division"), number=number
    )
    if notice.pk not in repliable(request.user, [notice]):
        raise PermissionDenied("plan.reply_supervision")
    page = open_page(request)
    commitment = find_commitment(page.plan, notice.commitment.code)
    form = TextForm(request.POST or None, label=_("Your reply"))
    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=lambda: reply_to_notice(
            by=request.user, notice=notice, reply=form.cleaned_data["text"], on=page.today
        ),
        title=_("Reply to a supervision notice"),
        button=_("Send the reply"),
        done=_("The reply was sent."),
        template="plan/notice.html",
        notice=notice,
        today=page.today,
        anchor="#notices",
    )


@require_POST
def accept_answer(request: HttpRequest, number: str) -> HttpResponse:
    """Take a reply as sufficient."""
    require(request, "plan.supervise")
    notice = get_object_or_404(
        SupervisionNotice.objects.select_related("commitment"), number=number
    )
    accept_reply(by=request.user, notice=notice)
    return redirect(back_to(notice.commitment, request, anchor="#notices"))
