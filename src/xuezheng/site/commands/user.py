"""`xuezheng user`: make users, give them roles, take roles back, list them."""

from datetime import datetime
from typing import Annotated

import typer

from xuezheng.site.bootstrap import setup_django

app = typer.Typer(no_args_is_help=True, add_completion=False)

_NAME = Annotated[str, typer.Argument(help="The user name.")]


@app.command()
def create(
    username: _NAME,
    *,
    name: Annotated[str, typer.Option(help="What people call the user.")],
    email: Annotated[str, typer.Option(help="E-mail address, if known.")] = "",
    password: Annotated[
        str,
        typer.Option(
            prompt=True,
            confirmation_prompt=True,
            hide_input=True,
            envvar="XUEZHENG_NEW_PASSWORD",
            help="Asked for when not given; better so than in the shell's history.",
        ),
    ],
) -> None:
    """Make a user; roles are given with `xuezheng user grant`."""
    _set_up()
    from xuezheng.apps.accounts.services import create_user
    from xuezheng.apps.record.actors import system_actor

    user = create_user(
        by=system_actor("user create"), username=username, name=name, email=email, password=password
    )
    typer.echo(f"Made the user {user.username}. It has no role yet.")


@app.command()
def grant(
    username: _NAME,
    role: Annotated[
        str, typer.Argument(help="One of the roles, e.g. planner or district_officer.")
    ],
    *,
    division: Annotated[str, typer.Option(help="Code of the division (6 digits).")] = "",
    institution: Annotated[str, typer.Option(help="Code of the institution (10 digits).")] = "",
    unit: Annotated[str, typer.Option(help="Unit of the bureau, for division officers.")] = "",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day without the role.")
    ] = None,
) -> None:
    """Give a user a role; the options say for which part of the city."""
    _set_up()
    from xuezheng.apps.accounts.forms import scope_for
    from xuezheng.apps.accounts.services import grant_role
    from xuezheng.apps.record.actors import system_actor

    given = grant_role(
        by=system_actor("user grant"),
        user=_user(username),
        role=role,
        scope=scope_for(role, division=division, institution=institution, unit=unit),
        valid_to=until.date() if until else None,
    )
    typer.echo(f"{username} is now {given.role}. Number of the grant: {given.pk}.")


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(help="Number of the grant, from `xuezheng user list`.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; it goes into the record.")] = "",
) -> None:
    """Take a role back at once."""
    _set_up()
    from xuezheng.apps.accounts.models import RoleGrant
    from xuezheng.apps.accounts.services import revoke_role
    from xuezheng.apps.record.actors import system_actor

    found = RoleGrant.objects.filter(pk=number).select_related("user").first()
    if found is None:
        raise typer.BadParameter(f"There is no grant {number}. See `xuezheng user list`.")
    revoke_role(by=system_actor("user revoke"), grant=found, reason=reason)
    typer.echo(f"{found.user.username} is no longer {found.role}.")


@app.command("list")
def list_(*, role: Annotated[str, typer.Option(help="Only holders of this role.")] = "") -> None:
    """List users with the roles they hold today."""
    _set_up()
    from django.utils import timezone
    from rich.console import Console
    from rich.table import Table

    from xuezheng.apps.accounts.selectors import users

    table = Table("User", "Name", "Active", "Roles (number: role, scope)")
    for user in users(role=role, on=timezone.localdate()):
        held = [
            f"{one.pk}: {one.role} "
            f"{one.institution_code or one.division_code or one.unit or one.scope_kind}"
            for one in user.grants_today  # type: ignore[attr-defined]  # set by the selector's prefetch
        ]
        table.add_row(user.username, user.name, "yes" if user.is_active else "no", "\n".join(held))
    Console().print(table)


def _set_up() -> None:
    setup_django()


def _user(username: str):  # type: ignore[no-untyped-def]  # the model can only be imported after the set-up
    from xuezheng.apps.accounts.models import User

    user = User.objects.filter(username__iexact=username).first()
    if user is None:
        raise typer.BadParameter(f"There is no user {username}. See `xuezheng user list`.")
    return user
