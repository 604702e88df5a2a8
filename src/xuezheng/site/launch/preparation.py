"""Fills an empty database: tables, plan, demonstration city, snapshots, figures. What is there already is kept."""

from __future__ import annotations

from xuezheng.site.launch.steps import Steps


def migrate() -> None:
    """Bring the tables up to this version of the program."""
    from django.core.management import call_command

    call_command("createcachetable", verbosity=0)
    call_command("migrate", verbosity=0, interactive=False)


def prepare_city(steps: Steps, *, scale: float, seed: int) -> None:
    """Build the city where there is none, and compute its figures where they are missing."""
