"""The permission function, cell by cell: every role, every action, every kind of target."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.utils import timezone

from xuezheng.apps.accounts.models import RoleGrant, User
from xuezheng.apps.accounts.permission_table import PERMISSIONS
from xuezheng.apps.accounts.permissions import may, may_anywhere, require, scope_of
from xuezheng.apps.accounts.roles import SCOPES_OF_ROLE, Role, ScopeKind

CELLS = Path(__file__).with_name("accounts_cells.csv")
HOME, AWAY = "230102", "230103"
SCHOOL, SIBLING, FAR_SCHOOL = "2123010201", "2123010202", "2123010301"
ME, OTHER = 7, 8

TARGETS: dict[str, dict[str, Any]] = {
    "the city": {},
    "own division": {"division": HOME},
    "another division": {"division": AWAY},
    "own institution": {"division": HOME, "institution": SCHOOL},
    "institution nearby": {"division": HOME, "institution": SIBLING},
    "institution elsewhere": {"division": AWAY, "institution": FAR_SCHOOL},
    "own unit": {"unit": "preschool"},
    "another unit": {"unit": "teachers"},
    "own matter": {"division": HOME, "institution": SCHOOL, "owner": ME},
    "another's matter": {"division": AWAY, "institution": FAR_SCHOOL, "owner": OTHER},
}

_IN_DIVISION = {"own division", "own institution", "institution nearby", "own matter"}
_IN_INSTITUTION = {"own institution", "own matter"}

# What a cell allows, by the scope of the grant: written out, not derived from the program.
ALLOWED: dict[tuple[str, str], set[str]] = {
    ("none", scope): set() for scope in ("city", "division", "institution", "self")
}
ALLOWED |= {("city", scope): set(TARGETS) for scope in ("city", "division", "institution", "self")}
ALLOWED |= {("unit", scope): {"own unit"} for scope in ("city", "division", "institution", "self")}
ALLOWED |= {("own", scope): {"own matter"} for scope in ("city", "division", "institution", "self")}
ALLOWED |= {
    ("division", "city"): set(TARGETS),
    ("division", "division"): _IN_DIVISION,
    ("division", "institution"): _IN_DIVISION,
    ("division", "self"): {"own matter"},
    ("institution", "city"): set(TARGETS),
    ("institution", "division"): _IN_DIVISION,
    ("institution", "institution"): _IN_INSTITUTION,
    ("institution", "self"): {"own matter"},
}


def _cells() -> dict[str, dict[str, str]]:
    with CELLS.open(encoding="utf-8", newline="") as file:
        return {row.pop("action"): row for row in csv.DictReader(file)}


def _holder(role: Role, scope: ScopeKind) -> User:
    user = User(pk=ME, username="u", name="U")
    grant = RoleGrant(
        user_id=ME,
        role=role,
        scope_kind=scope,
        division_code=HOME if scope in {ScopeKind.DIVISION, ScopeKind.INSTITUTION} else "",
        institution_code=SCHOOL if scope == ScopeKind.INSTITUTION else "",
        unit="preschool" if role == Role.DIVISION_OFFICER else "",
        valid_from=date(2020, 1, 1),
    )
    user._active_grants = (timezone.localdate(), (grant,))  # type: ignore[attr-defined]
    return user


def test_the_expected_table_names_every_action_and_role() -> None:
    """An action or role that is added must be written down in the expected table too."""
    cells = _cells()

    assert set(cells) == set(PERMISSIONS)
    assert all(set(row) == set(Role.values) for row in cells.values())


@pytest.mark.parametrize("action", sorted(PERMISSIONS))
def test_every_cell_allows_what_is_written_down_and_no_more(action: str) -> None:
    """Each role, with each scope it can be granted for, is allowed exactly the targets of its cell."""
    expected = _cells()[action]
    public = ALLOWED[expected["public"], "self"] - {"own matter"}
    public = set(TARGETS) if expected["public"] == "city" else public
    for role in Role:
        for scope in SCOPES_OF_ROLE[role]:
            user: Any = AnonymousUser() if role == Role.PUBLIC else _holder(role, scope)
            wanted = ALLOWED[expected[role], scope] | public
            found = {name for name, target in TARGETS.items() if may(user, action, **target)}

            assert found == wanted, f"{role} ({scope}) {action}"


@pytest.mark.parametrize("action", sorted(PERMISSIONS))
def test_the_scope_for_queries_agrees_with_may(action: str) -> None:
    """A list filtered by `scope_of` shows what `may` allows one by one."""
    places = ("own division", "another division", "own institution", "institution elsewhere")
    for role in Role:
        for kind in SCOPES_OF_ROLE[role]:
            user = _holder(role, kind)
            scope = scope_of(user, action)
            for name in places:
                target = TARGETS[name]

                assert scope.covers(**target) == may(user, action, **target), f"{role} {name}"


def test_several_roles_add_up() -> None:
    """A user may do what any of the grants allows."""
    user = _holder(Role.TEACHER, ScopeKind.INSTITUTION)
    head = _holder(Role.DISTRICT_OFFICER, ScopeKind.DIVISION)
    today, grants = user._active_grants  # type: ignore[attr-defined]
    user._active_grants = (today, grants + head._active_grants[1])  # type: ignore[attr-defined]

    assert may(user, "registry.edit", division=HOME)
    assert not may(user, "registry.edit", division=AWAY)


def test_a_locked_user_is_the_public() -> None:
    """Grants of an inactive user count for nothing."""
    user = _holder(Role.PLANNER, ScopeKind.CITY)
    user.is_active = False

    assert not may(user, "registry.edit")
    assert may(user, "plan.view_board")
    assert not may_anywhere(user, "registry.edit")


def test_require_refuses_with_the_action() -> None:
    """A view asks once and the 403 page answers."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    with pytest.raises(PermissionDenied, match=r"registry\.edit"):
        require(request, "registry.edit", division=HOME)


def test_an_unknown_action_is_a_fault_of_the_program() -> None:
    """A slip of the pen must not pass as a refusal or a permission."""
    with pytest.raises(KeyError):
        may(AnonymousUser(), "registry.edt")
