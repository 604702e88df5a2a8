"""The pages of the registers: who may open which, what the filters do, and what a form refuses."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.roles import Role, ScopeKind
from xuezheng.apps.accounts.services.grants import GrantScope, grant_role
from xuezheng.apps.accounts.services.users import create_user
from xuezheng.apps.record.models import AuditEvent
from xuezheng.apps.registry.models import (
    Division,
    Institution,
    Restriction,
    Student,
    StudentGuardian,
)
from xuezheng.apps.registry.rules import NATIONAL_CODE_CLASSES, RegistryRules
from xuezheng.apps.registry.services import guardians, institutions, students
from xuezheng.kernel.identifiers import identity_check_character

pytestmark = pytest.mark.django_db
RULES = RegistryRules(code_classes=NATIONAL_CODE_CLASSES)
HERE, THERE = "230102", "230103"
SCHOOL, OTHER = "2123900001", "2123900002"
_FIRST = "23016020160501001"
IDENTITY = _FIRST + identity_check_character(_FIRST)


@pytest.fixture
def city() -> None:
    """Two divisions with a primary school each and one pupil in the first."""
    top = Division.objects.create(code="230100", kind="city", name_zh="示例市", name_en="City")
    for code, name in ((HERE, "甲区"), (THERE, "乙区")):
        Division.objects.create(code=code, kind="district", parent=top, name_zh=name, name_en=name)
    for code, division in ((SCHOOL, HERE), (OTHER, THERE)):
        institutions.create_institution(
            by=None,
            code=code,
            division=division,
            kind="primary",
            ownership="public",
            values={"name_zh": f"学校{code}", "setting": "urban", "opened_on": date(2000, 9, 1)},
            rules=RULES,
        )
    students.enrol_student(
        by=None,
        number="S1",
        institution=Institution.objects.get(pk=SCHOOL),
        stage="primary",
        grade=1,
        entered_on=date(2023, 9, 1),
        identity_number=IDENTITY,
        values={"name": "王小明", "sex": "m", "birth_date": date(2016, 5, 1), "residence": "urban"},
    )


def client_of(role: Role, **scope: Any) -> Client:
    """A browser signed in as somebody with one role."""
    user: User = create_user(
        by=None, username=role.value, name=role.value, password="long-enough-1"
    )
    grant_role(by=None, user=user, role=role, scope=GrantScope(**scope))
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def district(division: str) -> Client:
    """A browser of a district officer."""
    return client_of(Role.DISTRICT_OFFICER, kind=ScopeKind.DIVISION, division=division)


PUBLIC, OWN, FOREIGN = 200, 200, 403
TABLE = [
    # page, visitor, officer of the division, officer of another division
    ("/registry/", 200, 200, 200),
    ("/registry/institutions/", 200, 200, 200),
    (f"/registry/institutions/{SCHOOL}/", 200, 200, 200),
    (f"/registry/institutions/{SCHOOL}/classes/", 200, 200, 200),
    (f"/registry/institutions/{SCHOOL}/students/", 403, 200, 403),
    (f"/registry/institutions/{SCHOOL}/staff/", 403, 200, 403),
    (f"/registry/institutions/{SCHOOL}/history/", 403, 200, 403),
    (f"/registry/institutions/{SCHOOL}/edit/", 403, 200, 403),
    (f"/registry/institutions/{SCHOOL}/restrict/", 403, 200, 403),
    (f"/registry/divisions/{HERE}/", 200, 200, 200),
    (f"/registry/divisions/{HERE}/new-institution/", 403, 200, 403),
    ("/registry/students/", 403, 200, 200),
    ("/registry/students/S1/", 403, 200, 403),
    ("/registry/students/find/", 403, 200, 200),
    ("/registry/staff/", 403, 200, 200),
    ("/registry/facilities/", 403, 200, 200),
    ("/registry/restrictions/", 403, 200, 200),
    ("/registry/classes/", 200, 200, 200),
    ("/registry/groups/", 200, 200, 200),
    ("/registry/divisions/boundaries.geojson", 200, 200, 200),
]


def test_each_page_opens_for_whom_it_should(city: None) -> None:
    """Visitor, officer of the division and officer of another one get the status of the table, page by page."""
    here, there, visitor = district(HERE), None, Client()
    user = create_user(by=None, username="there", name="there", password="long-enough-1")
    scope = GrantScope(kind=ScopeKind.DIVISION, division=THERE)
    grant_role(by=None, user=user, role=Role.DISTRICT_OFFICER, scope=scope)
    there = Client()
    there.force_login(user)

    found = [
        (page, *(one.get(page).status_code for one in (visitor, here, there)))
        for page, *_rest in TABLE
    ]

    assert found == TABLE


def test_siblings_elsewhere_are_not_named(city: None) -> None:
    """A head reads that there is a sibling at another school, neither name nor school; a planner reads both."""
    for number, name, school in (("S2", "王小红", SCHOOL), ("S3", "王大力", OTHER)):
        students.enrol_student(
            by=None,
            number=number,
            institution=Institution.objects.get(pk=school),
            stage="primary",
            grade=2,
            entered_on=date(2022, 9, 1),
            values={"name": name, "sex": "m", "birth_date": date(2015, 5, 1), "residence": "urban"},
        )
    parent = guardians.link_guardian(
        by=None, student=Student.objects.get(number="S1"), name="王建国", relation="father"
    ).guardian
    for number in ("S2", "S3"):
        StudentGuardian.objects.create(
            student=Student.objects.get(number=number), guardian=parent, relation="father"
        )
    own = {"kind": ScopeKind.INSTITUTION, "institution": SCHOOL, "division": HERE}
    seen = client_of(Role.SCHOOL_HEAD, **own).get("/registry/students/S1/").content.decode()
    whole = client_of(Role.PLANNER, kind=ScopeKind.CITY).get("/registry/students/S1/")

    assert "王小红" in seen
    assert "A sibling at another school" in seen
    assert ("王大力" in seen, f"学校{OTHER}" in seen, OTHER in seen) == (False, False, False)
    assert "王大力" in whole.content.decode()
    child = (
        client_of(Role.STUDENT, kind=ScopeKind.SELF, person="student:S1")
        .get("/registry/students/S1/")
        .content.decode()
    )
    assert "A sibling at this school" in child
    assert "王小红" not in child


def test_a_list_holds_only_what_lies_in_scope(city: None) -> None:
    """An officer's list of students never shows another division's, whatever the address asks for."""
    page = district(THERE).get("/registry/students/", {"division": HERE})

    assert page.context["page"].paginator.count == 0


def test_filters_narrow_and_unknown_values_are_dropped(city: None) -> None:
    """A filter in the address narrows the list; a value outside the choices is as good as none."""
    client = Client()

    def count(**query: str) -> int:
        return client.get("/registry/institutions/", query).context["page"].paginator.count

    assert count() == 2
    assert count(division=HERE) == 1
    assert count(kind="kindergarten") == 0
    assert count(kind="castle") == 2
    assert count(q=OTHER) == 1


def test_a_change_goes_through_the_service_and_shows_in_the_history(city: None) -> None:
    """A changed fact is saved, written down with its values before and after, and shown on the page."""
    client = district(HERE)
    form = client.get(f"/registry/institutions/{SCHOOL}/edit/").context["form"]
    values = {name: value for name, value in form.initial.items() if value not in (None, False)}

    answer = client.post(
        f"/registry/institutions/{SCHOOL}/edit/", {**values, "planned_places": "720"}
    )

    assert answer.status_code == 302
    assert Institution.objects.get(pk=SCHOOL).planned_places == 720
    assert (
        "planned_places" in client.get(f"/registry/institutions/{SCHOOL}/history/").content.decode()
    )


def test_a_refusal_of_the_service_stands_on_the_form(city: None) -> None:
    """A school with pupils cannot be closed: the form comes back with the reason and nothing is changed."""
    answer = district(HERE).post(
        f"/registry/institutions/{SCHOOL}/close/", {"on": "2023-12-31", "reason": "merged"}
    )

    assert answer.status_code == 422
    assert Institution.objects.get(pk=SCHOOL).closed_on is None


def test_a_restriction_is_entered_and_lifted(city: None) -> None:
    """A bar has its period and reason; lifted, it stays readable with the day."""
    client = district(HERE)
    client.post(
        f"/registry/institutions/{SCHOOL}/restrict/",
        {
            "barred_from": "honours.apply",
            "valid_from": "2023-05-01",
            "valid_to": "2024-05-01",
            "reason": "ethics case",
            "legal_basis": "order 12",
            "source": "case 17",
        },
    )
    bar = Restriction.objects.get()
    client.post(f"/registry/restrictions/{bar.pk}/lift/", {"on": "2023-08-01", "reason": "appeal"})
    bar.refresh_from_db()

    assert bar.lifted_on == date(2023, 8, 1)
    assert "honours.apply" in client.get("/registry/restrictions/").content.decode()


def test_an_identity_number_is_shown_for_a_purpose_only(city: None) -> None:
    """Without a purpose nothing is shown; with one the number is shown once and the log keeps the purpose."""
    client = district(HERE)
    refused = client.post("/registry/students/S1/identity/", {"purpose": ""})
    shown = client.post("/registry/students/S1/identity/", {"purpose": "transfer papers"})

    assert refused.status_code == 302
    assert IDENTITY in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    [event] = AuditEvent.objects.filter(action="registry.student.reveal_identity")
    assert event.facts == {"purpose": "transfer papers"}


def test_a_student_is_found_by_identity_number_inside_the_scope_only(city: None) -> None:
    """The blind index finds the student for the own division; for another one there is nobody."""
    asked = {"identity_number": IDENTITY, "purpose": "transfer papers"}

    found = district(HERE).post("/registry/students/find/", asked)

    assert found["Location"] == "/registry/students/S1/"
    User.objects.all().update(username="someone")
    assert district(THERE).post("/registry/students/find/", asked).status_code == 422


def test_a_guardian_sees_the_own_child_and_no_other(city: None) -> None:
    """The grant names the guardian's child; another child's page is refused."""
    guardian = client_of(Role.STUDENT, kind=ScopeKind.SELF, person="student:S1")
    students.enrol_student(
        by=None,
        number="S2",
        institution=Institution.objects.get(pk=SCHOOL),
        stage="primary",
        grade=1,
        entered_on=date(2023, 9, 1),
        values={"name": "李小红", "sex": "f", "birth_date": date(2016, 5, 2), "residence": "urban"},
    )

    assert "王小明" in guardian.get("/registry/mine/").content.decode()
    assert guardian.get("/registry/students/S1/").status_code == 200
    assert guardian.get("/registry/students/S2/").status_code == 403
    assert Student.objects.count() == 2


def test_a_list_hands_out_its_workbook_to_whom_it_may(city: None) -> None:
    """A visitor sees no Excel button; an officer gets the workbook of the own division and no other."""
    visitor, officer = Client(), district(HERE)

    assert visitor.get("/registry/institutions/").context["export_url"] == ""
    url = officer.get("/registry/students/", {"division": HERE}).context["export_url"]
    assert url == f"/registry/exchange/students/export.xlsx?division={HERE}"
    assert officer.get(url).status_code == 200
    assert officer.get("/registry/students/", {"division": THERE}).context["export_url"] == ""
    foreign = officer.get(f"/registry/exchange/students/export.xlsx?division={THERE}")
    assert foreign.status_code == 403
