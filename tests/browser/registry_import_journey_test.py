"""A district officer hands in a workbook of institutions: refused, previewed, confirmed, and found in the history."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

HEADER = ["学校标识码", "学校名称", "联系电话", "规划学位数", "固定资产总值（万元）"]


def workbook(folder: Path, name: str, rows: list[list[Any]]) -> str:
    """Write a workbook and give its path."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    file = folder / name
    file.write_bytes(target.getvalue())
    return str(file)


def run_jobs() -> None:
    """Do what the job worker does."""
    from xuezheng.apps.record.models import JobRun
    from xuezheng.apps.registry import tasks

    for job in JobRun.objects.filter(state="queued", kind="registry.apply_import"):
        tasks.apply_import(job=str(job.pk), **job.arguments)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_workbook_from_template_to_history(
    visit: Callable[..., Any], tmp_path: Path, language: str
) -> None:
    """Every page on the way stands up to inspection, and nothing changes before the confirmation."""
    from xuezheng.apps.accounts.models import User
    from xuezheng.apps.registry.models import Institution

    officer = visit("district_officer", language=language)
    user = User.objects.filter(is_demo=True, grants__role="district_officer").order_by("username")[
        0
    ]
    division = user.grants.get(role="district_officer").division_code
    first, second = Institution.objects.filter(division_id=division, closed_on=None).order_by(
        "code"
    )[:2]
    foreign = Institution.objects.exclude(division_id=division).order_by("code")[0]

    page = officer.open("/registry/exchange/")
    page.locator("#id_kind").select_option("institutions")
    page.locator("#id_file").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a,b"}
    )
    page.locator("main form button[type=submit]").first.click()
    page.locator(".xz-errors").wait_for()
    officer.complaints.clear()  # the answer 400 is written into the console
    officer.inspect("import-refused")

    rows = [
        HEADER,
        [first.code, first.name_zh, "0451-80000001", 1234, "2,350.5"],
        [second.code, "完全不同的名称", None, "很多", None],
        [foreign.code, foreign.name_zh, "0451-1", None, None],
    ]
    page.locator("#id_kind").select_option("institutions")
    page.locator("#id_file").set_input_files(workbook(tmp_path, "学校.xlsx", rows))
    page.locator("main form button[type=submit]").first.click()
    page.locator("#rejected").wait_for()
    officer.inspect("import-preview")
    assert Institution.objects.get(pk=first.pk).planned_places != 1234

    page.locator(".xz-actions .btn-primary").click()
    page.locator(".xz-job").wait_for()
    officer.inspect("import-applying")
    run_jobs()
    page.locator(".xz-message-success").wait_for()
    officer.inspect("import-applied")
    assert Institution.objects.get(pk=first.pk).planned_places == 1234

    officer.open("/registry/exchange/")
    officer.inspect("import-history")
    assert page.get_by_role("link", name="学校.xlsx").count() == 1
