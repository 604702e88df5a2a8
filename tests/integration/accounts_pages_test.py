"""Pages of users, tokens, the own account and the audit log: who gets in, and what they do."""

import csv
import io

import pytest
from django.core.cache import cache
from django.test import Client
from openpyxl import load_workbook

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.accounts.services import demo_user_for, ensure_demo_users
from xuezheng.apps.accounts.services.demonstration import DemoInstitution
from xuezheng.apps.record.documents import AlreadySuperseded, find_published, publish_document
from xuezheng.apps.record.models import AuditEvent
from xuezheng.apps.record.services import write_event

pytestmark = pytest.mark.django_db

PAGES: dict[str, set[str]] = {
    "/accounts/": set(Role.values) - {"public"},
    "/accounts/users/": {"planner", "auditor"},
    "/accounts/users/new/": {"planner"},
    "/accounts/tokens/": {"planner", "division_officer", "district_officer", "auditor"},
    "/record/events/": {"planner", "auditor", "district_officer"},
    "/record/events.csv": {"planner", "auditor"},
    "/record/events.xlsx": {"planner", "auditor"},
    "/record/documents/": set(Role.values),
}


@pytest.fixture(autouse=True)
def _people() -> None:
    cache.clear()
    place = DemoInstitution(code="2123010201", division="230102")
    ensure_demo_users(by=None, divisions=["230102"], institutions=[place], password="demo")


def _as(role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    user = demo_user_for(role)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_for_its_roles_only(page: str) -> None:
    """Everybody else gets 403, visitors the sign-in or 403."""
    for role in Role.values:
        status = _as(role).get(page).status_code

        assert (status == 200) == (role in PAGES[page]), f"{role} {page} {status}"
        assert status in {200, 302, 403}


def test_the_planner_makes_a_user_and_gives_and_takes_a_role() -> None:
    """The whole round on the pages, each step in the record."""
    client = _as("planner")
    client.post(
        "/accounts/users/new/",
        {"username": "new", "name": "新人", "language": "en", "password": "Songhua-River-2023"},
    )
    user = User.objects.get(username="new")
    wrong = client.post(f"/accounts/users/{user.pk}/grant/", {"role": "district_officer"})
    client.post(
        f"/accounts/users/{user.pk}/grant/", {"role": "district_officer", "division": "230103"}
    )
    grant = user.grants.get()
    client.post(f"/accounts/users/{user.pk}/revoke/{grant.pk}/", {"reason": "moved on"})

    assert wrong.status_code == 422
    assert "the code of the division is missing" in wrong.content.decode()
    event = AuditEvent.objects.get(action="accounts.grant.revoke")
    assert (event.subject_id, event.facts["reason"]) == (str(user.pk), "moved on")
    assert "moved on" in client.get(f"/accounts/users/{user.pk}/").content.decode()


def test_nobody_else_changes_users_by_posting() -> None:
    """The forms being hidden is not what protects."""
    target = demo_user_for("teacher")
    assert target is not None
    for role in ("auditor", "district_officer", "teacher", "public"):
        for part in ("grant/", "password/", "active/"):
            answer = _as(role).post(f"/accounts/users/{target.pk}/{part}", {"role": "auditor"})

            assert answer.status_code == 403, f"{role} {part}"


def test_a_token_is_shown_once_and_revoked_by_its_owner_only() -> None:
    """The list that follows has only its beginning."""
    client = _as("planner")
    page = client.post("/accounts/tokens/", {"title": "Figures", "days": 30}).content.decode()
    user = demo_user_for("planner")
    assert user is not None
    token = user.api_tokens.get()

    assert page.count("xz_") > 1
    assert f"{token.prefix}…" in client.get("/accounts/tokens/").content.decode()
    assert _as("auditor").post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert client.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 302


def test_a_district_officer_sees_only_the_own_divisions_events() -> None:
    """Another division's events are neither listed, nor opened, nor filtered into view."""
    write_event(by=None, action="a.own", subject=("x", 1), division="230102")
    other = write_event(by=None, action="a.other", subject=("x", 2), division="230103")
    client = _as("district_officer")

    for query in ("", "?division=230103", "?subject_kind=x"):
        assert "a.other" not in client.get(f"/record/events/{query}").content.decode()
    assert "a.own" in client.get("/record/events/").content.decode()
    assert client.get(f"/record/events/230103/{other.sequence}/").status_code == 404
    assert _as("auditor").get(f"/record/events/230103/{other.sequence}/").status_code == 200


def test_the_export_carries_the_filter_and_no_formulas() -> None:
    """Excel and CSV hold the same rows; text that looks like a formula stays text."""
    write_event(by=None, action="a.own", subject=("x", "=1+1"), division="230102")
    client = _as("planner")
    streamed = client.get("/record/events.csv?action=a.own")
    text = b"".join(streamed.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    book = load_workbook(io.BytesIO(client.get("/record/events.xlsx?action=a.own").content))

    assert [row[4] for row in rows[1:]] == ["'=1+1"]
    cells = list(book.worksheets[0].iter_rows(min_row=2))
    assert [(row[4].value, row[4].data_type) for row in cells] == [("=1+1", "s")]


def test_a_published_document_is_found_by_its_bytes_and_replaced_once() -> None:
    """The same bytes are kept once; a document has one successor."""

    def publish(content: bytes, **more: object):  # type: ignore[no-untyped-def]  # passes keywords on
        return publish_document(
            by=None, kind="plan.report", title=("周报", "Report"), file_name="r.docx",
            media_type="application/octet-stream", content=content, **more,
        )  # fmt: skip

    first = publish(b"one")
    second = publish(b"two", supersedes=first)

    assert find_published(hash=second.content_id) == second
    found = find_published(hash=first.content_id)
    assert found is not None
    assert found.superseded_by == second
    with pytest.raises(AlreadySuperseded):
        publish(b"three", supersedes=first)
    assert "Report" in _as("public").get("/record/documents/").content.decode()
