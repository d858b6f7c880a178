"""What a sitting leaves behind stays: the database itself refuses to change it, whoever asks, from wherever (N11).

A vote is written only while its ballot is open. Its trigger takes the ballot's row as the voters do (FOR SHARE), so a
vote and the closing of its ballot can never pass each other.
"""

from django.db import migrations

IMMUTABLE = ("decisions_sittingseat", "decisions_recusal", "decisions_statement", "decisions_resolution")
KEPT = (
    "decisions_sitting",
    "decisions_attendance",
    "decisions_motion",
    "decisions_ballot",
    "decisions_vote",
    "decisions_minutes",
    "decisions_signoff",
)

NEVER_CHANGED = [
    f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable()"
    for table in IMMUTABLE
]
NEVER_REMOVED = [
    f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable()"
    for table in KEPT
]

GUARDS = """
-- A ballot closes once; who may vote and what is needed never change.
CREATE TRIGGER decisions_ballot_fixed BEFORE UPDATE ON decisions_ballot
    FOR EACH ROW WHEN (
        OLD.status = 'closed'
        OR (NEW.entry_id, NEW.motion_id, NEW.body_id, NEW.method, NEW.roster, NEW.due, NEW.present, NEW.quorum,
            NEW.required, NEW.opened_by_id, NEW.opened_at)
           IS DISTINCT FROM
           (OLD.entry_id, OLD.motion_id, OLD.body_id, OLD.method, OLD.roster, OLD.due, OLD.present, OLD.quorum,
            OLD.required, OLD.opened_by_id, OLD.opened_at))
    EXECUTE FUNCTION decisions_immutable();

CREATE FUNCTION decisions_vote_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ballot decisions_ballot%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.ballot_id, NEW.seat_id) IS DISTINCT FROM (OLD.ballot_id, OLD.seat_id) THEN
        RAISE EXCEPTION 'a vote does not move to another ballot or seat' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT * INTO ballot FROM decisions_ballot WHERE id = NEW.ballot_id FOR SHARE;
    IF ballot.status <> 'open' THEN
        RAISE EXCEPTION 'ballot % is closed: no vote is added or changed', NEW.ballot_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT ballot.roster @> jsonb_build_array(jsonb_build_object('seat', NEW.seat_id, 'state', 'present')) THEN
        RAISE EXCEPTION 'seat % has no vote in ballot %', NEW.seat_id, NEW.ballot_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_vote_guard BEFORE INSERT OR UPDATE ON decisions_vote
    FOR EACH ROW EXECUTE FUNCTION decisions_vote_guard();

-- What has been announced stays as announced; a frozen agenda loses nothing.
CREATE TRIGGER decisions_agendaentry_announced BEFORE UPDATE ON decisions_agendaentry
    FOR EACH ROW WHEN (OLD.stage = 'announced') EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_agendaentry_frozen BEFORE DELETE ON decisions_agendaentry
    FOR EACH ROW WHEN (OLD.stage <> 'waiting' OR OLD.numbers <> '{}'::jsonb) EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_agendaentry_kept BEFORE TRUNCATE ON decisions_agendaentry
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_motion_announced BEFORE UPDATE ON decisions_motion
    FOR EACH ROW WHEN (OLD.announced_at IS NOT NULL) EXECUTE FUNCTION decisions_immutable();

-- A signature can be voided, once, and nothing else about it ever changes (R45).
CREATE TRIGGER decisions_signoff_voids BEFORE UPDATE ON decisions_signoff
    FOR EACH ROW WHEN (
        OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL
        OR (NEW.minutes_id, NEW.version, NEW.body_id, NEW.by_id, NEW.document_hash, NEW.at)
           IS DISTINCT FROM (OLD.minutes_id, OLD.version, OLD.body_id, OLD.by_id, OLD.document_hash, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
"""

WITHOUT_GUARDS = """
DROP TRIGGER decisions_signoff_voids ON decisions_signoff;
DROP TRIGGER decisions_motion_announced ON decisions_motion;
DROP TRIGGER decisions_agendaentry_kept ON decisions_agendaentry;
DROP TRIGGER decisions_agendaentry_frozen ON decisions_agendaentry;
DROP TRIGGER decisions_agendaentry_announced ON decisions_agendaentry;
DROP TRIGGER decisions_vote_guard ON decisions_vote;
DROP FUNCTION decisions_vote_guard();
DROP TRIGGER decisions_ballot_fixed ON decisions_ballot;
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0002_immutable")]

    operations = [
        migrations.RunSQL(NEVER_CHANGED, [f"DROP TRIGGER {table}_immutable ON {table}" for table in IMMUTABLE]),
        migrations.RunSQL(NEVER_REMOVED, [f"DROP TRIGGER {table}_kept ON {table}" for table in KEPT]),
        migrations.RunSQL(GUARDS, WITHOUT_GUARDS),
    ]
