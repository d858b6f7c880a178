"""The database itself refuses to change what is written in the log (N4, N11), whoever asks, from wherever."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION permissions_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation',
              HINT = 'Entries are never changed or removed. Write a new entry that corrects the old one.';
END $$;

CREATE TRIGGER permissions_auditevent_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON permissions_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION permissions_append_only();

-- A head only ever moves on; the condition is tested without calling the function, so that appending stays cheap.
CREATE TRIGGER permissions_audithead_moves_on
    BEFORE UPDATE ON permissions_audithead
    FOR EACH ROW WHEN (NEW.subject <> OLD.subject OR NEW.seq < OLD.seq OR (NEW.seq = OLD.seq AND NEW.hash <> OLD.hash))
    EXECUTE FUNCTION permissions_append_only();

CREATE TRIGGER permissions_audithead_append_only
    BEFORE DELETE OR TRUNCATE ON permissions_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION permissions_append_only();

-- Heads are updated with every entry: room on the page lets PostgreSQL do it without touching the index.
ALTER TABLE permissions_audithead SET (fillfactor = 50);
"""

BACKWARDS = """
ALTER TABLE permissions_audithead RESET (fillfactor);
DROP TRIGGER permissions_audithead_append_only ON permissions_audithead;
DROP TRIGGER permissions_audithead_moves_on ON permissions_audithead;
DROP TRIGGER permissions_auditevent_append_only ON permissions_auditevent;
DROP FUNCTION permissions_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("permissions", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
