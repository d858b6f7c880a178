"""What is over is over: closed sittings, announced entries, signed minutes, and what no action ever removes (N11)."""

from django.db import migrations

#: written once: versions (simple-history), and the papers of a report. Guarded row by row, so that a statement that reaches none of
#: them (deleting somebody who never wrote anything) is not refused for what it might have touched.
ONCE = (
    "decisions_historicalcalendarday",
    "decisions_historicalcalendaryear",
    "decisions_historicalcandidate",
    "decisions_historicalclausecomment",
    "decisions_historicalcoproposer",
    "decisions_historicalevaluation",
    "decisions_historicalexecutiontask",
    "decisions_historicalitem",
    "decisions_historicalmaterial",
    "decisions_historicalmattertype",
    "decisions_historicalmilestone",
    "decisions_historicalminutes",
    "decisions_historicalopinion",
    "decisions_historicalplan",
    "decisions_historicalpublication",
    "decisions_historicalreviewrequest",
    "decisions_historicalsuggestion",
    "decisions_historicalsuperiorreport",
    "decisions_historicalwordingcontest",
    "decisions_progressreport_files",
)
#: changed as their actions change them, never removed
KEPT = (
    "decisions_clausecomment",
    "decisions_executiontask",
    "decisions_item",
    "decisions_itemcounter",
    "decisions_material",
    "decisions_mattertype",
    "decisions_opinion",
    "decisions_plan",
    "decisions_sittingcounter",
    "decisions_suggestion",
    "decisions_wordingcontest",
)

WRITTEN_ONCE = [
    sql
    for table in ONCE
    for sql in (
        f"CREATE TRIGGER {table}_written BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION decisions_immutable()",
        f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable()",
    )
]
NEVER_REMOVED = [
    sql
    for table in KEPT
    for sql in (
        f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION decisions_immutable()",
        f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable()",
    )
]

OVER = """
-- A sitting that is closed or called off is over; its number never changes.
CREATE TRIGGER decisions_sitting_over BEFORE UPDATE ON decisions_sitting
    FOR EACH ROW WHEN (
        OLD.status IN ('closed', 'cancelled') OR (NEW.year, NEW.serial) IS DISTINCT FROM (OLD.year, OLD.serial))
    EXECUTE FUNCTION decisions_immutable();

-- Nothing joins the agenda of a sitting that is over, and nobody's attendance there changes any more.
CREATE FUNCTION decisions_of_sitting_over() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    over boolean;
BEGIN
    IF TG_TABLE_NAME = 'decisions_agendaentry' THEN
        SELECT status IN ('closed', 'cancelled') INTO over FROM decisions_sitting WHERE id = NEW.sitting_id;
    ELSE
        SELECT status IN ('closed', 'cancelled') INTO over
            FROM decisions_sitting JOIN decisions_sittingseat seat ON seat.sitting_id = decisions_sitting.id
            WHERE seat.id = NEW.seat_id;
    END IF;
    IF over THEN
        RAISE EXCEPTION 'the sitting of % % is over: % is refused', TG_TABLE_NAME, NEW.id, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_agendaentry_over BEFORE INSERT ON decisions_agendaentry
    FOR EACH ROW EXECUTE FUNCTION decisions_of_sitting_over();
CREATE TRIGGER decisions_attendance_over BEFORE INSERT OR UPDATE ON decisions_attendance
    FOR EACH ROW EXECUTE FUNCTION decisions_of_sitting_over();

-- What was said, put and counted on an entry is complete when its result is announced.
CREATE FUNCTION decisions_of_entry_over() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stage text;
BEGIN
    IF TG_TABLE_NAME = 'decisions_resolution' THEN
        SELECT entry.stage INTO stage
            FROM decisions_agendaentry entry JOIN decisions_motion motion ON motion.entry_id = entry.id
            WHERE motion.id = NEW.motion_id;
    ELSE
        SELECT entry.stage INTO stage FROM decisions_agendaentry entry WHERE entry.id = NEW.entry_id;
    END IF;
    IF stage = 'announced' THEN
        RAISE EXCEPTION 'the entry of % % has its result: % is refused', TG_TABLE_NAME, NEW.id, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_motion_over BEFORE INSERT OR UPDATE ON decisions_motion
    FOR EACH ROW EXECUTE FUNCTION decisions_of_entry_over();
CREATE TRIGGER decisions_ballot_over BEFORE INSERT OR UPDATE ON decisions_ballot
    FOR EACH ROW EXECUTE FUNCTION decisions_of_entry_over();
CREATE TRIGGER decisions_statement_over BEFORE INSERT ON decisions_statement
    FOR EACH ROW EXECUTE FUNCTION decisions_of_entry_over();
CREATE TRIGGER decisions_recusal_over BEFORE INSERT ON decisions_recusal
    FOR EACH ROW EXECUTE FUNCTION decisions_of_entry_over();
CREATE TRIGGER decisions_resolution_over BEFORE INSERT ON decisions_resolution
    FOR EACH ROW EXECUTE FUNCTION decisions_of_entry_over();
"""
WITHOUT_OVER = """
DROP TRIGGER decisions_resolution_over ON decisions_resolution;
DROP TRIGGER decisions_recusal_over ON decisions_recusal;
DROP TRIGGER decisions_statement_over ON decisions_statement;
DROP TRIGGER decisions_ballot_over ON decisions_ballot;
DROP TRIGGER decisions_motion_over ON decisions_motion;
DROP FUNCTION decisions_of_entry_over();
DROP TRIGGER decisions_attendance_over ON decisions_attendance;
DROP TRIGGER decisions_agendaentry_over ON decisions_agendaentry;
DROP FUNCTION decisions_of_sitting_over();
DROP TRIGGER decisions_sitting_over ON decisions_sitting;
"""

SIGNED = """
-- Minutes change only after every signature and check under them has been made void; what they are of never changes (R45).
CREATE FUNCTION decisions_minutes_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.entry_id <> OLD.entry_id
        OR EXISTS (SELECT FROM decisions_signoff WHERE minutes_id = OLD.id AND voided_at IS NULL)
        OR EXISTS (SELECT FROM decisions_minutescheck WHERE minutes_id = OLD.id AND voided_at IS NULL)
    THEN
        RAISE EXCEPTION 'minutes % are signed or checked: % is refused', OLD.id, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_minutes_signed BEFORE UPDATE ON decisions_minutes
    FOR EACH ROW EXECUTE FUNCTION decisions_minutes_signed();

-- Signed for every body they stand: no signature is taken back. Only a split's wait for what the superior rules (R42).
CREATE FUNCTION decisions_signoff_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.voided_at IS NOT NULL AND EXISTS (
        SELECT FROM decisions_minutes minutes JOIN decisions_agendaentry entry ON entry.id = minutes.entry_id
        WHERE minutes.id = OLD.minutes_id AND entry.outcome <> 'split'
            AND NOT EXISTS (
                SELECT FROM decisions_sittingseat seat WHERE seat.sitting_id = entry.sitting_id AND seat.voting
                    AND NOT EXISTS (
                        SELECT FROM decisions_signoff given
                        WHERE given.minutes_id = minutes.id AND given.voided_at IS NULL
                            AND given.version = minutes.version AND given.body_id = seat.body_id)))
    THEN
        RAISE EXCEPTION 'minutes % are signed by all: % is refused', OLD.minutes_id, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_signoff_stands BEFORE UPDATE ON decisions_signoff
    FOR EACH ROW EXECUTE FUNCTION decisions_signoff_stands();
"""
WITHOUT_SIGNED = """
DROP TRIGGER decisions_signoff_stands ON decisions_signoff;
DROP FUNCTION decisions_signoff_stands();
DROP TRIGGER decisions_minutes_signed ON decisions_minutes;
DROP FUNCTION decisions_minutes_signed();
"""

WORDS = """
-- A file stays the file that was uploaded, an opinion keeps its words, a step that was reached stays reached.
CREATE TRIGGER decisions_material_fixed BEFORE UPDATE ON decisions_material
    FOR EACH ROW WHEN (
        OLD.removed_at IS NOT NULL
        OR (NEW.item_id, NEW.kind, NEW.name, NEW.file, NEW.size, NEW.content_type, NEW.sha256, NEW.uploaded_by_id,
            NEW.uploaded_at)
           IS DISTINCT FROM
           (OLD.item_id, OLD.kind, OLD.name, OLD.file, OLD.size, OLD.content_type, OLD.sha256, OLD.uploaded_by_id,
            OLD.uploaded_at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_opinion_words BEFORE UPDATE ON decisions_opinion
    FOR EACH ROW WHEN (
        (NEW.item_id, NEW.plan_version, NEW.plan_id, NEW.by_id, NEW.body_id, NEW.text, NEW.at)
        IS DISTINCT FROM
        (OLD.item_id, OLD.plan_version, OLD.plan_id, OLD.by_id, OLD.body_id, OLD.text, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_milestone_reached BEFORE UPDATE ON decisions_milestone
    FOR EACH ROW WHEN (OLD.done_on IS NOT NULL) EXECUTE FUNCTION decisions_immutable();
"""
WITHOUT_WORDS = """
DROP TRIGGER decisions_milestone_reached ON decisions_milestone;
DROP TRIGGER decisions_opinion_words ON decisions_opinion;
DROP TRIGGER decisions_material_fixed ON decisions_material;
"""


def without(tables: tuple[str, ...], guard: str) -> list[str]:
    """The statements that take both guards off again."""
    return [f"DROP TRIGGER {table}_{name} ON {table}" for table in tables for name in (guard, "kept")]


class Migration(migrations.Migration):
    dependencies = [("decisions", "0005_kept")]

    operations = [
        migrations.RunSQL(WRITTEN_ONCE, without(ONCE, "written")),
        migrations.RunSQL(NEVER_REMOVED, without(KEPT, "stays")),
        migrations.RunSQL(OVER, WITHOUT_OVER),
        migrations.RunSQL(SIGNED, WITHOUT_SIGNED),
        migrations.RunSQL(WORDS, WITHOUT_WORDS),
    ]
