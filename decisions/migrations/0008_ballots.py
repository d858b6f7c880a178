"""Ways of voting: secret ballots, records by two people, paper, elections.

The vote guards of 0003 hold for every way of voting; of a secret ballot no vote is ever written beside its voter. The
messages of these triggers name the ballot and never what a slip says.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

IMMUTABLE = ("decisions_runner", "decisions_votermark", "decisions_ballotsheet", "decisions_votecheck")

NEVER_CHANGED = [
    f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable()"
    for table in IMMUTABLE
]

GUARDS = """
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

WITHOUT_GUARDS = """
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


class Migration(migrations.Migration):
    dependencies = [("decisions", "0007_room"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="BallotBox",
            fields=[
                (
                    "ballot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="box",
                        serialize=False,
                        to="decisions.ballot",
                        verbose_name="表决",
                    ),
                ),
                ("slips", models.JSONField(default=list, verbose_name="选票")),
            ],
            options={
                "verbose_name": "票箱",
                "verbose_name_plural": "票箱",
            },
        ),
        migrations.CreateModel(
            name="BallotSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="次数")),
                ("content", models.JSONField(verbose_name="登记内容")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "计票登记",
                "verbose_name_plural": "计票登记",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Runner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
            ],
            options={
                "verbose_name": "候选人",
                "verbose_name_plural": "候选人",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="VoteCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "choice",
                    models.CharField(
                        choices=[("for", "赞成"), ("against", "反对"), ("abstain", "弃权")],
                        max_length=8,
                        verbose_name="登记的表决",
                    ),
                ),
                ("right", models.BooleanField(verbose_name="无误")),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "表决核对",
                "verbose_name_plural": "表决核对",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="VoterMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "verbose_name": "投票登记",
                "verbose_name_plural": "投票登记",
                "ordering": ["seat"],
            },
        ),
        migrations.AddField(
            model_name="agendaentry",
            name="places",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="应选名额"),
        ),
        migrations.AddField(
            model_name="ballot",
            name="paper",
            field=models.BooleanField(default=False, verbose_name="纸质票"),
        ),
        migrations.AddField(
            model_name="motion",
            name="elected",
            field=models.JSONField(default=list, verbose_name="当选人选"),
        ),
        migrations.AddField(
            model_name="motion",
            name="places",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="应选名额"),
        ),
        migrations.AddField(
            model_name="motion",
            name="runoff_of",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runoff",
                to="decisions.motion",
                verbose_name="所属选举",
            ),
        ),
        migrations.AddField(
            model_name="resolution",
            name="spoilt",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="废票"),
        ),
        migrations.AddField(
            model_name="resolution",
            name="tallies",
            field=models.JSONField(default=list, verbose_name="得票"),
        ),
        migrations.AddField(
            model_name="vote",
            name="picks",
            field=models.JSONField(default=list, verbose_name="所选人选"),
        ),
        migrations.AlterField(
            model_name="ballot",
            name="method",
            field=models.CharField(
                choices=[("named", "记名表决"), ("hands", "举手表决"), ("voice", "口头表决"), ("secret", "无记名投票")],
                default="named",
                max_length=8,
                verbose_name="表决方式",
            ),
        ),
        migrations.AlterField(
            model_name="vote",
            name="receipt",
            field=models.CharField(blank=True, max_length=40, verbose_name="回执"),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.CheckConstraint(
                condition=models.Q(("paper", False), ("method", "secret"), _connector="OR"),
                name="paper_ballot_is_secret",
            ),
        ),
        migrations.AddField(
            model_name="ballotsheet",
            name="ballot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sheets",
                to="decisions.ballot",
                verbose_name="表决",
            ),
        ),
        migrations.AddField(
            model_name="ballotsheet",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="runner",
            name="candidate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.candidate",
                verbose_name="人选",
            ),
        ),
        migrations.AddField(
            model_name="runner",
            name="motion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runners",
                to="decisions.motion",
                verbose_name="表决事项",
            ),
        ),
        migrations.AddField(
            model_name="votecheck",
            name="ballot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checks",
                to="decisions.ballot",
                verbose_name="表决",
            ),
        ),
        migrations.AddField(
            model_name="votecheck",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.sittingseat",
                verbose_name="会议席位",
            ),
        ),
        migrations.AddField(
            model_name="votermark",
            name="ballot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="marks",
                to="decisions.ballot",
                verbose_name="表决",
            ),
        ),
        migrations.AddField(
            model_name="votermark",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.sittingseat",
                verbose_name="会议席位",
            ),
        ),
        migrations.AddConstraint(
            model_name="ballotsheet",
            constraint=models.UniqueConstraint(fields=("ballot", "by", "number"), name="sheet_number_once"),
        ),
        migrations.AddConstraint(
            model_name="runner",
            constraint=models.UniqueConstraint(fields=("motion", "candidate"), name="runner_once"),
        ),
        migrations.AddConstraint(
            model_name="runner",
            constraint=models.UniqueConstraint(fields=("motion", "order"), name="runner_order_once"),
        ),
        migrations.AddConstraint(
            model_name="votermark",
            constraint=models.UniqueConstraint(fields=("ballot", "seat"), name="one_mark_per_seat_and_ballot"),
        ),
        migrations.RunSQL(NEVER_CHANGED, [f"DROP TRIGGER {table}_immutable ON {table}" for table in IMMUTABLE]),
        migrations.RunSQL(GUARDS, WITHOUT_GUARDS),
    ]
