"""What deliberation leaves behind stays: the database refuses to change or remove it, whoever asks (N11)."""

from django.db import migrations

#: never changed, never removed
IMMUTABLE = (
    "decisions_acceptance",
    "decisions_attendanceevent",
    "decisions_ballotsheet",
    "decisions_chairing",
    "decisions_commentanswer",
    "decisions_emergencyreport",
    "decisions_expertopinion",
    "decisions_exploration",
    "decisions_goingon",
    "decisions_gueststatement",
    "decisions_interestcheck",
    "decisions_notice",
    "decisions_noticecopy",
    "decisions_noticereceipt",
    "decisions_noticereminder",
    "decisions_paperview",
    "decisions_progressreport",
    "decisions_publiccomment",
    "decisions_reconsiderationsupport",
    "decisions_recusalruling",
    "decisions_reminder",
    "decisions_riskassessment",
    "decisions_runner",
    "decisions_splitchoice",
    "decisions_statementcheck",
    "decisions_stricterrule",
    "decisions_superiorruling",
    "decisions_votecheck",
    "decisions_votermark",
)
#: changed only as the guards below allow, never removed
KEPT = (
    "decisions_adjournment",
    "decisions_agendachange",
    "decisions_amendment",
    "decisions_emergencydecider",
    "decisions_emergencydecision",
    "decisions_evaluation",
    "decisions_guest",
    "decisions_itemreader",
    "decisions_milestone",
    "decisions_publication",
    "decisions_reconsideration",
    "decisions_speakingturn",
    "decisions_superiorreport",
    "decisions_suspension",
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

PREPARATION = """
-- A request stays as it was made: it is answered or taken back once, and its last day may move while it is open.
CREATE TRIGGER decisions_reviewrequest_fixed BEFORE UPDATE ON decisions_reviewrequest
    FOR EACH ROW WHEN (
        OLD.answered_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
        OR (NEW.item_id, NEW.kind, NEW.asked_id, NEW.person, NEW.unit, NEW.plan_version, NEW.note, NEW.channel,
            NEW.shortened, NEW.opens_on, NEW.requested_by_id, NEW.requested_at)
           IS DISTINCT FROM
           (OLD.item_id, OLD.kind, OLD.asked_id, OLD.person, OLD.unit, OLD.plan_version, OLD.note, OLD.channel,
            OLD.shortened, OLD.opens_on, OLD.requested_by_id, OLD.requested_at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_reviewrequest_kept BEFORE DELETE OR TRUNCATE ON decisions_reviewrequest
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable();
"""
WITHOUT_PREPARATION = """
DROP TRIGGER decisions_reviewrequest_kept ON decisions_reviewrequest;
DROP TRIGGER decisions_reviewrequest_fixed ON decisions_reviewrequest;
"""

PLANNING = """
CREATE TRIGGER decisions_clausecomment_words BEFORE UPDATE ON decisions_clausecomment
    FOR EACH ROW WHEN (
        (NEW.plan_id, NEW.clause, NEW.version, NEW.parent_id, NEW.by_id, NEW.body_id, NEW.text, NEW.at)
        IS DISTINCT FROM (OLD.plan_id, OLD.clause, OLD.version, OLD.parent_id, OLD.by_id, OLD.body_id, OLD.text, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_suggestion_words BEFORE UPDATE ON decisions_suggestion
    FOR EACH ROW WHEN (
        OLD.state <> 'open'
        OR (NEW.plan_id, NEW.number, NEW.clause, NEW.version, NEW.base, NEW.title, NEW.text, NEW.why, NEW.by_id, NEW.at)
           IS DISTINCT FROM (OLD.plan_id, OLD.number, OLD.clause, OLD.version, OLD.base, OLD.title, OLD.text, OLD.why,
                             OLD.by_id, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_wordingcontest_words BEFORE UPDATE ON decisions_wordingcontest
    FOR EACH ROW WHEN (
        OLD.withdrawn_at IS NOT NULL
        OR (NEW.plan_id, NEW.version, NEW.body_id, NEW.by_id, NEW.why, NEW.at)
           IS DISTINCT FROM (OLD.plan_id, OLD.version, OLD.body_id, OLD.by_id, OLD.why, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
"""
WITHOUT_PLANNING = """
DROP TRIGGER decisions_wordingcontest_words ON decisions_wordingcontest;
DROP TRIGGER decisions_suggestion_words ON decisions_suggestion;
DROP TRIGGER decisions_clausecomment_words ON decisions_clausecomment;
"""

NOTICE = """
-- A decided change of an agenda stays decided; a reader who was taken off stays so, and is never somebody else.
CREATE TRIGGER decisions_agendachange_decided BEFORE UPDATE ON decisions_agendachange
    FOR EACH ROW WHEN (
        OLD.approved IS NOT NULL
        OR (NEW.sitting_id, NEW.item_id, NEW.kind, NEW.reason, NEW.asked_by_id, NEW.asked_at)
           IS DISTINCT FROM
           (OLD.sitting_id, OLD.item_id, OLD.kind, OLD.reason, OLD.asked_by_id, OLD.asked_at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_itemreader_removed BEFORE UPDATE ON decisions_itemreader
    FOR EACH ROW WHEN (
        OLD.removed_at IS NOT NULL
        OR (NEW.item_id, NEW.user_id, NEW.reason, NEW.added_by_id, NEW.added_at)
           IS DISTINCT FROM
           (OLD.item_id, OLD.user_id, OLD.reason, OLD.added_by_id, OLD.added_at))
    EXECUTE FUNCTION decisions_immutable();
"""
WITHOUT_NOTICE = """
DROP TRIGGER decisions_itemreader_removed ON decisions_itemreader;
DROP TRIGGER decisions_agendachange_decided ON decisions_agendachange;
"""

ROOM = """
-- A break, a turn, a stay ends once; what an amendment says never changes.
CREATE TRIGGER decisions_adjournment_ends BEFORE UPDATE ON decisions_adjournment
    FOR EACH ROW WHEN (
        OLD.resumed_at IS NOT NULL
        OR (NEW.sitting_id, NEW.reason, NEW.until, NEW.at, NEW.by_id)
           IS DISTINCT FROM (OLD.sitting_id, OLD.reason, OLD.until, OLD.at, OLD.by_id))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_speakingturn_ends BEFORE UPDATE ON decisions_speakingturn
    FOR EACH ROW WHEN (
        OLD.ended_at IS NOT NULL
        OR (OLD.started_at IS NOT NULL AND NEW.started_at IS DISTINCT FROM OLD.started_at)
        OR (NEW.entry_id, NEW.seat_id, NEW.asked_at) IS DISTINCT FROM (OLD.entry_id, OLD.seat_id, OLD.asked_at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_guest_ends BEFORE UPDATE ON decisions_guest
    FOR EACH ROW WHEN (
        OLD.left_at IS NOT NULL
        OR (OLD.entered_at IS NOT NULL AND NEW.entered_at IS DISTINCT FROM OLD.entered_at)
        OR (NEW.entry_id, NEW.name, NEW.position, NEW.invited_by_id, NEW.at)
           IS DISTINCT FROM (OLD.entry_id, OLD.name, OLD.position, OLD.invited_by_id, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_amendment_fixed BEFORE UPDATE ON decisions_amendment
    FOR EACH ROW WHEN (
        OLD.withdrawn_at IS NOT NULL OR OLD.applied_version IS NOT NULL
        OR (NEW.entry_id, NEW.seat_id, NEW."order", NEW.plan_id, NEW.plan_version, NEW.kind, NEW.clause, NEW.old, NEW.new,
            NEW.reason, NEW.by_id, NEW.at)
           IS DISTINCT FROM
           (OLD.entry_id, OLD.seat_id, OLD."order", OLD.plan_id, OLD.plan_version, OLD.kind, OLD.clause, OLD.old, OLD.new,
            OLD.reason, OLD.by_id, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
"""
WITHOUT_ROOM = """
DROP TRIGGER decisions_amendment_fixed ON decisions_amendment;
DROP TRIGGER decisions_guest_ends ON decisions_guest;
DROP TRIGGER decisions_speakingturn_ends ON decisions_speakingturn;
DROP TRIGGER decisions_adjournment_ends ON decisions_adjournment;
"""

BALLOTS = """
CREATE TRIGGER decisions_ballotbox_kept BEFORE DELETE OR TRUNCATE ON decisions_ballotbox
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_ballot_paper_fixed BEFORE UPDATE ON decisions_ballot
    FOR EACH ROW WHEN (NEW.paper IS DISTINCT FROM OLD.paper) EXECUTE FUNCTION decisions_immutable();

-- What is written about a ballot is written while it is open, in the way it is taken, for who takes part.
CREATE FUNCTION decisions_ballot_way() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ballot decisions_ballot%ROWTYPE;
    wanted boolean;
BEGIN
    SELECT * INTO ballot FROM decisions_ballot WHERE id = NEW.ballot_id FOR SHARE;
    IF ballot.status <> 'open' THEN
        RAISE EXCEPTION 'ballot % is closed: nothing is added or changed', NEW.ballot_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    wanted := CASE TG_TABLE_NAME
        WHEN 'decisions_vote' THEN ballot.method <> 'secret'
        WHEN 'decisions_ballotsheet' THEN ballot.method IN ('voice', 'hands') OR ballot.paper
        WHEN 'decisions_votecheck' THEN ballot.method IN ('voice', 'hands')
        ELSE ballot.method = 'secret' AND NOT ballot.paper
    END;
    IF NOT wanted THEN
        RAISE EXCEPTION 'ballot % is not taken in this way', NEW.ballot_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_vote_way BEFORE INSERT OR UPDATE ON decisions_vote
    FOR EACH ROW EXECUTE FUNCTION decisions_ballot_way();
CREATE TRIGGER decisions_votermark_way BEFORE INSERT ON decisions_votermark
    FOR EACH ROW EXECUTE FUNCTION decisions_ballot_way();
CREATE TRIGGER decisions_ballotbox_way BEFORE INSERT OR UPDATE ON decisions_ballotbox
    FOR EACH ROW EXECUTE FUNCTION decisions_ballot_way();
CREATE TRIGGER decisions_ballotsheet_way BEFORE INSERT ON decisions_ballotsheet
    FOR EACH ROW EXECUTE FUNCTION decisions_ballot_way();
CREATE TRIGGER decisions_votecheck_way BEFORE INSERT ON decisions_votecheck
    FOR EACH ROW EXECUTE FUNCTION decisions_ballot_way();

-- A mark is of a seat that takes part.
CREATE FUNCTION decisions_votermark_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    roster jsonb;
BEGIN
    SELECT ballot.roster INTO roster FROM decisions_ballot ballot WHERE id = NEW.ballot_id;
    IF NOT roster @> jsonb_build_array(jsonb_build_object('seat', NEW.seat_id, 'state', 'present')) THEN
        RAISE EXCEPTION 'seat % has no vote in ballot %', NEW.seat_id, NEW.ballot_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_votermark_guard BEFORE INSERT ON decisions_votermark
    FOR EACH ROW EXECUTE FUNCTION decisions_votermark_guard();

-- A box begins empty and gains one slip at a time; what is in it stays as it is.
CREATE FUNCTION decisions_ballotbox_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.slips <> '[]'::jsonb THEN
            RAISE EXCEPTION 'box % does not begin empty', NEW.ballot_id USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF NEW.ballot_id <> OLD.ballot_id
        OR jsonb_array_length(NEW.slips) <> jsonb_array_length(OLD.slips) + 1
        OR NOT NEW.slips @> OLD.slips
        OR (SELECT count(DISTINCT slip ->> 'receipt') FROM jsonb_array_elements(NEW.slips) slip)
           <> jsonb_array_length(NEW.slips)
    THEN
        RAISE EXCEPTION 'box % gains one slip at a time and loses none', NEW.ballot_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_ballotbox_guard BEFORE INSERT OR UPDATE ON decisions_ballotbox
    FOR EACH ROW EXECUTE FUNCTION decisions_ballotbox_guard();

-- At the end of every transaction there are as many slips as marks.
CREATE FUNCTION decisions_ballotbox_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM decisions_votermark WHERE ballot_id = NEW.ballot_id)
        IS DISTINCT FROM (SELECT jsonb_array_length(slips) FROM decisions_ballotbox WHERE ballot_id = NEW.ballot_id)
    THEN
        RAISE EXCEPTION 'ballot %: as many slips as voters', NEW.ballot_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER decisions_votermark_adds_up AFTER INSERT ON decisions_votermark
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decisions_ballotbox_adds_up();
CREATE CONSTRAINT TRIGGER decisions_ballotbox_adds_up AFTER UPDATE ON decisions_ballotbox
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decisions_ballotbox_adds_up();
"""
WITHOUT_BALLOTS = """
DROP TRIGGER decisions_ballotbox_adds_up ON decisions_ballotbox;
DROP TRIGGER decisions_votermark_adds_up ON decisions_votermark;
DROP FUNCTION decisions_ballotbox_adds_up();
DROP TRIGGER decisions_ballotbox_guard ON decisions_ballotbox;
DROP FUNCTION decisions_ballotbox_guard();
DROP TRIGGER decisions_votermark_guard ON decisions_votermark;
DROP FUNCTION decisions_votermark_guard();
DROP TRIGGER decisions_votecheck_way ON decisions_votecheck;
DROP TRIGGER decisions_ballotsheet_way ON decisions_ballotsheet;
DROP TRIGGER decisions_ballotbox_way ON decisions_ballotbox;
DROP TRIGGER decisions_votermark_way ON decisions_votermark;
DROP TRIGGER decisions_vote_way ON decisions_vote;
DROP FUNCTION decisions_ballot_way();
DROP TRIGGER decisions_ballot_paper_fixed ON decisions_ballot;
DROP TRIGGER decisions_ballotbox_kept ON decisions_ballotbox;
"""

AFTER = """
-- Published, exempted, sent, evaluated, answered: each is said once.
CREATE TRIGGER decisions_publication_settled BEFORE UPDATE ON decisions_publication
    FOR EACH ROW WHEN (OLD.published_on IS NOT NULL OR OLD.exempt <> '') EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_superiorreport_sent BEFORE UPDATE ON decisions_superiorreport
    FOR EACH ROW WHEN (OLD.sent_on IS NOT NULL) EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_evaluation_given BEFORE UPDATE ON decisions_evaluation
    FOR EACH ROW WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_emergencydecider_answered BEFORE UPDATE ON decisions_emergencydecider
    FOR EACH ROW WHEN (
        OLD.agreed IS NOT NULL
        OR (NEW.emergency_id, NEW.seat_id, NEW.body_id, NEW.user_id)
           IS DISTINCT FROM (OLD.emergency_id, OLD.seat_id, OLD.body_id, OLD.user_id))
    EXECUTE FUNCTION decisions_immutable();

-- What a few decided on stays as they read it; the moment of deciding is set once.
CREATE TRIGGER decisions_emergencydecision_fixed BEFORE UPDATE ON decisions_emergencydecision
    FOR EACH ROW WHEN (
        (NEW.title, NEW.matter_type_id, NEW.body_id, NEW.happened_at, NEW.facts, NEW.measures, NEW.needed, NEW.by_id,
         NEW.at)
        IS DISTINCT FROM
        (OLD.title, OLD.matter_type_id, OLD.body_id, OLD.happened_at, OLD.facts, OLD.measures, OLD.needed, OLD.by_id,
         OLD.at)
        OR OLD.closed_at IS NOT NULL
        OR OLD.consequences_at IS NOT NULL
        OR (OLD.decided_at IS NOT NULL AND (NEW.decided_at, NEW.report_due, NEW.item_id)
            IS DISTINCT FROM (OLD.decided_at, OLD.report_due, OLD.item_id)))
    EXECUTE FUNCTION decisions_immutable();

-- A suspension ends once, and nothing else about it ever changes.
CREATE TRIGGER decisions_suspension_ends BEFORE UPDATE ON decisions_suspension
    FOR EACH ROW WHEN (
        OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
        OR (NEW.item_id, NEW.body_id, NEW.reason, NEW.by_id, NEW.at, NEW.due)
           IS DISTINCT FROM (OLD.item_id, OLD.body_id, OLD.reason, OLD.by_id, OLD.at, OLD.due))
    EXECUTE FUNCTION decisions_immutable();

-- Who is asked to reconsider, and how many must agree, is fixed when it is asked.
CREATE TRIGGER decisions_reconsideration_fixed BEFORE UPDATE ON decisions_reconsideration
    FOR EACH ROW WHEN (
        (NEW.item_id, NEW.reason, NEW.roster, NEW.needed, NEW.by_id, NEW.at)
        IS DISTINCT FROM (OLD.item_id, OLD.reason, OLD.roster, OLD.needed, OLD.by_id, OLD.at)
        OR OLD.closed_at IS NOT NULL
        OR (OLD.agreed_at IS NOT NULL AND NEW.agreed_at IS DISTINCT FROM OLD.agreed_at)
        OR (OLD.result_id IS NOT NULL AND NEW.result_id IS DISTINCT FROM OLD.result_id))
    EXECUTE FUNCTION decisions_immutable();

-- An execution that ended stays ended.
CREATE TRIGGER decisions_executiontask_ended BEFORE UPDATE ON decisions_executiontask
    FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL OR OLD.stopped_at IS NOT NULL)
    EXECUTE FUNCTION decisions_immutable();
"""
WITHOUT_AFTER = """
DROP TRIGGER decisions_executiontask_ended ON decisions_executiontask;
DROP TRIGGER decisions_reconsideration_fixed ON decisions_reconsideration;
DROP TRIGGER decisions_suspension_ends ON decisions_suspension;
DROP TRIGGER decisions_emergencydecision_fixed ON decisions_emergencydecision;
DROP TRIGGER decisions_emergencydecider_answered ON decisions_emergencydecider;
DROP TRIGGER decisions_evaluation_given ON decisions_evaluation;
DROP TRIGGER decisions_superiorreport_sent ON decisions_superiorreport;
DROP TRIGGER decisions_publication_settled ON decisions_publication;
"""

LEDGER = """
CREATE TRIGGER decisions_rulewaiver_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions_rulewaiver
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable()
"""
WITHOUT_LEDGER = """
DROP TRIGGER decisions_rulewaiver_immutable ON decisions_rulewaiver
"""

SETTINGS = """
CREATE TRIGGER decisions_settingchange_answered BEFORE UPDATE ON decisions_settingchange
    FOR EACH ROW WHEN (
        OLD.status <> 'pending'
        OR (NEW.kind, NEW.code, NEW."values", NEW.base, NEW.reason, NEW.body_id, NEW.proposed_by_id, NEW.proposed_at)
           IS DISTINCT FROM
           (OLD.kind, OLD.code, OLD."values", OLD.base, OLD.reason, OLD.body_id, OLD.proposed_by_id, OLD.proposed_at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_settingchange_kept BEFORE DELETE OR TRUNCATE ON decisions_settingchange
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable();
"""
WITHOUT_SETTINGS = """
DROP TRIGGER decisions_settingchange_kept ON decisions_settingchange;
DROP TRIGGER decisions_settingchange_answered ON decisions_settingchange;
"""

RECORD = """
CREATE TRIGGER decisions_minutescheck_kept BEFORE DELETE OR TRUNCATE ON decisions_minutescheck
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_minutescheck_voids BEFORE UPDATE ON decisions_minutescheck
    FOR EACH ROW WHEN (
        OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL
        OR (NEW.minutes_id, NEW.version, NEW.body_id, NEW.by_id, NEW.document_hash, NEW.at)
           IS DISTINCT FROM (OLD.minutes_id, OLD.version, OLD.body_id, OLD.by_id, OLD.document_hash, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
"""
WITHOUT_RECORD = """
DROP TRIGGER decisions_minutescheck_voids ON decisions_minutescheck;
DROP TRIGGER decisions_minutescheck_kept ON decisions_minutescheck;
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0004_deliberation")]

    operations = [
        migrations.RunSQL(NEVER_CHANGED, [f"DROP TRIGGER {table}_immutable ON {table}" for table in IMMUTABLE]),
        migrations.RunSQL(NEVER_REMOVED, [f"DROP TRIGGER {table}_kept ON {table}" for table in KEPT]),
        migrations.RunSQL(PREPARATION, WITHOUT_PREPARATION),
        migrations.RunSQL(PLANNING, WITHOUT_PLANNING),
        migrations.RunSQL(NOTICE, WITHOUT_NOTICE),
        migrations.RunSQL(ROOM, WITHOUT_ROOM),
        migrations.RunSQL(BALLOTS, WITHOUT_BALLOTS),
        migrations.RunSQL(AFTER, WITHOUT_AFTER),
        migrations.RunSQL(LEDGER, WITHOUT_LEDGER),
        migrations.RunSQL(SETTINGS, WITHOUT_SETTINGS),
        migrations.RunSQL(RECORD, WITHOUT_RECORD),
    ]
