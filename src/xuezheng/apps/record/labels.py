"""What the actions of events are called, for people; an action that has no name here is shown by its code.

The apps that write the events lie above and are not imported: the table knows their codes as text.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ACTIONS: Mapping[str, str | Promise] = {
    "accounts.grant.give": _("Role given"),
    "accounts.grant.revoke": _("Role revoked"),
    "accounts.session.sign_in": _("Signed in"),
    "accounts.session.sign_in_failed": _("Wrong password"),
    "accounts.session.sign_out": _("Signed out"),
    "accounts.token.create": _("Token made"),
    "accounts.token.revoke": _("Token revoked"),
    "accounts.user.activate": _("User unlocked"),
    "accounts.user.create": _("User made"),
    "accounts.user.deactivate": _("User locked"),
    "accounts.user.reset_password": _("Password set anew"),
    "accounts.user.set_language": _("Language chosen"),
    "plan.allocation.change": _("Allocation changed"),
    "plan.change.propose": _("Change proposed"),
    "plan.claim.confirm": _("Claim confirmed"),
    "plan.claim.return": _("Claim returned"),
    "plan.claim.submit": _("Progress claimed"),
    "plan.closing.refuse": _("Closing refused"),
    "plan.closing.request": _("Closing requested"),
    "plan.ledger.close": pgettext_lazy("event", "Item closed"),
    "plan.ledger.reopen": _("Item reopened"),
    "plan.notice.accept": pgettext_lazy("event", "Reply accepted"),
    "plan.notice.issue": _("Supervision notice issued"),
    "plan.notice.reply": _("Supervision notice answered"),
    "plan.plan.load": _("Plan loaded"),
    "plan.risk.close": pgettext_lazy("event", "Risk closed"),
    "plan.risk.raise": _("Risk raised"),
    "plan.run.publish": _("Figures published"),
    "record.decision.make": _("Decision made"),
    "record.document.publish": _("Document published"),
    "registry.campus.create": _("Campus added"),
    "registry.class.create": _("Class added"),
    "registry.class.update": _("Class changed"),
    "registry.divisions.load": _("Divisions loaded"),
    "registry.equipment.count": _("Equipment counted"),
    "registry.export.write": _("Register exported"),
    "registry.facility.create": _("Room or ground added"),
    "registry.facility.update": _("Room or ground changed"),
    "registry.group.dissolve": _("School group dissolved"),
    "registry.group.form": _("School group formed"),
    "registry.group.join": _("School group joined"),
    "registry.group.leave": _("School group left"),
    "registry.guardian.link": _("Guardian added"),
    "registry.guardian.unlink": _("Guardian removed"),
    "registry.identity.rekey": _("Identity numbers closed under a new key"),
    "registry.identity.rekey_begin": _("Change of the identity key begun"),
    "registry.import.ask_again": _("Import asked to be confirmed again"),
    "registry.institution.change_ownership": _("Ownership changed"),
    "registry.institution.close": _("Institution closed"),
    "registry.institution.create": _("Institution added"),
    "registry.institution.update": _("Institution changed"),
    "registry.kitchen.set": _("Kitchen recorded"),
    "registry.network.set": _("Network link recorded"),
    "registry.restriction.add": _("Restriction added"),
    "registry.restriction.lift": _("Restriction lifted"),
    "registry.staff.appoint": _("Post given"),
    "registry.staff.employ": _("Staff employed"),
    "registry.staff.end_post": _("Post ended"),
    "registry.staff.leave": _("Staff left"),
    "registry.staff.qualify": _("Qualification recorded"),
    "registry.staff.transfer": _("Staff transferred"),
    "registry.staff.update": _("Staff record changed"),
    "registry.student.enrol": _("Student enrolled"),
    "registry.student.find_by_identity": _("Searched by identity number"),
    "registry.student.leave": _("Student left"),
    "registry.student.reveal_identity": _("Identity number shown"),
    "registry.student.transfer": _("Student transferred"),
    "registry.student.transfer_out": _("Student transferred out of the city"),
    "registry.student.update": _("Student record changed"),
}


def action_label(action: str) -> str:
    """Give the name of an action in the reader's language, or its code."""
    return str(ACTIONS.get(action, action))
