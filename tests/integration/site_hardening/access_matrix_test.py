# ruff: noqa: F811 - a fixture is asked for by its name
"""Every page of the product, asked for as every role: what is answered is what the reviewed table says.

`access_matrix.csv` holds a line a request: method, address, and the status for each role. Names in braces are things
of the own division, school or person; those with `foreign_` belong to somebody else. A new page fails until it has a
line, and a changed right fails until its cell was changed by a person.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from .access_world import ROLES, World, world  # noqa: F401, TID252 - fixtures, and a folder of tests has no other name

TABLE = Path(__file__).with_name("access_matrix.csv")
# Pages of the library for signing in, and the choice of language; tests of accounts walk through what of them is open.
LIBRARY = ("account_", "mfa_", "socialaccount_", "openid_connect_", "set_language")
OURS = "xuezheng."
BY_FORM_ONLY = ("/cancel/", "/confirm/", "/again/", "/discard/", "/accept/", "/revoke/", "/sign-in/", "/identity/",
                "/active/", "/password/", "/grant/", "{grant}/", "/theme/", "/upload/")  # fmt: skip


def lines() -> list[dict[str, str]]:
    """The reviewed table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def patterns(found: list[URLPattern | URLResolver] | None = None) -> Iterator[URLPattern]:
    """Every address of the project, however deep it lies."""
    for one in get_resolver().url_patterns if found is None else found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns)
        else:
            yield one


def is_ours(pattern: URLPattern) -> bool:
    """Whether an address is answered by the product itself or its API."""
    module = getattr(pattern.callback, "__module__", "")
    return module.startswith((OURS, "ninja")) and not (pattern.name or "").startswith(LIBRARY)


@pytest.fixture
def unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave pages blank: who is let in is decided before a page is written, and writing takes most of the time."""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_, **__: "")
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)


def test_every_page_has_a_line_and_every_cell_holds(world: World, unwritten: None) -> None:
    """Own and foreign pages, exports, API results, jobs, imports, claims, notices and papers, for all roles.

    What only a form may do answers 405 when a link is followed, so no other page can have it done.
    """
    wrong = [
        f"{line['method']} {line['address']} as {role}: {status}, not {line[role]}"
        for line in lines()
        for role in ROLES
        if (status := world.ask(line["method"], line["address"], role).status_code)
        != int(line[role])
    ]
    followed = [
        line["address"]
        for line in lines()
        if line["method"] == "POST"
        and line["address"].endswith(BY_FORM_ONLY)
        and world.ask("GET", line["address"], "planner").status_code != 405
    ]
    asked = {
        resolve(line["address"].format_map(world.names).split("?")[0]).route for line in lines()
    }
    routes = {str(pattern.pattern) for pattern in patterns() if is_ours(pattern)}
    missing = [
        route
        for route in sorted(routes)
        if not any(one.endswith(route.lstrip("^")) for one in asked)
    ]

    assert (wrong, followed, missing) == ([], [], [])
