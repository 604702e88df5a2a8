"""Every page that a role can reach by links: it answers, fits the phone, is accessible, and speaks the chosen language."""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any
from urllib.parse import urldefrag, urlsplit

import pytest

# Role, language, and how long it may walk, in seconds. Roles that see the same pages walk in turns of language.
WALKS = [
    ("planner", "zh-hans", 40),
    ("planner", "en", 15),
    ("division_officer", "zh-hans", 10),
    ("district_officer", "zh-hans", 12),
    ("school_head", "zh-hans", 10),
    ("teacher", "en", 6),
    ("guardian", "zh-hans", 5),
    ("student", "zh-hans", 5),
    ("institution_operator", "zh-hans", 5),
    ("inspector", "zh-hans", 8),
    ("auctioneer", "en", 4),
    ("bidder", "zh-hans", 4),
    ("auditor", "zh-hans", 8),
    ("", "zh-hans", 12),
    ("", "en", 8),
]
# Pages of one pattern differ by the thing that they show; this many of each are visited.
EACH = 2
LINKS = "els => els.map(a => new URL(a.getAttribute('href'), location.href).href)"
FILES = re.compile(
    r"\.(xlsx|docx|csv|json|geojson|pdf|zip|txt|parquet)$|/download/|/file/$|/export/"
)
NEVER = re.compile(r"/logout/|^/static/|^/media/|^/api/")


@pytest.mark.timeout(420)
def test_every_link_leads_to_a_sound_page(visit: Callable[..., Any]) -> None:
    """Starting from home, whatever links lead to answers with 200 and passes the checks of every page."""
    wrong: list[str] = []
    examined: Counter[str] = Counter()
    for role, language, seconds in WALKS:
        wrong += walk(visit(role, language=language), seconds=seconds, examined=examined)

    assert wrong == []
    assert examined.total() > 60


def walk(person: Any, *, seconds: float, examined: Counter[str]) -> list[str]:
    """Follow links, the nearest first, until all patterns are seen or the time is over."""
    start = "/home/" if person.role else "/"
    waiting, seen, patterns = deque([start]), {start}, Counter[str]()
    wrong, end = [], time.monotonic() + seconds
    while waiting and time.monotonic() < end:
        path = waiting.popleft()
        answer = person.page.goto(person.site + path)
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
