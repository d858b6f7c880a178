"""What has been given stays as it was given, whoever asks: rule set versions, confirmations, legality reviews (N11)."""

from django.db import migrations

TABLES = ("decisions_ruleset", "decisions_confirmation", "decisions_legalityreview")

FORWARDS = """
CREATE FUNCTION decisions_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Write a new row that takes the place of the old one.';
END $$;
""" + "\n".join(
    f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable();"
    for table in TABLES
)

BACKWARDS = (
    "\n".join(f"DROP TRIGGER {table}_immutable ON {table};" for table in TABLES)
    + "\nDROP FUNCTION decisions_immutable();"
)


class Migration(migrations.Migration):
    dependencies = [("decisions", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
