"""The log divided by year, with an algorithm for every entry; checkpoints over all chains, and anchors for them.

A table becomes a partitioned one only by being made anew: every entry is copied as it is, with its key, and the migration
ends in an error unless both tables say the same. There is no way back: an entry in SM3 has no place in the older table.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NAMES = "id, subject, seq, at, actor_id, actor_label, verb, target, data, previous_hash, hash"

FORWARDS = f"""
CREATE SEQUENCE permissions_auditevent_number;

CREATE TABLE permissions_auditevent_divided (
    id bigint NOT NULL DEFAULT nextval('permissions_auditevent_number'),
    subject varchar(100) NOT NULL,
    seq bigint NOT NULL CONSTRAINT permissions_auditevent_seq_check CHECK (seq >= 0),
    at timestamptz NOT NULL,
    actor_id bigint NULL,
    actor_label varchar(80) NOT NULL,
    verb varchar(80) NOT NULL,
    target varchar(100) NOT NULL,
    data jsonb NOT NULL,
    previous_hash varchar(64) NOT NULL,
    hash varchar(64) NOT NULL,
    algorithm varchar(10) NOT NULL DEFAULT 'sha256'
) PARTITION BY RANGE (at);

-- Makes the partition of each year that has none. The application may call it and needs no other right to make tables: it
-- runs as the tables' owner, takes two years and nothing else, and looks nowhere but in the schema it was made in. `state`
-- is made, there, or occupied where entries of that year already lie in the net for what has no year of its own.
DO $outer$ BEGIN EXECUTE format($make$
CREATE FUNCTION permissions_audit_years(first integer, last integer) RETURNS TABLE (year integer, state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    home constant text := %L;
    whole constant text := format('%%I.permissions_auditevent', home);
    part text;
    since text;
    until text;
    taken boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('permissions_audit_years'));
    FOR year IN SELECT y FROM generate_series(greatest(first, 1970), least(last, 2999)) AS y LOOP
        part := format('%%I.permissions_auditevent_%%s', home, year);
        since := format('%%s-01-01 00:00:00+00', year);
        until := format('%%s-01-01 00:00:00+00', year + 1);
        IF to_regclass(part) IS NOT NULL THEN
            state := 'there';
        ELSE
            EXECUTE format('SELECT EXISTS (SELECT FROM %%I.permissions_auditevent_other WHERE at >= %%L AND at < %%L)',
                home, since, until) INTO taken;
            IF taken THEN
                state := 'occupied';
            ELSE
                EXECUTE format('CREATE TABLE %%s PARTITION OF %%s FOR VALUES FROM (%%L) TO (%%L)', part, whole, since, until);
                EXECUTE format('CREATE TRIGGER permissions_auditevent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %%s '
                    'FOR EACH STATEMENT EXECUTE FUNCTION %%I.permissions_append_only()', part, home);
                state := 'made';
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$
$make$, current_schema()); END $outer$;

CREATE TABLE permissions_auditevent_other PARTITION OF permissions_auditevent_divided DEFAULT;
CREATE TRIGGER permissions_auditevent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON permissions_auditevent_other
    FOR EACH STATEMENT EXECUTE FUNCTION permissions_append_only();

ALTER TABLE permissions_auditevent RENAME TO permissions_auditevent_whole;
ALTER TABLE permissions_auditevent_divided RENAME TO permissions_auditevent;

SELECT permissions_audit_years(
    greatest(least(extract(year FROM min(at) AT TIME ZONE 'UTC'), extract(year FROM now())), extract(year FROM now()) - 20)::integer,
    extract(year FROM now())::integer + 2) FROM permissions_auditevent_whole;

INSERT INTO permissions_auditevent ({NAMES}) SELECT {NAMES} FROM permissions_auditevent_whole ORDER BY id;

DO $$
DECLARE
    older text;
    newer text;
BEGIN
    SELECT count(*) || ' ' || coalesce(sum(hashtextextended(row({NAMES})::text, 0)::numeric), 0)
      INTO older FROM permissions_auditevent_whole;
    SELECT count(*) || ' ' || coalesce(sum(hashtextextended(row({NAMES})::text, 0)::numeric), 0)
      INTO newer FROM permissions_auditevent;
    IF older <> newer THEN
        RAISE EXCEPTION 'the log could not be divided by year without losing entries: % became %', older, newer;
    END IF;
END $$;

SELECT setval('permissions_auditevent_number', greatest((SELECT max(id) FROM permissions_auditevent_whole), 1),
    EXISTS (SELECT FROM permissions_auditevent_whole));
DROP TABLE permissions_auditevent_whole;
ALTER SEQUENCE permissions_auditevent_number RENAME TO permissions_auditevent_id_seq;
ALTER SEQUENCE permissions_auditevent_id_seq OWNED BY permissions_auditevent.id;

ALTER TABLE permissions_auditevent
    ADD CONSTRAINT permissions_auditevent_pkey PRIMARY KEY (id, at),
    ADD CONSTRAINT audit_event_once UNIQUE (subject, seq, at),
    ADD CONSTRAINT permissions_auditevent_actor FOREIGN KEY (actor_id) REFERENCES permissions_user (id)
        DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX audit_event_latest ON permissions_auditevent (at DESC, id DESC);
CREATE INDEX audit_event_actor ON permissions_auditevent (actor_id, at DESC);
CREATE INDEX audit_event_verb ON permissions_auditevent (verb varchar_pattern_ops, at);
CREATE INDEX audit_event_target ON permissions_auditevent (target, at) WHERE NOT target = '';

CREATE TRIGGER permissions_auditevent_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON permissions_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION permissions_append_only();
"""  # noqa: S608  (names of our own columns)

KEPT = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION permissions_append_only();"
    for table in ("permissions_checkpoint", "permissions_checkpointhead", "permissions_anchor")
)


class Migration(migrations.Migration):
    dependencies = [("permissions", "0005_sign_in")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORWARDS)],
            state_operations=[
                migrations.RemoveConstraint("auditevent", "audit_event_once"),
                migrations.AddField(
                    "auditevent",
                    "algorithm",
                    models.CharField("校验算法", db_default="sha256", default="sha256", max_length=10),
                ),
                migrations.AlterField(
                    "auditevent",
                    "actor",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.PROTECT,
                        blank=True,
                        db_index=False,
                        null=True,
                        related_name="+",
                        verbose_name="操作人",
                    ),
                ),
                migrations.AddIndex(
                    "auditevent",
                    models.Index(
                        fields=["verb", "at"],
                        name="audit_event_verb",
                        opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                    ),
                ),
                migrations.AddIndex(
                    "auditevent",
                    models.Index(fields=["target", "at"], name="audit_event_target", condition=~models.Q(target="")),
                ),
                migrations.AddConstraint(
                    "auditevent",
                    models.UniqueConstraint(fields=("subject", "seq", "at"), name="audit_event_once"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name="序号")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("algorithm", models.CharField(max_length=10, verbose_name="校验算法")),
                ("chains", models.PositiveBigIntegerField(verbose_name="链数")),
                ("events", models.PositiveBigIntegerField(verbose_name="记录数")),
                ("root", models.CharField(max_length=64, verbose_name="根校验值")),
                ("previous_hash", models.CharField(max_length=64, verbose_name="上一个检查点的校验值")),
                ("hash", models.CharField(max_length=64, verbose_name="校验值")),
                ("key", models.CharField(max_length=64, verbose_name="系统公钥")),
                ("signature", models.CharField(max_length=128, verbose_name="系统签名")),
            ],
            options={"verbose_name": "台账检查点", "verbose_name_plural": "台账检查点", "ordering": ["number"]},
        ),
        migrations.CreateModel(
            name="CheckpointHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=100, verbose_name="链")),
                ("seq", models.PositiveBigIntegerField(verbose_name="序号")),
                ("hash", models.CharField(max_length=64, verbose_name="校验值")),
                (
                    "checkpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads",
                        to="permissions.checkpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查点中的链头",
                "verbose_name_plural": "检查点中的链头",
                "ordering": ["checkpoint", "subject"],
                "constraints": [models.UniqueConstraint(fields=("subject", "checkpoint"), name="checkpoint_head_once")],
            },
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="时间戳时间")),
                ("authority", models.CharField(max_length=500, verbose_name="时间戳机构")),
                ("token", models.BinaryField(verbose_name="时间戳")),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="anchors", to="permissions.checkpoint"
                    ),
                ),
            ],
            options={
                "verbose_name": "可信时间戳",
                "verbose_name_plural": "可信时间戳",
                "ordering": ["checkpoint", "id"],
            },
        ),
        migrations.RunSQL(KEPT),
    ]
