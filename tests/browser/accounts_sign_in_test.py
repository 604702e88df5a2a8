"""A planner signs in, gives a role and finds it in the audit log, on a wide and on a narrow screen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, sync_playwright

from xuezheng.apps.accounts.roles import Role, ScopeKind
from xuezheng.apps.accounts.services import create_user, grant_role
from xuezheng.apps.accounts.services.grants import GrantScope

pytestmark = [pytest.mark.django_db(transaction=True)]
PASSWORD = "Songhua-River-2023"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def _people(transactional_db: None) -> None:
    cache.clear()
    planner = create_user(by=None, username="lin", name="林昭", password=PASSWORD)
    grant_role(by=None, user=planner, role=Role.PLANNER, scope=GrantScope(kind=ScopeKind.CITY))
    create_user(by=None, username="sun", name="孙岩", password=PASSWORD)


@pytest.fixture(params=[(1280, "zh-CN"), (390, "en")], ids=["wide-zh", "narrow-en"])
def page(request: pytest.FixtureRequest, _people: None) -> Iterator[Page]:
    """A page of Chromium at a width and in a language."""
    width, language = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_ARGUMENTS)
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
        yield context.new_page()
        browser.close()


def test_a_planner_gives_a_role_and_finds_it_in_the_audit_log(
    page: Page, live_server: Any, tmp_path: Path
) -> None:
    """Sign in, open the user, give the role, see it in the list and in the log; no page is wider than the screen."""
    wrong: list[str] = []
    page.on(
        "console", lambda message: wrong.append(message.text) if message.type == "error" else None
    )
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("#id_login", "lin")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "login" not in url)

    page.goto(f"{live_server.url}/accounts/users/")
    _fits(page, tmp_path / "users.png")
    page.get_by_role("link", name="孙岩").click()
    page.select_option("#id_role", "district_officer")
    page.fill("#id_division", "230102")
    page.locator("form[action$='/grant/'] button").click()
    page.wait_for_load_state()
    _fits(page, tmp_path / "user.png")
    assert "230102" in page.content()

    page.goto(f"{live_server.url}/record/events/?action=accounts.grant")
    _fits(page, tmp_path / "events.png")
    page.locator("a[href^='/record/events/city/']").first.click()
    _fits(page, tmp_path / "event.png")
    assert "accounts.grant.give" in page.content()

    page.goto(f"{live_server.url}/accounts/tokens/")
    page.fill("#id_title", "Figures")
    page.locator("form:has(#id_title) button").click()
    page.wait_for_load_state()
    _fits(page, tmp_path / "tokens.png")
    assert "xz_" in page.content()
    for path in (
        "/accounts/",
        "/accounts/2fa/",
        "/accounts/password/change/",
        "/record/documents/",
    ):
        page.goto(f"{live_server.url}{path}")
        _fits(page, tmp_path / f"{path.strip('/').replace('/', '-')}.png")
    assert wrong == []


def _fits(page: Page, picture: Path) -> None:
    """Keep a picture, and check that nothing pushes the page wider than the screen."""
    page.screenshot(path=picture, full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), picture.name
