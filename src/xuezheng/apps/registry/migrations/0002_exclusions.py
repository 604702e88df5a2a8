"""Periods of one subject never overlap: ownership of an institution, and the post of its head (ADR 0002)."""

from django.db import migrations

_NAMES = {
    "ownership_periods_apart": """
        ALTER TABLE registry_ownershipperiod ADD CONSTRAINT ownership_periods_apart EXCLUDE USING gist (
            int8range(institution_id::bigint, institution_id::bigint, '[]') WITH &&,
            daterange(valid_from, valid_to) WITH &&
        )
    """,
    "head_posts_apart": """
        ALTER TABLE registry_staffpost ADD CONSTRAINT head_posts_apart EXCLUDE USING gist (
            int8range(institution_id::bigint, institution_id::bigint, '[]') WITH &&,
            daterange(valid_from, valid_to) WITH &&
        ) WHERE (kind = 'head')
    """,
}


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_registers")]

    operations = [
        migrations.RunSQL(
            sql=_NAMES["ownership_periods_apart"],
            reverse_sql="ALTER TABLE registry_ownershipperiod DROP CONSTRAINT ownership_periods_apart",
        ),
        migrations.RunSQL(
            sql=_NAMES["head_posts_apart"],
            reverse_sql="ALTER TABLE registry_staffpost DROP CONSTRAINT head_posts_apart",
        ),
    ]
