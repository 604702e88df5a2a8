"""Every page that a role can reach by links: it answers, fits the phone, is accessible, and speaks the chosen language."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable
from typing import Any
from urllib.parse import urldefrag, urlsplit

import pytest
from playwright.sync_api import Error

# Role, language, and how many pages it may open: a number, not a time, so that every machine walks the same way.
WALKS = [
    ("planner", "zh-hans", 300),
    ("planner", "en", 60),
    ("division_officer", "zh-hans", 120),
    ("district_officer", "zh-hans", 120),
    ("school_head", "zh-hans", 120),
    ("teacher", "en", 60),
    ("guardian", "zh-hans", 100),
    ("student", "zh-hans", 100),
    ("institution_operator", "zh-hans", 60),
    ("inspector", "zh-hans", 120),
    ("auctioneer", "en", 40),
    ("bidder", "zh-hans", 40),
    ("auditor", "zh-hans", 120),
    ("", "zh-hans", 90),
    ("", "en", 90),
]
# Pages of one pattern differ by the thing that they show; this many of each are visited.
EACH = 2
LINKS = "els => els.map(a => new URL(a.getAttribute('href'), location.href).href)"
FILES = re.compile(
    r"\.(xlsx|docx|csv|json|geojson|pdf|zip|txt|parquet)$|/download/|/file/$|/export/"
)
NEVER = re.compile(r"/logout/|^/static/|^/media/|^/api/")


@pytest.mark.timeout(1200)
def test_every_link_leads_to_a_sound_page(visit: Callable[..., Any]) -> None:
    """Starting from home, whatever links lead to answers with 200 and passes the checks of every page."""
    wrong: list[str] = []
    examined: Counter[str] = Counter()
    for role, language, pages in WALKS:
        wrong += walk(visit(role, language=language), pages=pages, examined=examined)

    assert wrong == []
    assert examined.total() > 60


def walk(person: Any, *, pages: int, examined: Counter[str]) -> list[str]:
    """Follow links, the nearest first, until all patterns are seen or so many pages were opened."""
    start = "/home/" if person.role else "/"
    waiting, seen, patterns = deque([start]), {start}, Counter[str]()
    wrong: list[str] = []
    for _ in range(pages):
        if not waiting:
            break
        path = waiting.popleft()
        try:
            answer = person.page.goto(person.site + path)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            continue
        status = answer.status if answer is not None else 0
        if status != 200:
            wrong.append(f"{person.role} {path}: {status}")
            person.complaints.clear()
            continue
        pattern = pattern_of(path)
        # axe is slow: the same template in the same language is asked once, whoever reads it.
        mark = f"{person.language} {pattern}"
        wrong += [
            f"{person.role} {path}: {text}" for text in person.findings(axe=examined[mark] == 0)
        ]
        examined[mark] += 1
        for link in person.page.eval_on_selector_all("a[href]", LINKS):
            following = same_site(person.site, link)
            if following is None or following in seen:
                continue
            seen.add(following)
            kind = pattern_of(following)
            patterns[kind] += 1
            if patterns[kind] <= EACH:
                waiting.append(following)
    return wrong


def same_site(site: str, link: str) -> str | None:
    """Give path and query of a link that stays inside and shows a page."""
    address = urlsplit(urldefrag(link).url)
    if not link.startswith(site + "/") or FILES.search(address.path) or NEVER.search(address.path):
        return None
    return address.path + (f"?{address.query}" if address.query else "")


def pattern_of(path: str) -> str:
    """Say which page it is, whatever thing it shows: codes become stars, and of the query the names stay."""
    address = urlsplit(path)
    parts = ["*" if re.search(r"\d", part) else part for part in address.path.split("/")]
    names = sorted({pair.split("=")[0] for pair in address.query.split("&") if pair})
    return "/".join(parts) + ("?" + "&".join(names) if names else "")
