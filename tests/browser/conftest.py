"""The harness of the browser tests: the product on a port of its own, Chromium, and what must hold on every page.

A journey asks for `visit` and gets people with a browser of their own::

    def test_planner_reads_the_board(visit):
        planner = visit("planner")
        planner.open("/plan/")
        planner.page.get_by_role("link", name="1.1").first.click()
        planner.inspect("commitment")

`inspect` checks the page as it stands: no serious axe finding, no sideways scrolling at 1280 and 390 pixels, nothing
wrong in the console, no English left on a Chinese page; and keeps a screenshot of each width in `screenshots/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = Path(__file__).parent / "screenshots"
WIDTHS = (1280, 390)
HEIGHT = 900
# Findings of lesser weight are looked at by eye.
GRAVE = {"serious", "critical"}
# Names, formats and units that stand in Latin letters on a Chinese page too.
LATIN_NAMES = {
    "api", "bit", "csv", "demo", "docx", "duckdb", "english", "excel", "geojson", "harbin", "ibis", "json", "openapi",
    "openid", "parquet", "pdf", "postgresql", "sha", "spark", "sql", "totp", "word", "xlsx", "xuezheng", "zip",
}  # fmt: skip
# What a reader sees of the page, without code, identifiers, names of languages in themselves and typed text.
READ_TEXT = """() => {
  const copy = document.body.cloneNode(true);
  const quoted = 'code, kbd, pre, .mono, .xz-hash, .xz-command, [lang=en], script, style, textarea, svg';
  copy.querySelectorAll(quoted).forEach(part => part.remove());
  copy.querySelectorAll('*').forEach(part => part.append(' | '));
  return copy.textContent;
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the session; each person gets a context of their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(demo_city: Any, settings: Any) -> Iterator[str]:
    """The address of the product over the demonstration city, as a newcomer meets it."""
    from pytest_django.live_server_helper import LiveServer

    settings.DEMONSTRATION = True
    settings.ALLOWED_HOSTS = ["*"]
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@pytest.fixture
def visit(site: str, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Give people: `visit(role, language=..., width=..., theme=...)`; an empty role is a visitor who is not signed in."""
    people: list[Visitor] = []

    def come(
        role: str = "", *, language: str = "zh-hans", width: int = 1280, theme: str = "light"
    ) -> Visitor:
        person = Visitor.arrive(
            chromium, site=site, role=role, language=language, width=width, theme=theme
        )
        people.append(person)
        return person

    yield come
    for person in people:
        person.leave()


@dataclass(kw_only=True)
class Visitor:
    """Somebody at a page."""

    context: BrowserContext
    page: Page
    site: str
    role: str
    language: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def arrive(
        cls, browser: Browser, *, site: str, role: str, language: str, width: int, theme: str
    ) -> Visitor:
        """Open a browser and, with a role, sign in as the person of the demonstration city who has it."""
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        if role:
            context.add_cookies([{**session_cookie(role), "url": site}])
        person = cls(
            context=context, page=context.new_page(), site=site, role=role, language=language
        )
        person.page.on("console", person._hear)
        person.page.on("pageerror", lambda error: person.complaints.append(str(error)))
        return person

    def leave(self) -> None:
        """Close the browser."""
        self.context.close()

    def open(self, path: str, *, status: int = 200) -> Page:
        """Go to an address of the product, which must answer with the status."""
        answer = self.page.goto(self.site + path if path.startswith("/") else path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return self.page

    def inspect(self, name: str = "", *, axe: bool = True) -> None:
        """Check the page as it stands; with a name, keep a screenshot of it at each width."""
        wrong = self.findings(axe=axe, name=name)
        assert wrong == [], f"{self.role or 'public'} at {self.page.url}"

    def findings(self, *, axe: bool = True, name: str = "") -> list[str]:
        """List what is wrong with the page as it stands."""
        wrong, before = [], self.page.viewport_size
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            over = int(self.page.evaluate(OVERFLOW))
            if over > 0:
                wrong.append(f"scrolls sideways by {over} px at {width} px")
            if name:
                SCREENSHOTS.mkdir(exist_ok=True)
                file = f"{name}-{self.role or 'public'}-{self.language}-{width}.png"
                self.page.screenshot(path=SCREENSHOTS / file, full_page=True)
        if before is not None:
            self.page.set_viewport_size(before)
        wrong += [f"axe: {text}" for text in axe_findings(self.page)] if axe else []
        wrong += [f"console: {text}" for text in self.complaints]
        self.complaints.clear()
        if self.language == "zh-hans":
            wrong += [f"English: {text}" for text in english_left(self.page)]
        return wrong

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


def session_cookie(role: str) -> Any:
    """Sign in, without a form, as the first person of the demonstration city who has a role."""
    from django.conf import settings
    from django.test import Client

    from xuezheng.apps.accounts.models import User

    user = User.objects.filter(is_demo=True, grants__role=role).order_by("username").first()
    assert user is not None, f"nobody in the demonstration city is {role}"
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


def axe_findings(page: Page) -> list[str]:
    """List what axe finds serious, with the first place of each."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']} ({len(rule['nodes'])}): {rule['nodes'][0]['html'][:120]}"
        for rule in found
        if rule["impact"] in GRAVE
    ]


def english_left(page: Page) -> list[str]:
    """List runs of two or more English words that a Chinese page shows."""
    text = str(page.evaluate(READ_TEXT))
    runs = re.findall(r"[A-Za-z][a-z]+(?:[ ,’']+[A-Za-z][a-z]*)+", text)
    return sorted(
        {
            run
            for run in runs
            if sum(word.lower() not in LATIN_NAMES for word in re.findall(r"[A-Za-z]{2,}", run)) > 1
        }
    )
