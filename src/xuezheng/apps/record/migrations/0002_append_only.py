"""The database refuses to change or remove what was recorded."""

from django.db import migrations

TABLES = ("record_auditevent", "record_auditanchor", "record_decisionrun", "record_documentcontent")

FUNCTION = """
CREATE FUNCTION record_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Table % is append-only: % refused.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation',
              HINT = 'Record a correction as a new event instead.';
END
$$;
"""

TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION record_append_only();
CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_append_only();
"""
    for table in TABLES
)

REVERSE = (
    "".join(
        f"DROP TRIGGER {table}_rows ON {table}; DROP TRIGGER {table}_whole ON {table};\n"
        for table in TABLES
    )
    + "DROP FUNCTION record_append_only();"
)


class Migration(migrations.Migration):
    """Install the triggers."""

    dependencies = [("record", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION + TRIGGERS, REVERSE)]
