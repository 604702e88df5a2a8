"""A small plan over two divisions, and people of every kind that works on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.roles import Role, ScopeKind
from xuezheng.apps.accounts.services.grants import GrantScope, grant_role
from xuezheng.apps.accounts.services.users import create_user
from xuezheng.apps.plan.models import BureauUnit, Commitment, Milestone, Plan, Section
from xuezheng.apps.plan.services.progress import UploadedEvidence
from xuezheng.apps.plan.services.publishing import publish_results
from xuezheng.apps.registry.models import Division
from xuezheng.evidence import IndicatorResult, IndicatorRunResult, Level, Reason, Snapshot, State

HERE, THERE = "230102", "230103"
AT = datetime(2023, 6, 30, 10, tzinfo=UTC)
AS_OF = date(2023, 6, 30)
PDF = UploadedEvidence(name="proof.pdf", content=b"%PDF-1.4 proof")
PARAMETERS = {
    "on_pace": "0.95",
    "far_behind": "0.80",
    "milestone_grace_days": 14,
    "coverage": "0.80",
    "least_points": 3,
    "s_curve": [["0", "0"], ["1", "1"]],
    "school_year": [["0", "0"], ["0.5", "0.15"], ["1", "1"]],
    "reply_working_days": 5,
    "report_every_days": 45,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The plan and its people."""

    plan: Plan
    computed: Commitment
    reported: Commitment
    stepped: Commitment
    planner: User
    second: User
    officer: User
    district: User


@pytest.fixture
def world(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Three commitments: one computed, one reported, one by milestones."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    city = Division.objects.create(code="230100", kind="city", name_zh="示例市", name_en="City")
    for order, (code, name) in enumerate(((HERE, "甲区"), (THERE, "乙区")), start=1):
        Division.objects.create(
            code=code, kind="district", parent=city, name_zh=name, name_en=name, order=order
        )
    unit = BureauUnit.objects.create(key="preschool", name_zh="学前处", name_en="Pre-school")
    other = BureauUnit.objects.create(key="teachers", name_zh="教师处", name_en="Teachers")
    plan = Plan.objects.create(
        pack_id="example/2023",
        pack_hash="b" * 64,
        title_zh="示例计划",
        title_en="Example plan",
        authority_zh="示例局",
        authority_en="Bureau",
        city=city,
        starts_on=date(2023, 1, 1),
        ends_on=date(2023, 12, 31),
        parameters=PARAMETERS,
    )
    section = Section.objects.create(
        plan=plan, key="1", title_zh="学前", title_en="Pre-school", order=0
    )
    common: dict[str, Any] = {"plan": plan, "section": section, "due_on": date(2023, 12, 31)}
    counted = {
        "target": Decimal(50),
        "unit": "kindergarten",
        "unit_zh": "所",
        "unit_en": "kindergartens",
    }
    computed = Commitment.objects.create(
        code="1.1",
        order=1,
        kind="count",
        title_zh="新园",
        title_en="New",
        indicator="1.1",
        owner=unit,
        **counted,
        **common,
    )
    reported = Commitment.objects.create(
        code="1.2",
        order=2,
        kind="count",
        title_zh="课程",
        title_en="Lessons",
        owner=unit,
        **counted,
        **common,
    )
    stepped = Commitment.objects.create(
        code="1.3", order=3, kind="programme", title_zh="项目", title_en="Works", owner=other,
        trajectory="milestones", **common,
    )  # fmt: skip
    for number, month in enumerate((3, 11)):
        Milestone.objects.create(
            commitment=stepped,
            key=f"m{number}",
            order=number,
            title_zh="节点",
            title_en="Step",
            due_on=date(2023, month, 1),
        )
    return World(
        plan=plan,
        computed=computed,
        reported=reported,
        stepped=stepped,
        planner=_user("planner", Role.PLANNER, kind=ScopeKind.CITY),
        second=_user("inspector", Role.INSPECTOR, kind=ScopeKind.CITY),
        officer=_user("officer", Role.DIVISION_OFFICER, kind=ScopeKind.CITY, unit="preschool"),
        district=_user("district", Role.DISTRICT_OFFICER, kind=ScopeKind.DIVISION, division=HERE),
    )


def _user(name: str, role: Role, **scope: Any) -> User:
    user: User = create_user(by=None, username=name, name=name, password="long-enough-1")
    grant_role(by=None, user=user, role=role, scope=GrantScope(**scope))
    return user


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """Make a browser of a user."""

    def of(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return of


@pytest.fixture
def publish(world: World, tmp_path: Path) -> Callable[..., Any]:
    """Publish a run in which the city reached a value, half of it in each division."""

    def run(value: int = 30, *, day: date = AS_OF) -> Any:
        snapshot = Snapshot(
            name="20230630T000000Z-test",
            folder=tmp_path,
            label="test",
            hash="c" * 64,
            taken_at=AT,
            pack_id="example/2023",
            pack_hash="b" * 64,
            version="1",
            files=(),
        )
        half = value // 2
        results = (
            _result(Level.CITY, "230100", value),
            _result(Level.DIVISION, HERE, half),
            _result(Level.DIVISION, THERE, value - half),
        )
        result = IndicatorRunResult(
            id=f"run{day.isoformat()}-{value}",
            folder=tmp_path,
            snapshot_name=snapshot.name,
            snapshot_hash=snapshot.hash,
            pack_id="example/2023",
            pack_hash="b" * 64,
            as_of=day,
            engine="duckdb",
            version="1",
            results=results,
        )
        return publish_results(by=world.planner, result=result, snapshot=snapshot, at=AT)

    return run


def _result(level: Level, unit: str, value: int) -> IndicatorResult:
    return IndicatorResult(
        indicator_id="1.1",
        version="1",
        reading="official",
        official=True,
        level=level,
        unit_code=unit,
        value=Decimal(value),
        numerator=Decimal(value),
        denominator=None,
        threshold=None,
        state=State.NOT_APPLICABLE,
        reason=Reason.NO_THRESHOLD,
        facts=value,
        unknown=0,
        failing=0,
        excluded=0,
        rounding_flips=False,
    )
