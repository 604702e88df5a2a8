"""A button pressed twice: what the form asks is done once; the same form with other words is another request."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.accounts.services.demonstration import demo_user_for
from xuezheng.apps.plan.models import Commitment, Plan, Risk, SupervisionNotice
from xuezheng.apps.record.models import AuditEvent, JobRun

RISK = {"level": "high", "text": "land is late", "measure": "the division asks again"}
NOTICE = {"addressee": "unit", "text": "say why", "working_days": "3"}


def browser() -> Client:
    """The planner's browser."""
    planner = demo_user_for(Role.PLANNER)
    assert planner is not None
    client = Client()
    client.force_login(planner, backend="django.contrib.auth.backends.ModelBackend")
    return client


def key_on(client: Client, page: str) -> str:
    """The key that the form on a page carries."""
    [key] = re.findall(r'name="form_key" value="([^"]+)"', client.get(page).content.decode())
    return str(key)


def press_twice(page: str, values: dict[str, str]) -> list[Any]:
    """Send the same form from two windows at the same moment."""
    start = Barrier(2)

    def press(client: Client) -> Any:
        try:
            start.wait(timeout=20)
            return client.post(page, values)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(press, [browser(), browser()]))


def late() -> Commitment:
    """A commitment that has an owner unit."""
    return Commitment.objects.exclude(owner=None).order_by("pk")[0]


@pytest.mark.parametrize(
    ("act", "values", "model", "event"),
    [
        ("risk", RISK, Risk, "plan.risk.raise"),
        ("supervise", NOTICE, SupervisionNotice, "plan.notice.issue"),
    ],
)
def test_two_clicks_are_one_act(
    demo_city: str, act: str, values: dict[str, str], model: Any, event: str
) -> None:
    """One row and one event; somebody who goes back and writes something else is heard again."""
    page = f"/plan/commitments/{late().code}/{act}/"
    sent = values | {"form_key": key_on(browser(), page)}
    before = (model.objects.count(), AuditEvent.objects.filter(action=event).count())

    answers = press_twice(page, sent)
    again = browser().post(page, sent)
    after = (model.objects.count(), AuditEvent.objects.filter(action=event).count())
    assert [one.status_code for one in (*answers, again)] == [302] * 3
    assert after == (before[0] + 1, before[1] + 1)

    browser().post(page, sent | {"text": "another matter"})
    browser().post(page, values | {"form_key": key_on(browser(), page)})
    assert model.objects.count() == before[0] + 3


def test_two_clicks_are_one_report(demo_city: str) -> None:
    """Both clicks lead to the same job."""
    day = Plan.objects.get().starts_on.replace(month=8).isoformat()
    key = key_on(browser(), "/plan/reports/")
    values = {"period": "week", "day": day, "form_key": key}
    answers = press_twice("/plan/reports/", values)
    run = JobRun.objects.get(kind="plan.report")

    assert {one.headers["Location"] for one in answers} == {f"/jobs/{run.pk}/"}


def test_a_refused_form_can_be_corrected(demo_city: str) -> None:
    """The key of a form that was refused is still good."""
    page = f"/plan/commitments/{late().code}/risk/"
    key, before = key_on(browser(), page), Risk.objects.count()
    refused = browser().post(page, RISK | {"text": "", "form_key": key})

    assert (refused.status_code, f'value="{key}"' in refused.content.decode()) == (422, True)
    assert browser().post(page, RISK | {"form_key": key}).status_code == 302
    assert Risk.objects.count() == before + 1
