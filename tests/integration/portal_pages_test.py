"""The way in: front page, demonstration sign-in, search, jobs, checking a document, errors."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from xuezheng.apps.accounts.models import RoleGrant, User
from xuezheng.apps.accounts.roles import SCOPES_OF_ROLE, Role
from xuezheng.apps.portal import navigation
from xuezheng.apps.record import jobs
from xuezheng.apps.record.documents import publish_document
from xuezheng.apps.registry.models import Division, Institution

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Division:
    """A city of one division with one school."""
    city = Division.objects.create(code="230100", kind="city", name_zh="哈尔滨市", name_en="Harbin")
    division = Division.objects.create(
        code="230102", kind="district", parent=city, name_zh="道里区", name_en="Daoli"
    )
    Institution.objects.create(
        code="2123900001", division=division, name_zh="新发小学", name_en="Xinfa", kind="primary",
        ownership="public", setting="urban",
    )  # fmt: skip
    return city


def person(role: Role, *, is_demo: bool = True) -> User:
    """Somebody with a role."""
    user = User.objects.create(username=f"demo-{role.value}", name="王晓明", is_demo=is_demo)
    scope = SCOPES_OF_ROLE[role][0]
    division = "230102" if scope in {"division", "institution"} else ""
    RoleGrant.objects.create(
        user=user, role=role, scope_kind=scope, division_code=division,
        institution_code="2123900001" if scope == "institution" else "",
        unit="basic" if role == Role.DIVISION_OFFICER else "",
        valid_from=date(2023, 1, 1), granted_at=timezone.now(),
    )  # fmt: skip
    return user


def test_demonstration_sign_in_only_there(client: Client, city: Division, settings: Any) -> None:
    """The sign-in without password exists in the demonstration city only, and for its people only."""
    planner = person(Role.PLANNER)
    address = reverse("portal:demonstration_sign_in")

    settings.DEMONSTRATION = False
    assert client.post(address, {"username": planner.username}).status_code == 404
    settings.DEMONSTRATION = True
    assert planner.username in client.get("/").content.decode()
    assert client.post(address, {"username": planner.username}).headers["Location"] == "/home/"
    real = person(Role.AUDITOR, is_demo=False)
    assert Client().post(address, {"username": real.username}).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PUBLIC])
def test_every_role_has_a_home(client: Client, city: Division, role: Role) -> None:
    """Home answers for each role, and each entry of its menu leads somewhere it may open."""
    client.force_login(person(role))

    answer = client.get("/home/")
    assert answer.status_code == 200
    for area in answer.context["shell"]["areas"]:
        for item in area.items:
            assert client.get(item.url).status_code in {200, 302, 404}, item.url


def test_menu_names_existing_pages() -> None:
    """Every row of the menu is an address of the product."""
    pages = [page for area in navigation.AREAS for page in area.pages] + [*navigation.PUBLIC_PAGES]

    assert [page.url_name for page in pages if not navigation.url_of(page.url_name)] == []


def test_search_finds_and_opens(client: Client, city: Division) -> None:
    """Part of a name lists the school; its whole code opens it."""
    assert "新发小学" in client.get("/search/", {"q": "新发"}).content.decode()
    assert client.get("/search/", {"q": "2123900001"}).headers["Location"].endswith("2123900001/")
    assert "没有找到" in client.get("/search/", {"q": "无此校"}).content.decode()


def test_job_is_seen_by_its_starter_only(client: Client, city: Division) -> None:
    """Whoever started a job finds it again; others may not look at it, except those who may see all jobs."""
    head, teacher, auditor = person(Role.SCHOOL_HEAD), person(Role.TEACHER), person(Role.AUDITOR)
    job = jobs.start(kind="test.work", by=head, title="导入学生", total=10)
    address = reverse("portal:job", args=[job.pk])

    for user, status in ((head, 200), (teacher, 403), (auditor, 200)):
        client.force_login(user)
        assert client.get(address).status_code == status
    client.force_login(head)
    client.post(reverse("portal:job_cancel", args=[job.pk]))
    progress = client.get(reverse("portal:job_progress", args=[job.pk]))
    assert progress.headers["HX-Refresh"] == "true"


def test_document_is_checked_by_file_and_by_hash(client: Client, city: Division) -> None:
    """The published file passes, one changed byte does not, and a malformed hash is explained."""
    content = b"published"
    publish_document(
        by=person(Role.PLANNER), kind="report", title=("九月月报", "September report"), file_name="m.txt",
        media_type="text/plain", content=content,
    )  # fmt: skip
    digest = hashlib.sha256(content).hexdigest()

    answer = client.post("/verify/", {"file": SimpleUploadedFile("m.txt", content)}, follow=True)
    assert answer.redirect_chain[-1][0].endswith(f"{digest}/")
    assert "九月月报" in answer.content.decode()
    changed = client.post(
        "/verify/", {"file": SimpleUploadedFile("m.txt", b"Published")}, follow=True
    )
    assert "没有公布过" in changed.content.decode()
    assert client.get(f"/verify/{digest}/file/").content == content
    assert client.post("/verify/", {"digest": "zz"}).status_code == 422
    assert client.post("/verify/", {}).status_code == 422


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_errors_speak_the_language(client: Client, city: Division, language: str) -> None:
    """Missing pages and refused ones say so in the reader's language, with a way on."""
    client.cookies["django_language"] = language
    words = {"zh-hans": ("没有这个页面", "您无权"), "en": ("There is no such page", "You may not")}

    assert words[language][0] in client.get("/no/such/page/").content.decode()
    client.force_login(person(Role.GUARDIAN))
    job = jobs.start(kind="test.work", by=None, title="x")
    refused = client.get(reverse("portal:job", args=[job.pk]))
    assert refused.status_code == 403
    assert words[language][1] in refused.content.decode()


def test_theme_without_javascript(client: Client) -> None:
    """The switch works as a plain form and never leads to another site."""
    answer = client.post("/theme/", {"theme": "dark", "next": "https://example.com/"})

    assert answer.headers["Location"] == "/"
    assert answer.cookies["xz_theme"].value == "dark"
