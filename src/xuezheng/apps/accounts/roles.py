"""The thirteen roles, the scopes they can be granted for, and the reaches of an action."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    """What somebody is to the city's education."""

    PLANNER = "planner", _("Planner")
    DIVISION_OFFICER = "division_officer", _("Division officer")
    DISTRICT_OFFICER = "district_officer", _("District officer")
    SCHOOL_HEAD = "school_head", _("School head")
    TEACHER = "teacher", _("Teacher")
    GUARDIAN = "guardian", _("Guardian")
    STUDENT = "student", _("Student")
    INSTITUTION_OPERATOR = "institution_operator", _("Institution operator")
    INSPECTOR = "inspector", _("Inspector")
    AUCTIONEER = "auctioneer", _("Auctioneer")
    BIDDER = "bidder", _("Bidder")
    AUDITOR = "auditor", _("Auditor")
    PUBLIC = "public", pgettext_lazy("role", "Public")


class ScopeKind(TextChoices):
    """The part of the tree for which a role is granted."""

    CITY = "city", _("The whole city")
    DIVISION = "division", _("A division")
    INSTITUTION = "institution", _("An institution")
    SELF = "self", _("Own matters")


class Reach(TextChoices):
    """How far a role's permission for an action extends, seen from its grant."""

    NONE = "none", _("Not allowed")
    OWN = "own", _("Own matters")
    UNIT = "unit", _("Own unit's items")
    INSTITUTION = "institution", _("Own institution")
    DIVISION = "division", _("Own division")
    CITY = "city", _("The whole city")


SCOPES_OF_ROLE: dict[Role, tuple[ScopeKind, ...]] = {
    Role.PLANNER: (ScopeKind.CITY,),
    Role.DIVISION_OFFICER: (ScopeKind.CITY,),
    Role.DISTRICT_OFFICER: (ScopeKind.DIVISION,),
    Role.SCHOOL_HEAD: (ScopeKind.INSTITUTION,),
    Role.TEACHER: (ScopeKind.INSTITUTION,),
    Role.GUARDIAN: (ScopeKind.SELF,),
    Role.STUDENT: (ScopeKind.SELF,),
    Role.INSTITUTION_OPERATOR: (ScopeKind.INSTITUTION,),
    Role.INSPECTOR: (ScopeKind.CITY, ScopeKind.DIVISION),
    Role.AUCTIONEER: (ScopeKind.CITY,),
    Role.BIDDER: (ScopeKind.SELF,),
    Role.AUDITOR: (ScopeKind.CITY, ScopeKind.DIVISION),
    Role.PUBLIC: (ScopeKind.SELF,),
}

STAFF_ROLES = frozenset(
    {
        Role.PLANNER,
        Role.DIVISION_OFFICER,
        Role.DISTRICT_OFFICER,
        Role.SCHOOL_HEAD,
        Role.INSPECTOR,
        Role.AUCTIONEER,
        Role.AUDITOR,
    }
)
