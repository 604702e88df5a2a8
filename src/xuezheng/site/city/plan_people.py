"""Who works on the plan in the demonstration city: a contact in each unit of the bureau and each division."""

from dataclasses import dataclass

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.roles import Role, ScopeKind
from xuezheng.apps.accounts.services import create_user, grant_role
from xuezheng.apps.accounts.services.grants import GrantScope
from xuezheng.apps.plan.models import BureauUnit
from xuezheng.apps.registry.models import Division


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPeople:
    """Users by what they answer for."""

    planner: User
    inspector: User
    units: dict[str, User]
    divisions: dict[str, User]


def ensure_plan_people(*, by: object) -> PlanPeople:
    """Make the users that the demonstration's sign-ins do not cover; nobody can sign in as one of them."""
    known = {user.username: user for user in User.objects.filter(is_demo=True)}
    planner = known.get("planner") or _make(
        by, "planner", "规划员", Role.PLANNER, GrantScope(kind=ScopeKind.CITY)
    )
    inspector = known.get("inspector") or _make(
        by, "inspector", "督学", Role.INSPECTOR, GrantScope(kind=ScopeKind.CITY)
    )
    units = {}
    for unit in BureauUnit.objects.all():
        name = f"unit-{unit.key}"
        scope = GrantScope(kind=ScopeKind.CITY, unit=unit.key)
        units[unit.key] = known.get(name) or _make(
            by, name, f"{unit.name_zh}联络员", Role.DIVISION_OFFICER, scope
        )
    divisions = {}
    for division in Division.objects.exclude(kind="city"):
        name = f"division-{division.code}"
        scope = GrantScope(kind=ScopeKind.DIVISION, division=division.code)
        divisions[division.code] = known.get(name) or _make(
            by, name, f"{division.name_zh}联络员", Role.DISTRICT_OFFICER, scope
        )
    return PlanPeople(planner=planner, inspector=inspector, units=units, divisions=divisions)


def _make(by: object, username: str, name: str, role: Role, scope: GrantScope) -> User:
    user = create_user(by=by, username=username, name=name, is_demo=True)
    grant_role(by=by, user=user, role=role, scope=scope)
    return user
