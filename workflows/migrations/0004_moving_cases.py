"""A case may change its version only where a migration says so, and only that case."""

from django.db import migrations

# The setting is local to the migrating transaction and names the one case it moves (workflows.actions.migrations).
FORWARD = """
CREATE OR REPLACE FUNCTION workflows_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('sangong.moving_case', true) = OLD.id::text THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'case % is pinned to its version', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION workflows_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'case % is pinned to its version', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("workflows", "0003_living_cases")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(
            "UPDATE workflows_definitionversion SET provides = ARRAY[process_id] WHERE provides = '{}'",
            migrations.RunSQL.noop,
        ),
    ]
