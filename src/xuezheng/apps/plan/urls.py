"""Addresses of the plan's pages."""

from django.urls import path

from xuezheng.apps.plan.views import (
    acts,
    board,
    commitment,
    developers,
    divisions,
    facts,
    meeting,
    public,
    reports,
    tasks,
)

app_name = "plan"

urlpatterns = [
    path("", board.index, name="board"),
    path("board.xlsx", board.workbook, name="board_workbook"),
    path("lights/", board.lights, name="lights"),
    path("public/", public.index, name="public"),
    path("public/board.xlsx", public.workbook, name="public_workbook"),
    path("meeting/", meeting.index, name="meeting"),
    path("developers/", developers.index, name="developers"),
    path("reports/", reports.index, name="reports"),
    path("tasks/", tasks.index, name="tasks"),
    path("divisions/", divisions.index, name="divisions"),
    path("divisions/<str:code>/", divisions.detail, name="division"),
    path("units/<str:key>/", divisions.unit, name="unit"),
    path("commitments/<str:code>/", commitment.detail, name="commitment"),
    path("commitments/<str:code>/facts/", facts.index, name="facts"),
    path("commitments/<str:code>/facts.xlsx", facts.workbook, name="facts_workbook"),
    path("commitments/<str:code>/report/", acts.report_progress, name="report_progress"),
    path("commitments/<str:code>/allocation/", acts.change_allocation, name="allocate"),
    path("commitments/<str:code>/risk/", acts.record_risk, name="raise_risk"),
    path("commitments/<str:code>/change/", acts.propose, name="propose_change"),
    path("commitments/<str:code>/supervise/", acts.supervise, name="supervise"),
    path("commitments/<str:code>/close/", acts.close_item, name="close_item"),
    path("commitments/<str:code>/closing/", acts.decide_closing_request, name="decide_closing"),
    path("commitments/<str:code>/reopen/", acts.reopen_item, name="reopen_item"),
    path("claims/<int:key>/", acts.decide_on_claim, name="claim"),
    path("risks/<int:key>/close/", acts.settle_risk, name="close_risk"),
    path("changes/<int:key>/", acts.decide_on_change, name="change"),
    path("notices/<str:number>/", acts.answer_notice, name="notice"),
    path("notices/<str:number>/accept/", acts.accept_answer, name="accept_reply"),
    path("evidence/<int:key>/", commitment.evidence_file, name="evidence_file"),
]
