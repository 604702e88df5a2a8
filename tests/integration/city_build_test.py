"""The demonstration city in the database: the same for the same seed, whole or not at all, never over other records."""

import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import psycopg
import pytest
from django.db import connection

from xuezheng.policy import Pack, find_pack, load_pack
from xuezheng.site.city import (
    BuildRunning,
    CityPresent,
    ForeignRecords,
    ScaleInvalid,
    build_city,
    city_info,
    drop_city,
)
from xuezheng.site.city.loading import REGISTERS
from xuezheng.site.city.state import _LOCK

SMALL = Fraction(1, 400)

CATALOGUE = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
    WHERE conrelid = ANY(%(tables)s::regclass[])
    UNION ALL
    SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid FROM pg_index
    WHERE indrelid = ANY(%(tables)s::regclass[]) ORDER BY 1, 2"""

KILLED_BUILD = """
import os, signal
from xuezheng.site.bootstrap import setup_django
setup_django()
from xuezheng.policy import find_pack, load_pack
from xuezheng.site.city import build_city

def die(step, done, total):
    if step == "children" and done:
        os.kill(os.getpid(), signal.SIGKILL)

build_city(scale=1 / 400, seed=1, pack=load_pack(find_pack("harbin/2023")), progress=die)
"""


@pytest.fixture
def pack() -> Pack:
    """The pack of the demonstration city."""
    return load_pack(find_pack("harbin/2023"))


@pytest.fixture
def cursor(db: None) -> Iterator[Any]:
    """A cursor inside the test's transaction."""
    with connection.cursor() as opened:
        yield opened


def _rows(cursor: Any) -> dict[str, int]:
    counts = {}
    for table in REGISTERS:
        cursor.execute(f"SELECT count(*) FROM {table}")
        counts[table] = cursor.fetchone()[0]
    return counts


def _content(cursor: Any) -> dict[str, str]:
    hashes = {}
    for table in REGISTERS:
        key = "code" if table == "registry_institution" else "id"
        cursor.execute(f"SELECT md5(string_agg(md5(t::text), '' ORDER BY {key})) FROM {table} t")
        hashes[table] = cursor.fetchone()[0]
    return hashes


def _catalogue(cursor: Any) -> list[Any]:
    cursor.execute(CATALOGUE, {"tables": list(REGISTERS)})
    return list(cursor.fetchall())


def test_a_city_is_repeatable_whole_and_removable(cursor: Any, pack: Pack) -> None:
    """Twice the same bytes in every table, constraints and indexes as before, sequences set, audit written, gone."""
    from xuezheng.apps.record.models import AuditEvent
    from xuezheng.apps.registry.models import Division, Guardian

    before = _catalogue(cursor)
    steps: list[tuple[str, int, int]] = []
    built = build_city(scale=SMALL, seed=5, pack=pack, progress=lambda *step: steps.append(step))
    assert set(_catalogue(cursor)) ^ set(before) == set()
    assert _rows(cursor) == built.rows
    assert city_info() == built
    assert {step for step, _, _ in steps} == {"plan", "registers", "children", "indexes"}
    assert steps[-1][1] == steps[-1][2]
    first = _content(cursor)
    with pytest.raises(CityPresent):
        build_city(scale=SMALL, seed=5, pack=pack)
    again = build_city(scale=SMALL, seed="5", pack=pack, replace=True)
    assert again == built
    assert _content(cursor) == first
    stranger = Guardian.objects.create(name="新人", division=Division.objects.get(code="230102"))
    assert stranger.pk > built.rows["registry_guardian"]
    assert drop_city() == built
    assert not any(_rows(cursor).values())
    assert Division.objects.count() == 19
    assert city_info() is None
    assert drop_city() is None
    actions = AuditEvent.objects.filter(action__startswith="registry.city.").order_by("id")
    assert [event.action.split(".")[-1] for event in actions] == ["build", "build", "drop"]
    assert set(_catalogue(cursor)) ^ set(before) == set()


def test_the_plan_year_stands_part_way(demo_city: str) -> None:
    """The dated facts of 2023 give the counts that the assumptions ask for, at any scale, and grow through the year."""

    def count(sql: str) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    new_kindergartens = """SELECT count(*) FROM (SELECT i.code, min(o.valid_from) AS since FROM registry_institution i
        JOIN registry_ownershipperiod o ON o.institution_id = i.code AND o.ownership <> 'private'
        WHERE i.kind = 'kindergarten' GROUP BY 1) n WHERE since BETWEEN '2023-01-01' AND '%s'"""
    assert [
        count(new_kindergartens % day) for day in ("2023-03-31", "2023-06-30", "2023-09-30")
    ] == [5, 18, 38]
    assert (
        count(
            "SELECT count(*) FROM registry_institution WHERE compound_delivered_on >= '2023-01-01'"
        )
        == 5
    )
    assert (
        count("SELECT count(*) FROM registry_institution WHERE wireless_full_on >= '2023-01-01'")
        == 171
    )
    city_links = (
        "SELECT count(*) FROM registry_networklink WHERE scope = 'division' AND is_city_network"
    )
    assert count(city_links) == 4
    assert count("SELECT count(*) FROM registry_facility WHERE in_use_from >= '2023-01-01'") == 5
    moved = """SELECT count(*) FROM registry_staffpost n JOIN registry_staffpost o ON o.staff_id = n.staff_id
        AND o.institution_id <> n.institution_id AND o.valid_to = n.valid_from WHERE n.kind = '%s'"""
    assert count(moved % "head") == 57
    assert count(moved % "teacher") == 812
    future = "SELECT count(*) FROM registry_institution WHERE greatest(opened_on, closed_on) > '2023-09-30'"
    assert count(future) == 0
    assert count("SELECT count(DISTINCT scope) FROM registry_networklink") == 3
    assert count("SELECT count(DISTINCT form) FROM registry_schoolgroup") == 4


def test_faults_are_there(demo_city: str) -> None:
    """Missing, late and wrong entries exist, so that every screen has one to show."""
    for sql in (
        "SELECT 1 FROM registry_schoolclass WHERE reported_pupils IS NULL",
        "SELECT 1 FROM registry_schoolclass WHERE stage = 'primary' AND reported_pupils > 45",
        "SELECT 1 FROM registry_institution WHERE wireless = 'unknown'",
        "SELECT 1 FROM registry_institution WHERE longitude IS NULL",
        "SELECT 1 FROM registry_institution WHERE longitude < 100",
        "SELECT 1 FROM registry_institution WHERE ownership = 'public' AND established_teacher_posts IS NULL",
        "SELECT 1 FROM registry_networklink WHERE mbps IS NULL",
        "SELECT 1 FROM registry_facility WHERE area_m2 IS NULL",
        "SELECT 1 FROM registry_student WHERE preschool_years IS NULL AND stage = 'primary'",
        (
            "SELECT 1 FROM registry_institution i WHERE is_boarding AND NOT EXISTS (SELECT 1 FROM registry_staffpost p"
            " WHERE p.institution_id = i.code AND p.kind = 'health')"
        ),
        "SELECT 1 FROM registry_institution WHERE name_zh LIKE '%含原%'",
        "SELECT 1 FROM registry_restriction WHERE lifted_on IS NULL",
    ):
        with connection.cursor() as cursor:
            cursor.execute(sql)
            assert cursor.fetchone(), sql


@pytest.mark.django_db
@pytest.mark.parametrize("scale", [0, -0.1, 1.01, float("nan"), float("inf")])
def test_a_scale_outside_its_bounds_is_refused(scale: float, pack: Pack) -> None:
    """The error says what is allowed, and nothing was touched."""
    with pytest.raises(ScaleInvalid, match="not above 0 and at most 1"):
        build_city(scale=scale, seed=1, pack=pack)
    assert city_info() is None


def test_other_records_are_never_built_over_or_dropped(cursor: Any, pack: Pack) -> None:
    """With a bureau's own institution in the registers, both build and drop refuse and name what they found."""
    from xuezheng.apps.registry.models import Institution
    from xuezheng.apps.registry.services.divisions import load_divisions

    load_divisions(pack)
    Institution.objects.create(
        code="2123000001",
        division_id="230102",
        name_zh="某小学",
        kind="primary",
        ownership="public",
        setting="urban",
    )
    for attempt in (
        lambda: build_city(scale=SMALL, seed=1, pack=pack),
        lambda: build_city(scale=SMALL, seed=1, pack=pack, replace=True),
        drop_city,
    ):
        with pytest.raises(ForeignRecords, match="institution 1"):
            attempt()
    assert Institution.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_builds_at_once(pack: Pack, superuser_url: str) -> None:
    """While one process builds, another is told so instead of waiting or mixing with it."""
    with psycopg.connect(superuser_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        with pytest.raises(BuildRunning):
            build_city(scale=SMALL, seed=1, pack=pack)
        with pytest.raises(BuildRunning):
            drop_city()


@pytest.mark.django_db(transaction=True)
def test_kill_in_the_middle_leaves_nothing(embedded_server: Any) -> None:
    """A build killed while it loads leaves no row and every constraint, so the next one starts from nothing."""
    name = str(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        before = _catalogue(cursor)
        address = embedded_server.address(user="xuezheng", database=name)
        ended = subprocess.run(
            [sys.executable, "-c", KILLED_BUILD],
            env={**os.environ, "DATABASE_URL": address},
            check=False,
            timeout=120,
        )
        assert ended.returncode == -9
        assert not any(_rows(cursor).values())
        assert set(_catalogue(cursor)) ^ set(before) == set()
    assert city_info() is None


def test_demo_city_fixture_gives_the_city_with_its_figures(demo_city: str) -> None:
    """The copy for tests has the city, people to sign in as, and published figures."""
    from xuezheng.apps.accounts.models import User
    from xuezheng.apps.plan.models import IndicatorRun
    from xuezheng.apps.registry.models import Student

    standing = city_info()
    assert standing is not None
    assert standing.scale == "1/200"
    assert Student.objects.count() == standing.rows["registry_student"]
    assert User.objects.filter(is_demo=True).exists()
    assert IndicatorRun.objects.filter(as_of=standing.today).exists()
    Student.objects.all().delete()


def test_the_guardian_and_the_student_have_somebody(demo_city: str) -> None:
    """The demonstration's guardian sees two children of the head's school, its student sees one of them."""
    from django.test import Client

    from xuezheng.apps.accounts.roles import Role
    from xuezheng.apps.accounts.services import demo_user_for

    seen = {}
    for role in (Role.GUARDIAN, Role.STUDENT):
        client, user = Client(), demo_user_for(role)
        assert user is not None
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get("/registry/mine/")
        assert page.status_code == 200
        seen[role] = {student.number for student in page.context["students"]}
        assert all(number in page.content.decode() for number in seen[role])
    assert len(seen[Role.GUARDIAN]) == 2
    assert len(seen[Role.STUDENT]) == 1
    assert seen[Role.STUDENT] < seen[Role.GUARDIAN]


def test_demo_city_fixture_is_fresh_each_time(demo_city: str) -> None:
    """What another test did to its copy is not seen."""
    from xuezheng.apps.registry.models import Student

    assert Student.objects.exists()
