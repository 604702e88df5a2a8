"""Models and migrations agree."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_change_without_a_migration() -> None:
    """`makemigrations` finds nothing to do in any app of ours."""
    from django.apps import apps

    labels = [config.label for config in apps.get_app_configs() if "xuezheng" in config.name]
    output = io.StringIO()
    try:
        call_command("makemigrations", *labels, check=True, dry_run=True, stdout=output)
    except SystemExit:
        pytest.fail(output.getvalue())
