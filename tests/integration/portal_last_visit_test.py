"""Home says what changed since the last visit; heads begin with their own institution; the record names its subjects."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.accounts.services import demo_user_for
from xuezheng.apps.accounts.services.sessions import record_sign_in
from xuezheng.apps.portal.selectors.changes import changes_for
from xuezheng.apps.record.actors import system_actor
from xuezheng.apps.record.naming import names_of
from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry.models import Institution, SchoolClass


def change(code: str) -> None:
    """Something happened to a commitment."""
    write_event(
        by=system_actor("test"), action="plan.risk.raise", subject=("commitment", code), facts={}
    )


def test_changes_are_parted_by_the_visit_before_this_one(demo_city: str) -> None:
    """What came between the last sign-in and this one is new; what came earlier is not; the rest is counted."""
    planner = demo_user_for(Role.PLANNER)
    assert planner is not None
    assert changes_for(planner).since is None

    record_sign_in(user=planner, method="password")
    for _number in range(10):
        change("1.1")
    record_sign_in(user=planner, method="password")

    changes = changes_for(planner)
    assert changes.since is not None
    assert changes.since < timezone.now() + timedelta(minutes=1)
    assert (len(changes.new), changes.more, changes.before) == (8, 2, ())
    assert all("1.1" in one.what for one in changes.new)

    record_sign_in(user=planner, method="password")
    quiet = changes_for(planner)
    assert (quiet.new, quiet.more) == ((), 0)
    assert quiet.before


def test_the_home_page_says_since_when(demo_city: str, client: Client) -> None:
    """The page has the heading of a second visit only on a second visit."""
    planner = demo_user_for(Role.PLANNER)
    assert planner is not None
    client.force_login(planner, backend="django.contrib.auth.backends.ModelBackend")
    assert "上次访问以来" not in client.get("/home/").content.decode()

    for _visit in range(2):
        record_sign_in(user=planner, method="password")
    shown = client.get("/home/").content.decode()
    assert "上次访问以来" in shown
    assert "没有变更。" in shown


def test_a_head_begins_with_the_own_institution(demo_city: str, client: Client) -> None:
    """Without a filter the classes are those of the own institution; an empty filter asks for all."""
    head = demo_user_for(Role.SCHOOL_HEAD)
    assert head is not None
    own = head.grants.get().institution_code
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")

    first = client.get("/registry/classes/").context["page"]
    assert {one.institution_id for one in first.object_list} == {own}
    assert client.get("/registry/classes/?sort=-enrolled").context["page"].paginator.count == (
        first.paginator.count
    )
    every = client.get("/registry/classes/?institution=").context["page"].paginator.count
    assert every > first.paginator.count
    assert every == SchoolClass.objects.filter(school_year=2023).count()


def test_the_record_names_what_its_events_are_about(demo_city: str, client: Client) -> None:
    """An event about an institution shows its name; identifiers that are gone stay as they are."""
    school = Institution.objects.order_by("code").first()
    assert school is not None
    names = names_of([("institution", school.code), ("institution", "9"), ("nothing", "1")])
    assert names == {("institution", school.code): school.name_zh}

    write_event(
        by=system_actor("test"),
        action="registry.institution.update",
        subject=("institution", school.code),
        division=school.division_id,
        facts={"shares": {school.division_id: 3}, "note": None},
    )
    auditor = demo_user_for(Role.AUDITOR)
    assert auditor is not None
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/record/events/?subject_kind=institution&subject_id={school.code}"
    [shown] = client.get(address).context["rows"]
    assert (shown.subject, shown.division) == (school.name_zh, school.division.name_zh)
    page = client.get(f"/record/events/{shown.row.stream}/{shown.row.sequence}/").content.decode()
    assert f"{school.division.name_zh} ({school.division_id}): 3" in page
