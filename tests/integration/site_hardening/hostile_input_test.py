# ruff: noqa: F811 - a fixture is asked for by its name
"""What nobody should send: strange addresses, strange texts, strange files. Nothing of it is a fault of the program."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xuezheng.apps.plan.models import Claim, Risk
from xuezheng.apps.record.services import write_event

from .access_world import World, world  # noqa: F401, TID252 - fixtures, and a folder of tests has no other name

STRANGE = [
    "-1", "abc", "²", "9" * 30, "9" * 5000, "1.5", "0001-01-01", "9999-12-31", "2023-02-30", "\x00", "' OR 1=1 --",
    "<script>alert(1)</script>", '"><img src=x>', "\u202eabc", "😀" * 100, "%", "_", "\\", "=1+1", "x" * 10_000,
]  # fmt: skip
# A page, and the parts of its address that somebody may write by hand.
PAGES = {
    "/plan/": "division section owner light kind q sort view page",
    "/plan/public/": "section light q",
    "/plan/commitments/3.6/": "division tab reading",
    "/plan/commitments/3.6/facts/": "division institution state q sort page reading",
    "/plan/commitments/3.6/facts.xlsx": "division institution state q sort reading",
    "/plan/commitments/3.6/report/": "division",
    "/plan/meeting/": "division week",
    "/plan/divisions/{division}/": "light",
    "/registry/institutions/": "division kind ownership institution q sort page",
    "/registry/classes/": "division stage institution report sort page",
    "/registry/students/": "division stage grade institution migrant boarder q page",
    "/registry/staff/": "division institution post employment backbone certificate q page",
    "/registry/facilities/": "division kind institution page",
    "/registry/restrictions/": "division party state q page",
    "/registry/groups/": "division form page",
    "/registry/institutions/{school}/students/": "page",
    "/registry/exchange/classes/export.xlsx": "division institution",
    "/record/events/": "since until action subject_kind subject_id division actor page",
    "/record/events.csv": "since until actor",
    "/record/documents/": "kind page",
    "/accounts/users/": "q role division page",
    "/search/": "q",
    "/jobs/": "page",
    "/api/v1/board": "division section owner light kind q",
    "/api/v1/indicators/3.6/results": "level division institution as_of offset limit",
}
PLACES = [
    "/plan/commitments/{}/", "/plan/divisions/{}/", "/plan/units/{}/", "/plan/claims/{}/", "/plan/notices/{}/",
    "/registry/institutions/{}/", "/registry/students/{}/", "/registry/staff/{}/", "/registry/classes/{}/",
    "/record/events/city/{}/", "/accounts/users/{}/", "/verify/{}/", "/jobs/{}/", "/api/v1/commitments/{}",
    "/api/v1/indicators/{}/results",
]  # fmt: skip
ALLOWED = {200, 302, 400, 403, 404, 409, 422}


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals are many here, and each would be a line of the log."""
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)


def test_no_address_is_a_fault(world: World) -> None:
    """Whatever stands in the address, the answer is a page or a refusal, and nothing of it comes back as markup."""
    wrong = []
    for number, (page, keys) in enumerate(PAGES.items()):
        # Each part with strange values in turn, so that over all pages every value is met often.
        for place, key in enumerate(keys.split()):
            for step in range(5):
                value = STRANGE[(number + 3 * place + 4 * step) % len(STRANGE)]
                query = urlencode([(key, "1"), (key, value)])
                wrong += failures(world, f"{page.format_map(world.names)}?{query}")
    for number, path in enumerate(PLACES):
        for value in STRANGE[number % 3 :: 3]:
            wrong += failures(world, path.replace("{}", urlencode({"": value[:2000]})[1:]))
    assert wrong == []


def failures(world: World, address: str) -> list[str]:
    """Ask as the planner, and say what is wrong with the answer."""
    people = world.readers if address.startswith("/api/") else world.clients
    answer = people["planner"].get(address)
    if answer.status_code not in ALLOWED:
        return [f"{address[:150]}: {answer.status_code}"]
    shown = b"" if answer.streaming else answer.content
    is_page = "html" in answer.headers.get("Content-Type", "")
    return [f"{address[:150]}: echoed"] if is_page and b"<script>alert(1)" in shown else []


TEXTS = [
    "<script>alert(1)</script>", "=HYPERLINK(1)", "\u202e学校", "😀", "x" * 10_000, "a\x00b", "'; DROP TABLE plan_risk",
]  # fmt: skip
FORMS = [
    ("/plan/commitments/{unit_commitment}/risk/", {"level": "high"}, "text measure"),
    ("/plan/commitments/{unit_commitment}/change/", {"field": "target", "target": "1E+400"}, "reason target"),
    ("/plan/commitments/{unit_commitment}/supervise/", {"addressee": "{division}", "working_days": "5"}, "text"),
    ("/plan/commitments/{unit_commitment}/close/", {}, "text"),
    ("/plan/commitments/{unit_commitment}/report/", {"value": "1", "as_of": "2023-09-01"}, "note value as_of"),
    ("/plan/notices/{notice}/", {}, "text"),
    ("/plan/reports/", {"period": "week", "day": "9999-12-31"}, "day"),
    ("/registry/institutions/{school}/restrict/",
     {"barred_from": "a.b", "valid_from": "2023-01-01", "legal_basis": "x"}, "reason barred_from legal_basis"),
    ("/registry/institutions/{school}/edit/", {}, "name_zh name_en"),
    ("/registry/students/{student}/identity/", {}, "purpose"),
    ("/registry/students/find/", {}, "identity_number purpose"),
    ("/registry/exchange/upload/", {}, "kind"),
    ("/accounts/users/new/", {}, "username name"),
    ("/accounts/users/{user}/revoke/{grant}/", {}, "reason"),
    ("/accounts/tokens/", {"days": "5"}, "title days"),
    ("/demonstration/sign-in/", {}, "username"),
    ("/theme/", {"theme": "dark"}, "next"),
    ("/verify/", {}, "digest"),
]  # fmt: skip


def test_no_text_is_a_fault(world: World) -> None:
    """Every free text of every form takes or refuses whatever is typed."""
    wrong = []
    for address, values, fields in FORMS:
        for text in ["", *TEXTS]:
            sent = {name: value.format_map(world.names) for name, value in values.items()}
            sent |= dict.fromkeys(fields.split(), text) if text else {}
            where = address.format_map(world.names)
            status = world.ask_with("POST", where, "planner", sent).status_code
            if status not in ALLOWED:
                wrong.append(f"{where} {text[:20]!r}: {status}")
    assert wrong == []


def test_hostile_names_are_written_as_text(world: World) -> None:
    """A script in a risk stands on the page as letters."""
    risk = Risk.objects.filter(state="open")[0]
    Risk.objects.filter(pk=risk.pk).update(text=TEXTS[0], measure=TEXTS[0])
    page = f"/plan/commitments/{risk.commitment.code}/?tab=steering"
    shown = world.clients["planner"].get(page).content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.exe", b"MZ"), ("a.pdf", b"MZ\x90"), ("a.html", b"<script>"), ("a.pdf", b""),
     ("big.pdf", b"%PDF-" + bytes(20 * 1024 * 1024))],
)  # fmt: skip
def test_programs_and_giants_are_no_evidence(world: World, name: str, content: bytes) -> None:
    """A program, a page of markup, an empty or an oversize file is refused, and no claim is made of it."""
    before = Claim.objects.count()
    address = f"/plan/commitments/{world.names['unit_commitment']}/report/"
    sent: dict[str, Any] = {
        "value": "1", "as_of": date(2023, 9, 1).isoformat(), "note": "x", "evidence": SimpleUploadedFile(name, content),
    }  # fmt: skip
    assert world.clients["planner"].post(address, sent).status_code == 422
    assert Claim.objects.count() == before


def test_headers_keep_pages_and_files_to_themselves(world: World) -> None:
    """Strict content policy, no sniffing, no frames, no referrer, nothing kept of what signed-in people see."""
    for page in ("/", "/home/", "/plan/", "/registry/students/", "/plan/evidence/{evidence}/",
                 "/registry/exchange/students/export.xlsx?institution={school}", "/record/events.csv",
                 "/verify/{report}/file/", "/no-such-page/", "/accounts/"):  # fmt: skip
        answer = world.clients["planner"].get(page.format_map(world.names))
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, page
        assert "default-src 'none'" in policy, page
        assert "frame-ancestors 'none'" in policy, page
        assert answer.headers["X-Content-Type-Options"] == "nosniff", page
        assert answer.headers["Referrer-Policy"] == "same-origin", page
        assert answer.headers["X-Frame-Options"] == "DENY", page
        assert "no-store" in answer.headers["Cache-Control"], page
    for page in ("/plan/evidence/{evidence}/", "/verify/{document}/file/"):
        answer = world.clients["planner"].get(page.format_map(world.names))
        assert answer.headers["Content-Disposition"].startswith("attachment"), page


def test_an_event_shows_no_history_of_another_division(world: World) -> None:
    """A district officer who opens an own event reads nothing that another division did to the same thing."""
    officer, own, other = (
        world.users["district_officer"], world.names["division"], world.names["foreign_division"],
    )  # fmt: skip
    _theirs, mine = (
        write_event(
            by=officer, action="plan.claim.submit", subject=("commitment", "9.9"), division=division,
            facts={"reason": why},
        )
        for division, why in ((other, "FOREIGN-REASON"), (own, "OWN-REASON"))
    )  # fmt: skip
    page = world.clients["district_officer"].get(f"/record/events/{mine.stream}/{mine.sequence}/")
    shown = page.content.decode()
    assert "OWN-REASON" in shown
    assert "FOREIGN-REASON" not in shown


def test_cookies_redirects_hosts_and_forgery(world: World) -> None:
    """Cookies are closed to scripts and other sites; no redirect leaves; a foreign host or a form without token is refused."""
    visitor = Client()
    visitor.get("/accounts/login/")
    visitor.post("/demonstration/sign-in/", {"username": "planner"})
    visitor.post("/i18n/setlang/", {"language": "en"})
    closed = {
        name: (bool(one["httponly"]), one["samesite"]) for name, one in visitor.cookies.items()
    }
    assert set(closed.values()) == {(True, "Lax")}, closed
    for target in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
    ):
        for address in ("/theme/", "/i18n/setlang/"):
            answer = visitor.post(address, {"next": target, "theme": "dark", "language": "en"})
            assert answer.headers["Location"].startswith("/"), target
            assert "evil" not in answer.headers["Location"], target
    assert Client().get("/", headers={"host": "evil.example"}).status_code == 400
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.users["planner"], backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post("/plan/notices/{notice}/accept/".format_map(world.names)).status_code == 403
