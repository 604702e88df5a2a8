"""The demonstration city with one own and one foreign thing of each sort, and a client of each role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from xuezheng.apps.accounts.models import RoleGrant, User
from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.accounts.services.demonstration import demo_user_for
from xuezheng.apps.accounts.services.tokens import create_token
from xuezheng.apps.plan import models as plan
from xuezheng.apps.record import jobs
from xuezheng.apps.record.documents import publish_document
from xuezheng.apps.record.models import AuditEvent
from xuezheng.apps.registry import models as registry
from xuezheng.apps.registry.services.imports import receive_file

BACKEND = "django.contrib.auth.backends.ModelBackend"
ROLES = [role.value for role in Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What addresses are made of, and who asks."""

    names: Mapping[str, str]
    users: Mapping[str, User]
    clients: Mapping[str, Client]
    readers: Mapping[str, Client]

    def ask(self, method: str, address: str, role: str) -> Any:
        """Send a request without any values as a role, and undo whatever it did."""
        return self.ask_with(method, address.format_map(self.names), role, {})

    def ask_with(self, method: str, where: str, role: str, values: Mapping[str, Any]) -> Any:
        """Send a request as a role, and undo whatever it did."""
        people = self.readers if where.startswith("/api/") else self.clients
        with transaction.atomic():
            answer = getattr(people[role], method.lower())(where, values)
            transaction.set_rollback(True)
        return answer


@pytest.fixture
def world(demo_city: str, settings: Any) -> World:
    """Everything in place, signed in as every role."""
    settings.DEMONSTRATION = True
    users = {role.value: user for role in Role if (user := demo_user_for(role)) is not None}
    return make_world(users)


def make_world(users: dict[str, User]) -> World:
    """Find or make one own and one foreign thing of each sort."""
    names = {
        **_places(users),
        **_plan_things(users["district_officer"].grants.get().division_code),
        **_record_things(users),
    }
    names |= _people(names)
    clients, readers = {}, {}
    for role in ROLES:
        clients[role] = Client(raise_request_exception=False)
        readers[role] = Client(raise_request_exception=False)
        if role in users:
            clients[role].force_login(users[role], backend=BACKEND)
            secret = create_token(by=users[role], user=users[role], title="test", days=1).secret
            readers[role].defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return World(names=names, users=users, clients=clients, readers=readers)


def _places(users: Mapping[str, User]) -> dict[str, str]:
    own = users["district_officer"].grants.get().division_code
    school = users["school_head"].grants.get().institution_code
    pupil = registry.Student.objects.exclude(division=own).filter(left_on=None, stage="primary")
    away = pupil.order_by("number")[0].institution
    foreign = away.division_id
    barred = {
        "party_kind": "institution", "barred_from": "honours.apply", "valid_from": date(2023, 1, 1),
        "reason": "test", "legal_basis": "test", "source": "test:1",
    }  # fmt: skip
    here = registry.Restriction.objects.create(party_id=school, division_id=own, **barred)
    there = registry.Restriction.objects.create(party_id=away.code, division_id=foreign, **barred)
    classes = registry.SchoolClass.objects.order_by("pk")
    return {
        "division": own,
        "foreign_division": foreign,
        "school": school,
        "foreign_school": away.code,
        "restriction": str(here.pk),
        "foreign_restriction": str(there.pk),
        "class": str(classes.filter(institution=school)[0].pk),
        "foreign_class": str(classes.filter(institution=away)[0].pk),
    }


def _people(names: Mapping[str, str]) -> dict[str, str]:
    """Students and staff of the own and the foreign school; the guardian's child goes to the own one."""
    found = {}
    for mark, school in (("", names["school"]), ("foreign_", names["foreign_school"])):
        students = registry.Student.objects.filter(institution=school, left_on=None)
        staff = registry.Staff.objects.filter(institution=school, left_on=None)
        found[f"{mark}student"] = students.order_by("number")[0].number
        found[f"{mark}staff"] = staff.order_by("number")[0].number
    for role in ("guardian", "student"):
        RoleGrant.objects.filter(role=role).update(person_code=f"student:{found['student']}")
    return found


def _plan_things(own: str) -> dict[str, str]:
    claims = plan.Claim.objects.filter(evidence__isnull=False).order_by("pk")
    mine = claims.filter(division=own, state="submitted").first() or claims.filter(division=own)[0]
    theirs = claims.exclude(division=own).exclude(division=None)[0]
    notices = plan.SupervisionNotice.objects.order_by("number")
    notice = notices.exclude(division=None)[0]
    here, there = (_copy_of(notice, number, place) for number, place in _notices(own))
    commitments = plan.Commitment.objects.order_by("pk")
    risk = plan.Risk.objects.filter(state="open").order_by("pk")[0]
    return {
        "claim": str(mine.pk),
        "foreign_claim": str(theirs.pk),
        "evidence": str(mine.evidence.all()[0].pk),
        "foreign_evidence": str(theirs.evidence.all()[0].pk),
        "notice": here.number,
        "foreign_notice": there.number,
        "risk": str(risk.pk),
        "change": str(plan.ChangeOrder.objects.order_by("pk")[0].pk),
        "unit_commitment": commitments.filter(
            owner="preschool", target__isnull=False, is_closed=False
        )[0].code,
        "other_commitment": commitments.exclude(owner="preschool")
        .exclude(co_owners="preschool")
        .filter(target__isnull=False)[0]
        .code,
    }


def _notices(own: str) -> list[tuple[str, str]]:
    away = registry.Division.objects.exclude(kind="city").exclude(code=own).order_by("code")[0]
    return [("DB2023-9001", own), ("DB2023-9002", away.code)]


def _copy_of(notice: plan.SupervisionNotice, number: str, division: str) -> Any:
    return plan.SupervisionNotice.objects.create(
        number=number, commitment=notice.commitment, division_id=division, text="test",
        issued_by=notice.issued_by, issued_on=notice.issued_on, working_days=5, reply_by=notice.reply_by,
    )  # fmt: skip


def _record_things(users: Mapping[str, User]) -> dict[str, str]:
    head, planner = users["school_head"], users["planner"]
    own = users["district_officer"].grants.get().division_code
    events = AuditEvent.objects.order_by("pk")
    mine = events.filter(division=own)[0]
    theirs = events.exclude(division__in=["", own])[0]
    kept = {
        mark: receive_file(by=by, kind="classes", file_name="a.xlsx", content=_workbook(mark))
        for mark, by in (("import", head), ("foreign_import", planner))
    }
    papers = {
        kind: publish_document(
            by=planner, kind=kind, title=("文件", "Paper"), file_name="a.txt",
            media_type="text/html", content=kind.encode(),
        ).content_id
        for kind in ("notice", "plan.report")
    }  # fmt: skip
    grant = users["bidder"].grants.get()
    return {
        "event": f"{mine.stream}/{mine.sequence}",
        "foreign_event": f"{theirs.stream}/{theirs.sequence}",
        "job": str(jobs.start(kind="test", by=head, title="test").pk),
        "foreign_job": str(jobs.start(kind="test", by=planner, title="test").pk),
        **{mark: str(batch.pk) for mark, batch in kept.items()},
        "document": papers["notice"],
        "report": papers["plan.report"],
        "user": str(users["bidder"].pk),
        "grant": str(grant.pk),
        "token": str(
            create_token(by=users["auditor"], user=users["auditor"], title="t", days=1).token.pk
        ),
    }


def _workbook(mark: str) -> bytes:
    from io import BytesIO

    from openpyxl import Workbook

    book, buffer = Workbook(), BytesIO()
    book.active.append([mark])  # type: ignore[union-attr]  # a new book has a sheet
    book.save(buffer)
    return buffer.getvalue()
