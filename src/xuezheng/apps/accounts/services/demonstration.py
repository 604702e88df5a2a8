"""The people of the demonstration city: one user a role, to look at every side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.roles import Role, ScopeKind
from xuezheng.apps.accounts.services.grants import GrantScope, grant_role
from xuezheng.apps.accounts.services.users import create_user

# User name and name of each; the names say the role, since these are nobody.
_PEOPLE: tuple[tuple[Role, str, str], ...] = (
    (Role.PLANNER, "planner", "规划员 林昭"),
    (Role.DIVISION_OFFICER, "officer", "处室干部 周敏"),
    (Role.DISTRICT_OFFICER, "district", "区教育局 孙岩"),
    (Role.SCHOOL_HEAD, "head", "校长 何静"),
    (Role.TEACHER, "teacher", "教师 吴桐"),
    (Role.GUARDIAN, "guardian", "家长 郑宁"),
    (Role.STUDENT, "student", "学生 郑小禾"),
    (Role.INSTITUTION_OPERATOR, "operator", "举办者 冯凯"),
    (Role.INSPECTOR, "inspector", "督学 陈正"),
    (Role.AUCTIONEER, "auctioneer", "拍卖主持 高远"),
    (Role.BIDDER, "bidder", "竞买人 许诺"),
    (Role.AUDITOR, "auditor", "审计员 沈澄"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoInstitution:
    """An institution for the demonstration's school head, teacher and operator, with its division."""

    code: str
    division: str


@transaction.atomic
def ensure_demo_users(
    *,
    by: object,
    divisions: Sequence[str],
    institutions: Sequence[DemoInstitution],
    password: str,
    unit: str = "preschool",
    people: Mapping[Role, str] | None = None,
) -> list[User]:
    """Make one user a role with its grant; what is there already stays as it is.

    Args:
        by: Who makes them.
        divisions: Codes of divisions; the district officer gets the first.
        institutions: The head and the teacher get the first, the operator the last.
        password: The password of all of them.
        unit: Unit of the bureau for the division officer.
        people: Person codes (`student:<number>`, `guardian:<id>`) of those who see only their own; a role without one
            sees nothing.
    """
    # Hashed once for all of them: it is slow by design, and this password is no secret.
    made, password_hash = [], make_password(password)
    for role, username, name in _PEOPLE:
        user = User.objects.filter(username=username, is_demo=True).first()
        if user is None:
            user = create_user(by=by, username=username, name=name, is_demo=True)
            user.password = password_hash
            user.save(update_fields=["password"])
        scope = _scope(role, divisions, institutions, unit, (people or {}).get(role, ""))
        if scope is not None and not user.grants.filter(role=role, revoked_at=None).exists():
            grant_role(by=by, user=user, role=role, scope=scope)
        made.append(user)
    return made


def demo_user_for(role: Role | str) -> User | None:
    """Give the demonstration's user of a role, if there is one."""
    for known, username, _name in _PEOPLE:
        if known == role:
            return User.objects.filter(username=username, is_demo=True, is_active=True).first()
    return None


def _scope(
    role: Role,
    divisions: Sequence[str],
    institutions: Sequence[DemoInstitution],
    unit: str,
    person: str,
) -> GrantScope | None:
    if role in {Role.GUARDIAN, Role.STUDENT, Role.BIDDER}:
        return GrantScope(kind=ScopeKind.SELF, person=person)
    if role == Role.DIVISION_OFFICER:
        return GrantScope(kind=ScopeKind.CITY, unit=unit)
    if role == Role.DISTRICT_OFFICER:
        return GrantScope(kind=ScopeKind.DIVISION, division=divisions[0]) if divisions else None
    if role in {Role.SCHOOL_HEAD, Role.TEACHER, Role.INSTITUTION_OPERATOR}:
        if not institutions:
            return None
        place = institutions[-1 if role == Role.INSTITUTION_OPERATOR else 0]
        return GrantScope(
            kind=ScopeKind.INSTITUTION, division=place.division, institution=place.code
        )
    return GrantScope(kind=ScopeKind.CITY)
