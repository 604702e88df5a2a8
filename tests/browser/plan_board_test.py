"""A planner's hour in a browser: from the board to the fact behind a figure, and from a report to its confirmation."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect


def test_from_the_board_to_the_fact(visit: Callable[..., Any]) -> None:
    """The strip filters, the light tells its rule, the figure leads to its facts and on to an institution."""
    planner = visit("planner")
    planner.open("/plan/")
    planner.inspect("plan-board")
    planner.page.locator(".xz-lights a", has_text="有风险").click()
    expect(planner.page.locator(".plan-board .xz-light-late")).to_have_count(0)
    row = planner.page.locator(".plan-board tr", has=planner.page.locator("text='1.1'")).first
    row.locator("summary").click()
    expect(row.locator("details p")).to_be_visible()
    row.locator(".plan-numbers a").first.click()
    planner.inspect("plan-facts")
    planner.page.locator(".xz-table tbody a").first.click()
    expect(planner.page).to_have_url(re.compile(r"/registry/"))


def test_views_record_and_packs(visit: Callable[..., Any]) -> None:
    """Map, trend, record, tasks, meeting pack and public board hold together at every width."""
    planner = visit("planner")
    for path, name in (
        ("/plan/?view=map", "xz-citymap"),
        ("/plan/?view=trend&section=1", "plan-trend"),
        ("/plan/commitments/1.1/", "plan-commitment"),
        ("/plan/commitments/1.1/?tab=reports", "plan-reports"),
        ("/plan/commitments/1.1/?tab=steering", "plan-steering"),
        ("/plan/commitments/1.1/allocation/", "plan-allocate"),
        ("/plan/tasks/", "plan-tasks"),
        ("/plan/meeting/?division=230102", "plan-meeting"),
        ("/plan/lights/", "plan-lights"),
        ("/plan/public/", "plan-public"),
    ):
        planner.open(path)
        planner.inspect(name)


def test_a_report_waits_for_a_second_person(visit: Callable[..., Any], tmp_path: Path) -> None:
    """The planner reports with a file; the inspector confirms; the record shows both."""
    paper = tmp_path / "proof.pdf"
    paper.write_bytes(b"%PDF-1.4 proof")
    planner = visit("planner")
    planner.open("/plan/commitments/1.1/report/")
    planner.page.locator("[name=value]").fill("41")
    planner.page.locator("[name=note]").fill("新开办三所")
    planner.page.locator("[name=evidence]").set_input_files(str(paper))
    planner.page.locator("main button[type=submit]").click()
    expect(planner.page.locator("#claims .plan-item").first).to_contain_text("41")
    inspector = visit("inspector")
    inspector.open("/plan/commitments/1.1/")
    inspector.page.locator(".plan-tabs").get_by_role("link", name="填报与销号").click()
    inspector.page.locator("#claims .plan-item").first.get_by_role("link", name="办理").click()
    inspector.page.locator("[name=outcome][value=confirmed]").check()
    inspector.page.locator("main button[type=submit]").click()
    expect(inspector.page.locator("#claims .plan-item").first).to_contain_text("已确认")
