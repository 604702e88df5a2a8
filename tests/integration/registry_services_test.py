"""The services of the registers: rules kept, events written, personal values left out of the record."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from xuezheng.apps.record.models import AuditEvent
from xuezheng.apps.registry.models import Division, Institution, OwnershipPeriod, StaffPost, Student
from xuezheng.apps.registry.rules import (
    NATIONAL_CODE_CLASSES,
    GradeOutOfRange,
    RegistryRules,
    StageNotTaught,
)
from xuezheng.apps.registry.services import (
    classes,
    groups,
    guardians,
    institutions,
    restrictions,
    staff,
    students,
)
from xuezheng.kernel.identifiers import (
    IdentityNumberWrong,
    InstitutionClassWrong,
    identity_check_character,
)

RULES = RegistryRules(code_classes=NATIONAL_CODE_CLASSES)
pytestmark = pytest.mark.django_db


@pytest.fixture
def division() -> Division:
    """A division of a small city."""
    city = Division.objects.create(code="230100", kind="city", name_zh="示例市", name_en="City")
    return Division.objects.create(
        code="230102", kind="district", parent=city, name_zh="甲区", name_en="A"
    )


@pytest.fixture
def school(division: Division) -> Institution:
    """A nine-year school with the structure 5-4, entered through the service."""
    return create("3123900001", "nine_year", grade_structure="5-4")


def create(code: str, kind: str, **values: Any) -> Institution:
    """Enter a public urban institution."""
    return institutions.create_institution(
        by=None,
        code=code,
        division="230102",
        kind=kind,
        ownership="public",
        values={
            "name_zh": f"学校{code}",
            "setting": "urban",
            "opened_on": date(2000, 9, 1),
            **values,
        },
        rules=RULES,
    )


def enrol(school: Institution, number: str, **more: Any) -> Student:
    """Enrol a child in grade 1."""
    values = {"name": "王小明", "sex": "m", "birth_date": date(2016, 5, 1), "residence": "urban"}
    return students.enrol_student(
        by=None, number=number, institution=school, stage="primary", grade=1, entered_on=date(2023, 9, 1),
        values=values, **more,
    )  # fmt: skip


def identity(serial: int) -> str:
    """An identity number with a fitting check character, of an area that no person has."""
    first = f"23016020160501{serial:03d}"
    return first + identity_check_character(first)


class TestInstitutions:
    """Institutions."""

    def test_a_code_of_the_wrong_class_is_refused(self, division: Division) -> None:
        """A primary school cannot have a kindergarten's code."""
        with pytest.raises(InstitutionClassWrong, match="begins with 11"):
            create("1123900001", "primary")

    def test_a_code_is_never_used_twice(self, school: Institution) -> None:
        """A second institution with the code is refused with the name of the first."""
        with pytest.raises(institutions.InstitutionExists, match="学校3123900001"):
            create("3123900001", "junior")

    def test_a_change_is_recorded_before_and_after(self, school: Institution) -> None:
        """The event holds the old and the new value; the same values again write nothing."""
        for _ in range(2):
            institutions.update_institution(
                by=None, institution=school, changes={"planned_places": 900}
            )

        [event] = AuditEvent.objects.filter(action="registry.institution.update")
        assert event.facts["changes"] == {"planned_places": [None, 900]}

    def test_ownership_periods_follow_each_other(self, school: Institution) -> None:
        """A change of ownership ends one period on the day on which the next begins."""
        institutions.change_ownership(
            by=None, institution=school, ownership="private", on=date(2023, 3, 1)
        )

        periods = OwnershipPeriod.objects.filter(institution=school).values_list(
            "ownership", "valid_from", "valid_to"
        )
        assert list(periods) == [
            ("public", date(2000, 9, 1), date(2023, 3, 1)),
            ("private", date(2023, 3, 1), None),
        ]

    def test_the_database_refuses_overlapping_ownership(self, school: Institution) -> None:
        """Two ownership periods of one institution cannot share a day; those of two institutions can."""
        other = create("3123900002", "junior")
        OwnershipPeriod.objects.filter(institution=other).delete()
        OwnershipPeriod.objects.create(
            institution=other, ownership="private", valid_from=date(2000, 9, 1)
        )

        with pytest.raises(IntegrityError, match="ownership_periods_apart"), transaction.atomic():
            OwnershipPeriod.objects.create(
                institution=school, ownership="private", valid_from=date(2020, 1, 1)
            )

    def test_an_institution_with_students_is_not_closed(self, school: Institution) -> None:
        """Closing waits until nobody is registered there."""
        child = enrol(school, "G1")
        with pytest.raises(institutions.InstitutionInUse):
            institutions.close_institution(
                by=None, institution=school, on=date(2023, 9, 30), reason="merged"
            )

        students.leave_student(by=None, student=child, on=date(2023, 9, 29), reason="moved away")
        institutions.close_institution(
            by=None, institution=school, on=date(2023, 9, 30), reason="merged"
        )
        with pytest.raises(institutions.InstitutionClosed):
            enrol(school, "G2")


class TestClassesAndStudents:
    """Classes and students."""

    def test_a_grade_outside_the_structure_is_refused(self, school: Institution) -> None:
        """Structure 5-4 has no sixth grade in primary and has a fourth in junior high."""
        with pytest.raises(GradeOutOfRange, match="has no grade 6"):
            classes.create_class(
                by=None, institution=school, school_year=2023, stage="primary", grade=6, number=1
            )
        with pytest.raises(StageNotTaught):
            classes.create_class(
                by=None, institution=school, school_year=2023, stage="senior", grade=1, number=1
            )
        classes.create_class(
            by=None, institution=school, school_year=2023, stage="junior", grade=4, number=1
        )

    def test_a_class_of_another_school_is_refused(self, school: Institution) -> None:
        """A student's class is one of the student's school."""
        other = create("2123900001", "primary")
        its_class = classes.create_class(
            by=None, institution=other, school_year=2023, stage="primary", grade=1, number=1
        )
        with pytest.raises(classes.ClassOfAnotherInstitution):
            enrol(school, "G1", school_class=its_class)

    def test_identity_numbers_are_checked_and_enrolled_once(self, school: Institution) -> None:
        """A wrong check character and a second enrolment are refused; the number is stored encrypted only."""
        with pytest.raises(IdentityNumberWrong):
            enrol(school, "G1", identity_number="230160201605010011"[:17] + "9")
        child = enrol(school, "G1", identity_number=identity(1))
        with pytest.raises(students.StudentExists, match="identity number"):
            enrol(school, "G2", identity_number=identity(1))

        assert identity(1).encode() not in bytes(child.identity_cipher or b"")
        opened = students.reveal_student_identity(by=None, student=child, purpose="certificate")
        assert opened == identity(1)
        assert AuditEvent.objects.get(action="registry.student.reveal_identity").facts == {
            "purpose": "certificate"
        }

    def test_personal_values_stay_out_of_the_record(self, school: Institution) -> None:
        """A changed name is recorded as changed; a changed boarding state with its values."""
        child = enrol(school, "G1")
        students.update_student(
            by=None, student=child, changes={"name": "王大明", "is_boarder": True}
        )

        event = AuditEvent.objects.get(action="registry.student.update")
        assert event.facts["changes"] == {"name": "changed", "is_boarder": [False, True]}
        assert "明" not in str(list(AuditEvent.objects.values_list("facts", flat=True)))

    def test_guardians_are_found_again_by_their_number(self, school: Institution) -> None:
        """Two children of one mother share one guardian."""
        for number in ("G1", "G2"):
            guardians.link_guardian(
                by=None, student=enrol(school, number), name="李女士", relation="mother",
                identity_number=identity(7), phone="13900000000",
            )  # fmt: skip

        assert {
            link.guardian_id for s in Student.objects.all() for link in s.guardian_links.all()
        } == {s.guardian_links.get().guardian_id for s in Student.objects.filter(number="G1")}


class TestStaffGroupsRestrictions:
    """Staff, groups and restrictions."""

    def test_one_head_at_a_time(self, school: Institution) -> None:
        """A second head is refused by the service and by the database."""
        values = {
            "name": "赵校长", "sex": "f", "birth_date": date(1975, 1, 1), "employment": "establishment",
            "education": "bachelor",
        }  # fmt: skip
        people = [
            staff.employ_staff(
                by=None,
                number=f"T{n}",
                institution=school,
                joined_on=date(2020, 9, 1),
                values=values,
            )
            for n in (1, 2)
        ]
        staff.appoint(
            by=None, staff=people[0], institution=school, kind="head", on=date(2020, 9, 1)
        )

        with pytest.raises(staff.HeadPostTaken):
            staff.appoint(
                by=None, staff=people[1], institution=school, kind="head", on=date(2021, 9, 1)
            )
        with pytest.raises(IntegrityError, match="head_posts_apart"), transaction.atomic():
            StaffPost.objects.create(
                staff=people[1],
                institution=school,
                division_id="230102",
                kind="head",
                valid_from=date(2021, 9, 1),
            )

    def test_a_restriction_holds_until_it_ends_or_is_lifted(self, school: Institution) -> None:
        """A bar is told to whoever asks, on the days on which it holds."""
        party = ("institution", school.code)
        bar = restrictions.add_restriction(
            by=None, party=party, barred_from="honours.apply", valid_from=date(2023, 1, 1),
            valid_to=date(2024, 1, 1), reason="violation", legal_basis="第三条", source="supervision.case:1",
        )  # fmt: skip

        def barred(day: date) -> bool:
            return restrictions.is_barred(party=party, act="honours.apply", on=day)

        assert [barred(date(2022, 12, 31)), barred(date(2023, 6, 1)), barred(date(2024, 1, 1))] == [
            False,
            True,
            False,
        ]
        restrictions.lift_restriction(
            by=None, restriction=bar, on=date(2023, 5, 1), reason="rectified"
        )
        assert not barred(date(2023, 6, 1))

    def test_the_lead_is_the_first_member_of_its_group(self, school: Institution) -> None:
        """A dissolved group takes nobody in."""
        group = groups.form_group(
            by=None,
            form="school_group",
            name_zh="示例集团",
            division="230102",
            lead=school,
            formed_on=date(2023, 3, 1),
        )
        assert [m.institution_id for m in group.members.all()] == [school.code]
        groups.dissolve_group(by=None, group=group, on=date(2023, 6, 1), reason="merged")
        with pytest.raises(groups.GroupDissolved):
            groups.join_group(
                by=None,
                group=group,
                institution=create("2123900009", "primary"),
                on=date(2023, 7, 1),
            )
