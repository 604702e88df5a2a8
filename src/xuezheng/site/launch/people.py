"""Chooses whom of the demonstration city its guardian and its student are."""

from xuezheng.apps.accounts.roles import Role


def choose_people(institution: str) -> dict[Role, str]:
    """Give the person codes of a guardian and of one of the guardian's children at a school.

    Taken is the guardian who is called first for most children of the school, which is two where it has brothers and
    sisters, and the first of them by number. Nobody where the school has no files of its pupils.
    """
    from django.db.models import Count

    from xuezheng.apps.registry.models import StudentGuardian

    links = StudentGuardian.objects.filter(
        is_primary=True, student__institution=institution, student__left_on=None
    )
    chosen = (
        links.order_by()
        .values("guardian")
        .annotate(children=Count("pk"))
        .order_by("-children", "guardian")
        .first()
    )
    if chosen is None:
        return {}
    key = chosen["guardian"]
    first = links.filter(guardian=key).order_by("student__number")
    number = first.values_list("student__number", flat=True)[0]
    return {Role.GUARDIAN: f"guardian:{key}", Role.STUDENT: f"student:{number}"}
