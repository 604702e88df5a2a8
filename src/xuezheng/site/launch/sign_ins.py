"""The sign-ins of the demonstration city, one a role."""

from __future__ import annotations

from django.utils import translation
from rich.table import Table

from xuezheng.site.launch.preparation import DEMONSTRATION_PASSWORD


def sign_in_table() -> Table:
    """A table of role, person and user name; the password is the same for all."""
    from xuezheng.apps.portal.selectors.demonstration import demonstration_users

    title = (
        f"Sign in with one click on the front page, or with the password {DEMONSTRATION_PASSWORD}"
    )
    table = Table("Role", "角色", "User name", "Person", title=title, title_justify="left")
    for person in demonstration_users():
        names = []
        for language in ("en", "zh-hans"):
            with translation.override(language):
                names.append(str(person.role))
        table.add_row(*names, person.username, person.name)
    return table
