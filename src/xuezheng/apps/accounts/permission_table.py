"""Who may do what, how far: one row an action, one cell a role that is allowed anything.

A role that a row does not name is not allowed the action. Rows stand in the order of the apps; an app's helper adds
its rows under its own heading. `tests/unit/accounts_cells.csv` says the same independently, cell by cell.
"""

from collections.abc import Mapping
from types import MappingProxyType

from xuezheng.apps.accounts.roles import Reach, Role

_CITY, _DIVISION, _INSTITUTION = Reach.CITY, Reach.DIVISION, Reach.INSTITUTION
_UNIT, _OWN = Reach.UNIT, Reach.OWN

_PLANNER, _OFFICER, _DISTRICT = Role.PLANNER, Role.DIVISION_OFFICER, Role.DISTRICT_OFFICER
_HEAD, _TEACHER, _GUARDIAN, _STUDENT = Role.SCHOOL_HEAD, Role.TEACHER, Role.GUARDIAN, Role.STUDENT
_OPERATOR, _INSPECTOR, _AUDITOR = Role.INSTITUTION_OPERATOR, Role.INSPECTOR, Role.AUDITOR
_AUCTIONEER, _BIDDER, _PUBLIC = Role.AUCTIONEER, Role.BIDDER, Role.PUBLIC

_BUREAU = {_PLANNER: _CITY, _OFFICER: _CITY}
_STAFF = {**_BUREAU, _DISTRICT: _DIVISION, _INSPECTOR: _DIVISION, _AUDITOR: _DIVISION}
_SCHOOL = {_HEAD: _INSTITUTION}
_EVERYONE = {_PUBLIC: _CITY}

PERMISSIONS: Mapping[str, Mapping[Role, Reach]] = MappingProxyType(
    {
        # record
        "record.view_audit": {_PLANNER: _CITY, _AUDITOR: _DIVISION, _DISTRICT: _DIVISION},
        "record.export_audit": {_PLANNER: _CITY, _AUDITOR: _DIVISION},
        "record.view_history": {**_STAFF, **_SCHOOL, _OPERATOR: _INSTITUTION},
        "record.view_jobs": {_PLANNER: _CITY, _AUDITOR: _CITY},
        "record.cancel_jobs": {_PLANNER: _CITY},
        "record.publish_document": {_PLANNER: _CITY, _OFFICER: _UNIT},
        "record.view_document": _EVERYONE,
        # accounts
        "accounts.manage_users": {_PLANNER: _CITY},
        "accounts.view_users": {_PLANNER: _CITY, _AUDITOR: _CITY},
        "accounts.create_token": {**_BUREAU, _DISTRICT: _DIVISION, _AUDITOR: _DIVISION},
        # registry
        "registry.view": _EVERYONE,
        "registry.view_internal": {
            **_STAFF,
            **_SCHOOL,
            _TEACHER: _INSTITUTION,
            _OPERATOR: _INSTITUTION,
        },
        "registry.edit": {_PLANNER: _CITY, _DISTRICT: _DIVISION, **_SCHOOL},
        "registry.import": {_PLANNER: _CITY, _DISTRICT: _DIVISION, **_SCHOOL},
        "registry.export": {**_STAFF, **_SCHOOL},
        "registry.view_person": {
            _PLANNER: _CITY,
            _DISTRICT: _DIVISION,
            **_SCHOOL,
            _TEACHER: _INSTITUTION,
            _GUARDIAN: _OWN,
            _STUDENT: _OWN,
        },
        "registry.export_person": {_PLANNER: _CITY, _DISTRICT: _DIVISION, **_SCHOOL},
        "registry.reveal_identity": {
            _DISTRICT: _DIVISION,
            **_SCHOOL,
            _GUARDIAN: _OWN,
            _STUDENT: _OWN,
        },
        "registry.restrict": {_PLANNER: _CITY, _DISTRICT: _DIVISION, _INSPECTOR: _DIVISION},
        # plan
        "plan.view_board": _EVERYONE,
        "plan.view_internal": {**_STAFF, **_SCHOOL},
        "plan.view_commitment": _EVERYONE,
        "plan.view_facts": {**_STAFF, **_SCHOOL},
        "plan.claim": {_PLANNER: _CITY, _OFFICER: _UNIT, _DISTRICT: _DIVISION},
        "plan.confirm": {_PLANNER: _CITY, _INSPECTOR: _DIVISION},
        "plan.edit": {_PLANNER: _CITY, _OFFICER: _UNIT},
        "plan.allocate": {_PLANNER: _CITY, _OFFICER: _UNIT},
        "plan.change_order": {_PLANNER: _CITY},
        "plan.close_item": {_PLANNER: _CITY},
        "plan.supervise": {_PLANNER: _CITY},
        "plan.reply_supervision": {_PLANNER: _CITY, _OFFICER: _UNIT, _DISTRICT: _DIVISION},
        "plan.report": {**_STAFF},
        "plan.view_tasks": {**_STAFF},
        # evidence
        "evidence.view": _EVERYONE,
        "evidence.snapshot": {_PLANNER: _CITY},
        "evidence.run": {_PLANNER: _CITY},
        "evidence.publish": {_PLANNER: _CITY},
        "evidence.download": {_PLANNER: _CITY, _AUDITOR: _CITY},
        # portal
        "portal.view_home": _EVERYONE,
        "portal.search": _EVERYONE,
        # api
        "api.read": {**_STAFF, **_SCHOOL},
    }
)


def reach(role: Role, action: str) -> Reach:
    """Tell how far a role may go with an action.

    Raises:
        KeyError: If no row has the action: a slip of the pen, not a matter of rights.
    """
    return PERMISSIONS[action].get(role, Reach.NONE)
