"""Excel import of 50,000 students: median time and peak memory of the product's path, beside a plain one.

The peer reads a slice of the same workbook with openpyxl row by row and saves with the ORM, one object at a time, with
the same reading of cells but without preview, audit or staging; its time is scaled to the full file.

    DATABASE_URL=… python bench/excel_import.py [--rows 50000] [--runs 3]

Without DATABASE_URL an embedded server in a temporary folder is used. Every run is rolled back.
"""

from __future__ import annotations

import argparse
import atexit
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HEADER = ["学籍号", "姓名", "性别", "出生日期", "身份证件号", "学校标识码", "学校名称", "学段", "年级", "学年", "班号",
          "户籍区县", "户口性质", "是否住宿", "是否随迁子女", "是否留守儿童", "是否残疾", "学前教育年数", "入学日期"]  # fmt: skip
SCHOOLS, CLASSES = 50, 24
PEER_ROWS = 1000


def main() -> None:
    """Run each side in a process of its own and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--side", choices=("ours", "preview", "peer"))
    parser.add_argument("--file", type=Path)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(measure(options.side, options.file)))
        return
    folder = Path(tempfile.mkdtemp(prefix="xuezheng-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # runs after the server was stopped
    start_database(folder)
    file = folder / "students.xlsx"
    prepare(file, options.rows)
    results = {side: run_side(side, file, options.runs) for side in ("ours", "preview", "peer")}
    results["peer"]["seconds"] *= options.rows / PEER_ROWS
    results["ratio"] = round(results["peer"]["seconds"] / results["ours"]["seconds"], 1)
    for side in ("ours", "preview", "peer"):
        print(f"{side:>8}: {results[side]['seconds']:8.1f} s   {results[side]['peak_mb']:6.0f} MB")
    print(json.dumps(results))


def run_side(side: str, file: Path, runs: int) -> dict[str, float]:
    """Measure one side some times, each in a fresh process."""
    command = [sys.executable, __file__, "--side", side, "--file", str(file)]
    found = [
        json.loads(
            subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[
                -1
            ]
        )
        for _ in range(1 if side == "peer" else runs)
    ]
    return {
        "seconds": round(statistics.median(one["seconds"] for one in found), 2),
        "peak_mb": round(max(one["peak_mb"] for one in found), 0),
    }


def start_database(folder: Path) -> None:
    """Use the server of DATABASE_URL, or an embedded one in the folder."""
    folder.chmod(0o755)
    os.environ.setdefault("XUEZHENG_DATA", str(folder / "data"))
    from xuezheng.site.bootstrap import setup_django

    setup_django()


def prepare(file: Path, rows: int) -> None:
    """Make the schools and classes, and the workbook of students."""
    from django.core.management import call_command
    from openpyxl import Workbook

    from xuezheng.apps.registry.models import Division, Institution, SchoolClass
    from xuezheng.kernel.identifiers import identity_check_character

    call_command("migrate", verbosity=0)
    city = Division.objects.update_or_create(
        code="230100", defaults={"kind": "city", "name_zh": "示例市", "name_en": "City"}
    )[0]
    Division.objects.update_or_create(
        code="230102",
        defaults={"kind": "district", "parent": city, "name_zh": "甲区", "name_en": "A"},
    )
    codes = [f"21239{n:05d}" for n in range(SCHOOLS)]
    Institution.objects.bulk_create(
        (
            Institution(
                code=code,
                division_id="230102",
                name_zh=f"第{code[-3:]}小学",
                kind="primary",
                ownership="public",
                setting="urban",
                grade_structure="6-3",
            )
            for code in codes
        ),
        ignore_conflicts=True,
    )
    SchoolClass.objects.bulk_create(
        (
            SchoolClass(
                institution_id=code,
                division_id="230102",
                school_year=2023,
                stage="primary",
                grade=n % 6 + 1,
                number=n // 6 + 1,
            )
            for code in codes
            for n in range(CLASSES)
        ),
        ignore_conflicts=True,
    )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("学生")
    sheet.append(HEADER)
    for serial in range(rows):
        code, place = codes[serial % SCHOOLS], serial // SCHOOLS % CLASSES
        born = date(2012, 1, 1) + timedelta(days=serial % 1500)
        first = (
            f"{230160 + serial // 1500 % 18}{born:%Y%m%d}{serial // 27000 * 500 + serial % 2:03d}"
        )
        sheet.append(
            [
                f"G{serial:012d}",
                f"学生{chr(0x4E00 + serial % 5000)}",
                "男女"[serial % 2],
                born,
                first + identity_check_character(first),
                code,
                f"第{code[-3:]}小学",
                "小学",
                place % 6 + 1,
                2023,
                place // 6 + 1,
                "230102",
                "城镇户口",
                "否",
                "否",
                "否",
                "否",
                3,
                date(2021, 9, 1),
            ]
        )
    book.save(file)


def measure(side: str, file: Path) -> dict[str, float]:
    """Run one side inside a transaction that is rolled back."""
    from xuezheng.site.bootstrap import setup_django

    setup_django()
    from django.db import transaction

    content = file.read_bytes()
    started = time.perf_counter()
    with transaction.atomic():
        {"ours": ours, "preview": preview, "peer": peer}[side](content)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return {"seconds": seconds, "peak_mb": peak_mb()}


def peak_mb() -> float:
    """Highest resident memory of this process."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _open(content: bytes) -> tuple[Any, Any]:
    from xuezheng.apps.record.access import Scope
    from xuezheng.apps.registry.exchange.examine import make_register
    from xuezheng.apps.registry.exchange.reading import open_sheet
    from xuezheng.apps.registry.exchange.sheets import sheet_kind
    from xuezheng.apps.registry.rules import NATIONAL_CODE_CLASSES, RegistryRules

    rules = RegistryRules(code_classes=NATIONAL_CODE_CLASSES)
    sheet = open_sheet("students.xlsx", content, sheet_kind("students"))
    return sheet, make_register(
        "students", scope=Scope(city=True), rules=rules, today=date(2023, 9, 30)
    )


def ours(content: bytes) -> None:
    """Examine, stage, upsert, and write the audit events."""
    from xuezheng.apps.registry.exchange.apply import apply_sheet

    sheet, register = _open(content)
    summary = apply_sheet(sheet, register, by=None, batch="bench")
    assert summary.counts["rejected"] == 0, summary.problems


def preview(content: bytes) -> None:
    """Examine only."""
    from xuezheng.apps.registry.exchange.examine import examine

    sheet, register = _open(content)
    for _ in examine(sheet, register):
        pass


def peer(content: bytes) -> None:
    """Read with openpyxl and save object by object."""
    from openpyxl import load_workbook

    from xuezheng.apps.registry.models import Institution, SchoolClass, Student

    sheet = load_workbook(io.BytesIO(content), read_only=True).active
    assert sheet is not None
    words = {"男": "m", "女": "f"}
    for row in sheet.iter_rows(min_row=2, max_row=PEER_ROWS + 1, values_only=True):
        school = Institution.objects.get(code=row[5])
        school_class = SchoolClass.objects.get(
            institution=school, school_year=row[9], stage="primary", grade=row[8], number=row[10]
        )
        Student(
            number=row[0], name=row[1], sex=words[str(row[2])], birth_date=row[3].date(), division_id="230102",
            institution=school, school_class=school_class, stage="primary", grade=row[8], residence="urban",
            preschool_years=row[17], entered_on=row[18].date(), household_division_id=row[11],
        ).save()  # fmt: skip


if __name__ == "__main__":
    main()
