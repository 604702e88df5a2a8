"""Acts on the plan, each a form on a page of its own."""

from xuezheng.apps.plan.views.acts.allocation import change_allocation
from xuezheng.apps.plan.views.acts.changes import decide_on_change, propose
from xuezheng.apps.plan.views.acts.closing import close_item, decide_closing_request, reopen_item
from xuezheng.apps.plan.views.acts.progress import decide_on_claim, report_progress
from xuezheng.apps.plan.views.acts.risks import record_risk, settle_risk
from xuezheng.apps.plan.views.acts.supervision import accept_answer, answer_notice, supervise

__all__ = [
    "accept_answer",
    "answer_notice",
    "change_allocation",
    "close_item",
    "decide_closing_request",
    "decide_on_change",
    "decide_on_claim",
    "propose",
    "record_risk",
    "reopen_item",
    "report_progress",
    "settle_risk",
    "supervise",
]
