"""School groups of the four forms, and who belongs to them."""

from datetime import date

from django.db import transaction

from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry.models import Institution, SchoolGroup, SchoolGroupMember
from xuezheng.apps.registry.services.changes import create_row, update_row
from xuezheng.apps.registry.services.institutions import refuse_closed
from xuezheng.kernel.errors import StateError, gettext_noop


class GroupDissolved(StateError):
    """The group was dissolved."""

    code = "registry.group_dissolved"
    template = gettext_noop("The group %(group)s was dissolved on %(dissolved_on)s.")
    remedy = gettext_noop("Choose a group that exists.")


@transaction.atomic
def form_group(
    *, by: object, form: str, name_zh: str, division: str, lead: Institution, formed_on: date
) -> SchoolGroup:
    """Found a group; its lead is the first member."""
    refuse_closed(lead)
    group = create_row(
        SchoolGroup(
            form=form, name_zh=name_zh, division_id=division, lead=lead, formed_on=formed_on
        ),
        by=by,
        action="registry.group.form",
        subject=("school_group", None),
        division=division,
        facts={"form": form, "name_zh": name_zh, "lead": lead.code},
    )
    join_group(by=by, group=group, institution=lead, on=formed_on)
    return group


def join_group(
    *, by: object, group: SchoolGroup, institution: Institution, on: date
) -> SchoolGroupMember:
    """Take an institution into a group.

    Raises:
        GroupDissolved: If the group is no more.
    """
    if group.dissolved_on is not None:
        raise GroupDissolved(group=group.name_zh, dissolved_on=group.dissolved_on.isoformat())
    refuse_closed(institution)
    return create_row(
        SchoolGroupMember(group=group, institution=institution, joined_on=on),
        by=by,
        action="registry.group.join",
        subject=("school_group", group.pk),
        division=group.division_id,
        facts={"institution": institution.code, "on": on.isoformat()},
    )


def leave_group(*, by: object, member: SchoolGroupMember, on: date, reason: str = "") -> None:
    """End an institution's time in a group."""
    update_row(
        member,
        by=by,
        action="registry.group.leave",
        subject=("school_group", member.group_id),
        division=member.group.division_id,
        changes={"left_on": on},
        facts={"institution": member.institution_id, "reason": reason},
    )


@transaction.atomic
def dissolve_group(*, by: object, group: SchoolGroup, on: date, reason: str) -> None:
    """Dissolve a group and end all memberships."""
    SchoolGroupMember.objects.filter(group=group, left_on=None).update(left_on=on)
    SchoolGroup.objects.filter(pk=group.pk).update(dissolved_on=on)
    group.dissolved_on = on
    write_event(
        by=by,
        action="registry.group.dissolve",
        subject=("school_group", group.pk),
        division=group.division_id,
        facts={"on": on.isoformat(), "reason": reason},
    )
