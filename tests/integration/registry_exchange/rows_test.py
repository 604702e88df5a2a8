"""Rows of a sheet: what is taken over, what is refused, and with which reason."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from xuezheng.apps.record.access import Scope
from xuezheng.apps.record.models import AuditEvent
from xuezheng.apps.registry import identity
from xuezheng.apps.registry.models import (
    Institution,
    OwnershipPeriod,
    SchoolClass,
    Staff,
    StaffPost,
    Student,
)
from xuezheng.kernel.identifiers import identity_check_character

Make = Callable[..., Any]


def problems(summary: Any) -> list[tuple[int, str, str]]:
    """List row, column and code of every problem."""
    return [(row.number, p.column, p.code) for row in summary.rejected for p in row.problems]


def test_new_changed_and_unchanged_students(
    apply: Make, preview: Make, student: Make, workbook: Make, student_header: list[str]
) -> None:
    """A preview writes nothing; an import writes what differs; the same import again changes nothing."""
    first = workbook([student_header, student(1), student(2)])

    assert preview("students", first).counts == {"new": 2}
    assert Student.objects.count() == 0

    apply("students", first)
    events = AuditEvent.objects.count()
    assert apply("students", first).counts == {"unchanged": 2}
    assert AuditEvent.objects.count() == events == 2

    second = apply(
        "students", workbook([student_header, student(1, 姓名="王大明", 班号=2), student(2)])
    )
    assert second.counts == {"changed": 1, "unchanged": 1}
    assert Student.objects.get(number="G000000001").school_class.number == 2  # type: ignore[union-attr]
    changes = AuditEvent.objects.get(action="registry.student.update").facts["changes"]
    assert changes["name"] == "changed"
    assert set(changes) == {"name", "school_class_id"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"学校标识码": "2123999999"}, ("institution_id", "institution_unknown")),
        ({"学校标识码": 12345}, ("institution_id", "code_short")),
        ({"班号": 9}, ("class_number", "class_unknown")),
        ({"年级": "一百"}, ("grade", "text_in_number")),
        ({"年级": 7}, ("grade", "grade_out_of_range")),
        ({"学段": "普通高中"}, ("stage", "stage_not_taught")),
        ({"性别": "中"}, ("sex", "word_unknown")),
        ({"出生日期": "去年"}, ("birth_date", "not_a_date")),
        ({"姓名": ""}, ("name", "needed")),
        ({"学籍号": 123456789012345678.0}, ("number", "number_precision")),
        ({"年级": "#REF!"}, ("grade", "needed")),
        ({"学籍号": "示例G1"}, ("number", "example_left")),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(
    preview: Make,
    student: Make,
    workbook: Make,
    student_header: list[str],
    changes: dict[str, Any],
    expected: Any,
) -> None:
    """The row with the error is rejected at its column; the rows around it are not."""
    content = workbook([student_header, student(1), student(2, **changes), student(3)])

    summary = preview("students", content)

    assert summary.counts == {"new": 2, "rejected": 1}
    assert [(column, code) for _, column, code in problems(summary)] == [expected]
    assert summary.rejected[0].problems[0].sentence()


def test_a_key_twice_in_a_file(
    preview: Make, student: Make, workbook: Make, student_header: list[str]
) -> None:
    """The second row of a key is refused and names the first."""
    summary = preview("students", workbook([student_header, student(1), student(1)]))

    assert problems(summary) == [(3, "number", "duplicate_in_file")]
    assert "2" in summary.rejected[0].problems[0].sentence()


def test_full_width_text_titles_and_aliases(apply: Make, workbook: Make) -> None:
    """Merged titles above the header, other names of headers, full-width digits, serial and Chinese dates are read."""
    header = [
        " 学籍 号*",
        "学生姓名",
        "性别",
        "出生年月日",
        "学校代码",
        "学段",
        "就读年级",
        "所在班级",
        "户口类别",
        "入学时间",
    ]
    rows = [
        ["示例区小学生信息表"],
        ["填报单位：示例学校", None, None, "２０２３年"],
        header,
        ["Ｇ０００１", "李 四", "女", 42491, 3123900001, "小学", "一年级", "2班", "农业", "2023年9月1日"],
        ["G0002", "赵五", "女性", "二〇一六年五月一日", "３１２３９００００１", "小学", "１", "（2）班", "城镇", "2023.9.1"],
    ]  # fmt: skip

    def merge(book: Any) -> None:
        book.active.merge_cells("A1:J1")

    summary = apply("students", workbook(rows, change=merge))

    assert problems(summary) == []
    found = Student.objects.order_by("number").values_list(
        "number", "birth_date", "grade", "residence", "entered_on"
    )
    assert list(found) == [
        ("G0001", date(2016, 5, 1), 1, "rural", date(2023, 9, 1)),
        ("G0002", date(2016, 5, 1), 1, "urban", date(2023, 9, 1)),
    ]


def test_units_percent_and_areas_of_institutions(apply: Make, workbook: Make) -> None:
    """万元 and 元, ㎡ and hectares, and percents are brought to one unit."""
    header = ["学校标识码", "固定资产总值（万元）", "占地面积(㎡)", "绿化率（%）", "规划学位"]
    rows = [
        header,
        ["3123900001", "2,350.5", "1.85公顷", 35, "1350个"],
        ["2123900002", "800000元", 9000, "12.5%", 900],
    ]

    assert problems(apply("institutions", workbook(rows))) == []
    first, second = Institution.objects.filter(code__in=["3123900001", "2123900002"]).order_by(
        "-code"
    )
    assert (first.fixed_assets_fen, second.fixed_assets_fen) == (2_350_500_000, 80_000_000)
    assert (str(first.site_area_m2), str(first.greenery_share)) == ("18500.00", "0.3500")
    assert (str(second.greenery_share), first.planned_places) == ("0.1250", 1350)


def test_institutions_from_a_sheet(apply: Make, workbook: Make) -> None:
    """A new institution gets campus and ownership period; a wrong class digit, a missing parent are refused."""
    header = [
        "学校标识码",
        "学校名称",
        "所属区县",
        "街道乡镇",
        "办学类型",
        "办学性质",
        "城乡类型",
        "上级学校标识码",
    ]
    rows = [
        header,
        ["1123900010", "新苗幼儿园", "道里区", "兆麟街道", "幼儿园", "普惠性民办", "城区", None],
        ["1123900011", "错码小学", "230102", None, "小学", "公办", "城区", None],
        ["2123900012", "无校教学点", "230102", None, "教学点", "公办", "乡村", None],
        ["1123900003", "兆麟幼儿园", "道里区", None, "幼儿园", "普惠民办", "城区", None],
        ["2123900002", "花园小学", "道里区", None, "小学", "公办", "城区", None],
    ]

    summary = apply("institutions", workbook(rows))

    assert summary.counts == {"new": 1, "changed": 1, "rejected": 3}
    assert [code for _, _, code in problems(summary)] == [
        "code_of_wrong_class",
        "parent_needed",
        "division_moves",
    ]
    assert Institution.objects.get(code="1123900010").campuses.get().is_main
    periods = OwnershipPeriod.objects.filter(institution="1123900003").values_list(
        "ownership", "valid_to"
    )
    assert list(periods) == [("public", date(2023, 9, 30)), ("inclusive_private", None)]


def test_rows_outside_the_scope(
    preview: Make, apply: Make, student: Make, workbook: Make, student_header: list[str]
) -> None:
    """A school head imports the own school only and cannot pull a child away from another one."""
    scope = Scope(institutions=frozenset({"3123900001"}))
    apply(
        "students",
        workbook([student_header, student(7, 学校标识码="2123900002", 学校名称="花园小学")]),
    )
    content = workbook(
        [student_header, student(1), student(2, 学校标识码="2123900002"), student(7)]
    )

    assert problems(preview("students", content, scope=scope)) == [
        (3, "institution_id", "out_of_scope"),
        (4, "number", "transfer_from_elsewhere"),
    ]


def test_names_are_advisory(
    preview: Make, student: Make, workbook: Make, student_header: list[str]
) -> None:
    """The code decides; a quite different name is a warning."""
    summary = preview("students", workbook([student_header, student(1, 学校名称="花园小学")]))

    assert summary.counts == {"new": 1}
    assert [(w["row"], w["code"]) for w in summary.warnings] == [(2, "name_differs")]


def test_identity_numbers(
    apply: Make, preview: Make, student: Make, workbook: Make, student_header: list[str]
) -> None:
    """Identity numbers are stored encrypted, compared by index, refused when wrong, taken, or of another birthday."""
    first = "23016020160501001"
    number = first + identity_check_character(first)
    header = [*student_header, "身份证号"]
    apply("students", workbook([header, [*student(1), number]]))
    person = Student.objects.get(number="G000000001")

    assert (
        identity.decrypt(person.identity_cipher or b"", table="student", row=person.number)
        == number
    )
    assert preview("students", workbook([header, [*student(1), number]])).counts == {"unchanged": 1}
    rows = [
        [*student(2), number],
        [*student(3), number[:17] + "?"],
        [*student(4, 出生日期="2015-01-01"), number],
    ]
    summary = preview("students", workbook([header, *rows]))
    assert [code for _, _, code in problems(summary)][:2] == ["identity_taken", "identity_number"]
    assert "identity_birth_differs" in [code for _, _, code in problems(summary)]
    assert number not in str(summary.plain())


def test_staff_with_posts(apply: Make, workbook: Make) -> None:
    """A new member of staff gets the post of the row; a second head of one school is refused."""
    header = [
        "工号", "姓名", "性别", "出生日期", "学校标识码", "用人形式", "学历", "到校日期", "岗位", "任教学段", "学科",
    ]  # fmt: skip
    person = ["女", "1980-01-01", "3123900001", "在编", "本科", "2010-09-01"]
    rows = [header, ["T1", "赵一", *person, "校长", None, None], ["T2", "钱二", *person, "教师", "小学", "chinese"],
            ["T3", "孙三", *person, "校长", None, None]]  # fmt: skip

    summary = apply("staff", workbook(rows))

    assert problems(summary) == [(4, "post", "head_taken")]
    posts = StaffPost.objects.order_by("staff__number").values_list(
        "staff__number", "kind", "subject", "valid_from"
    )
    assert list(posts) == [
        ("T1", "head", "", date(2010, 9, 1)),
        ("T2", "teacher", "chinese", date(2010, 9, 1)),
    ]
    assert apply("staff", workbook(rows[:3])).counts == {"unchanged": 2}
    assert (Staff.objects.count(), StaffPost.objects.count()) == (2, 2)


def test_classes_and_facilities(apply: Make, workbook: Make) -> None:
    """Classes are keyed by year, stage, grade and number; rooms by number; merged cells hold for all their rows."""
    classes = [["学校代码", "学年", "学段", "年级", "班级", "人数"], ["2123900002", "2023-2024学年", "小学", 1, 1, "43人"],
               [None, 2023, "小学", 2, 1, "四十"]]  # fmt: skip
    summary = apply(
        "classes", workbook(classes, change=lambda book: book.active.merge_cells("A2:A3"))
    )
    assert problems(summary) == [(3, "reported_pupils", "text_in_number")]
    assert (
        SchoolClass.objects.get(institution="2123900002", grade=1, number=1).reported_pupils == 43
    )

    rooms = [
        ["学校标识码", "房间编号", "用途", "面积（平方米）", "是否多媒体教室"],
        ["2123900002", "a-101", "教室", "67.5㎡", "是"],
    ]
    assert apply("facilities", workbook(rooms)).counts == {"new": 1}
    assert apply("facilities", workbook(rooms)).counts == {"unchanged": 1}


def test_a_cell_is_cleared_by_a_word_only(apply: Make, workbook: Make) -> None:
    """An empty cell keeps the value; 清空 removes it; a needed value cannot be removed."""
    header = ["学校标识码", "学校名称", "联系电话"]
    apply("institutions", workbook([header, ["2123900002", None, "0451-1"]]))
    assert apply("institutions", workbook([header, ["2123900002", None, None]])).counts == {
        "unchanged": 1
    }
    assert apply("institutions", workbook([header, ["2123900002", None, "清空"]])).counts == {
        "changed": 1
    }
    assert Institution.objects.get(code="2123900002").phone == ""
    summary = apply("institutions", workbook([header, ["2123900002", "清空", None]]))
    assert problems(summary) == [(2, "name_zh", "closed_word")]
