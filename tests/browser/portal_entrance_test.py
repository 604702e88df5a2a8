"""A newcomer's first minutes: the front page, choosing a role, search by key, language, light and dark, signing out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect


def test_newcomer_enters_as_planner_by_keyboard(visit: Callable[..., Any]) -> None:
    """The front page leads to the home of a role with the keyboard alone; `/` goes to the search."""
    newcomer = visit()
    page = newcomer.open("/")
    newcomer.inspect("front")

    page.keyboard.press("Tab")
    expect(page.locator(".xz-skip")).to_be_focused()
    page.locator(".xz-role").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/home/")
    newcomer.inspect("home")

    page.keyboard.press("/")
    expect(page.locator("#xz-search")).to_be_focused()
    page.keyboard.type("2.7")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("2.7")


def test_language_and_theme_are_kept(visit: Callable[..., Any]) -> None:
    """The switches in the head change the page at once and stay for the next page."""
    visitor = visit()
    page = visitor.open("/about/")

    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("About")
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto(visitor.site + "/verify/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    visitor.language = "en"
    visitor.inspect("verify-dark")


def test_menu_folds_on_a_phone(visit: Callable[..., Any]) -> None:
    """At 390 pixels the menu opens by its button and shows where the reader is."""
    planner = visit("planner", width=390)
    page = planner.open("/home/")

    expect(page.locator("#menu")).to_be_hidden()
    page.locator("[data-xz-menu]").click()
    expect(page.locator("#menu")).to_be_visible()
    expect(page.locator("#menu [aria-current=page]")).to_have_count(1)


def test_gallery_shows_every_component(visit: Callable[..., Any]) -> None:
    """All components stand on one page without a finding, in both languages, light and dark."""
    for language, theme in (("zh-hans", "light"), ("en", "dark")):
        person = visit("planner", language=language, theme=theme)
        person.open("/gallery/")
        person.page.wait_for_selector("[data-xz-chart] canvas")
        person.inspect(f"gallery-{theme}")
