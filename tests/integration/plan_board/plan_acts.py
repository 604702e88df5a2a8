"""Acts that several tests of the plan's services begin with."""

from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from xuezheng.apps.plan.models import (
    AllocationVersion,
    Claim,
    Commitment,
)
from xuezheng.apps.plan.services import allocation, progress

from .plan_world import AS_OF, AT, HERE, PDF, THERE, World  # noqa: TID252 - a folder of tests has no other name


def report(
    world: World, *, by: Any, commitment: Commitment | None = None, value: int = 20, **more: Any
) -> Claim:
    """Report progress with a file."""
    wanted: dict[str, Any] = {"division": None, "milestone": None, "as_of": AS_OF, "files": [PDF]}
    return progress.submit_claim(
        by=by,
        commitment=commitment or world.reported,
        value=Decimal(value) if "milestone" not in more else None,
        note="done",
        at=AT,
        **(wanted | more),
    )


def allocate(world: World, here: int, there: int) -> AllocationVersion:
    """Share the target between the two divisions."""
    shares = {HERE: Decimal(here), THERE: Decimal(there)}
    return allocation.allocate(
        by=world.planner, commitment=world.computed, shares=shares, reason="first", at=AT
    )


def change_now(rows: Any, **values: int) -> None:
    """Change rows past the services, and have the database look at once."""
    with transaction.atomic():
        rows.update(**values)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
