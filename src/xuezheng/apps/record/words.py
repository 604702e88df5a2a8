"""What the kinds of things and the facts of events are called, for people; what has no name here is shown by its code.

The apps that write the events lie above and are not imported: the tables know their codes as text.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SUBJECTS: Mapping[str, str | Promise] = {
    "city": pgettext_lazy("subject", "City"),
    "class": pgettext_lazy("subject", "Class"),
    "commitment": pgettext_lazy("subject", "Commitment"),
    "decision_run": pgettext_lazy("subject", "Decision"),
    "division": _("Division"),
    "document": pgettext_lazy("subject", "Document"),
    "import": pgettext_lazy("subject", "Import"),
    "indicator_run": pgettext_lazy("subject", "Computation of figures"),
    "institution": pgettext_lazy("subject", "Institution"),
    "plan": pgettext_lazy("subject", "Plan"),
    "register": pgettext_lazy("subject", "Register"),
    "school_group": pgettext_lazy("subject", "School group"),
    "staff": pgettext_lazy("subject", "Member of staff"),
    "student": pgettext_lazy("subject", "Student"),
    "user": pgettext_lazy("subject", "User"),
    "user_name": pgettext_lazy("subject", "User name typed in"),
}

FACTS: Mapping[str, str | Promise] = {
    "barred_from": _("Barred from"),
    "bundle": _("Files"),
    "claim": pgettext_lazy("fact", "Claim"),
    "claimant": _("Claimed by"),
    "commitment": pgettext_lazy("subject", "Commitment"),
    "decision": pgettext_lazy("subject", "Decision"),
    "division": _("Division"),
    "expires_at": _("Valid until"),
    "form": pgettext_lazy("fact", "Form"),
    "found": _("Found"),
    "grade": _("Grade"),
    "guardian": _("Guardian"),
    "institution": pgettext_lazy("subject", "Institution"),
    "is_demo": _("For demonstration"),
    "is_primary": _("First contact"),
    "key": pgettext_lazy("fact", "Key"),
    "kind": _("Kind"),
    "language": _("Language"),
    "late": pgettext_lazy("fact", "Late"),
    "lead": pgettext_lazy("fact", "Leading school"),
    "left": _("Left"),
    "method": _("Method"),
    "name": pgettext_lazy("fact", "Name"),
    "name_zh": _("Chinese name"),
    "note": _("Note"),
    "notice": pgettext_lazy("fact", "Notice"),
    "number": _("Number"),
    "obtained_on": _("Obtained on"),
    "on": pgettext_lazy("fact", "Day"),
    "owner": pgettext_lazy("fact", "Owner"),
    "ownership": _("Ownership"),
    "pack": _("Policy pack"),
    "pack_hash": _("Hash of the policy pack"),
    "purpose": _("Purpose"),
    "relation": _("Relation"),
    "reply_by": _("Reply by"),
    "requested_by": _("Requested by"),
    "role": pgettext_lazy("fact", "Role"),
    "rows": _("Rows"),
    "school_year": _("School year"),
    "scope": pgettext_lazy("fact", "Scope"),
    "shares": pgettext_lazy("fact", "Shares"),
    "stage": _("Stage"),
    "title": _("Title"),
    "to": pgettext_lazy("fact", "To"),
    "unit": pgettext_lazy("fact", "Unit of the bureau"),
    "user": pgettext_lazy("subject", "User"),
    "username": _("User name"),
    "waiting": _("Waiting"),
    "what": pgettext_lazy("fact", "What"),
}


def subject_label(kind: str) -> str:
    """Give the name of a kind of thing in the reader's language, or its code."""
    return str(SUBJECTS.get(kind, kind))


def fact_label(name: str) -> str:
    """Give the name of a fact or field in the reader's language, or its code."""
    return str(FACTS.get(name, name))
