import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from permissions.history_tables import append_only, begin

# Who is a member of a role's group today held the role since the log says so, or since the account was made.
MEMBERSHIPS = """
INSERT INTO permissions_rolegrant
       (role_id, user_id, starts_on, reason, granted_by_id, granted_at, ended_reason)
SELECT r.id, m.user_id, (COALESCE(e.at, u.date_joined) AT TIME ZONE %(zone)s)::date, '沿用原有角色', e.actor_id,
       COALESCE(e.at, u.date_joined), ''
  FROM permissions_user_groups AS m
  JOIN permissions_role AS r ON r.group_id = m.group_id
  JOIN auth_group AS g ON g.id = m.group_id
  JOIN permissions_user AS u ON u.id = m.user_id
  LEFT JOIN LATERAL (
       SELECT at, actor_id FROM permissions_auditevent
        WHERE subject = 'user:' || u.id AND verb = 'role_grant' AND data->>'role' = g.name
        ORDER BY seq DESC LIMIT 1) AS e ON true
"""

# A grant is ended once and otherwise never changed; neither kind is ever removed (N4, N11).
KEPT = """
CREATE FUNCTION permissions_term_ended_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
       OR to_jsonb(NEW) - ARRAY['ended_at', 'ended_by_id', 'ended_reason']
          IS DISTINCT FROM to_jsonb(OLD) - ARRAY['ended_at', 'ended_by_id', 'ended_reason'] THEN
        RAISE EXCEPTION '% is ended once and otherwise never changed', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', HINT = 'End it with a reason, and give a new one.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER permissions_rolegrant_ended_once BEFORE UPDATE ON permissions_rolegrant
    FOR EACH ROW EXECUTE FUNCTION permissions_term_ended_once();
CREATE TRIGGER permissions_rolegrant_kept BEFORE DELETE OR TRUNCATE ON permissions_rolegrant
    FOR EACH STATEMENT EXECUTE FUNCTION permissions_append_only();
CREATE TRIGGER permissions_substitution_ended_once BEFORE UPDATE ON permissions_substitution
    FOR EACH ROW EXECUTE FUNCTION permissions_term_ended_once();
CREATE TRIGGER permissions_substitution_kept BEFORE DELETE OR TRUNCATE ON permissions_substitution
    FOR EACH STATEMENT EXECUTE FUNCTION permissions_append_only();
"""
NOT_KEPT = """
DROP TRIGGER permissions_substitution_kept ON permissions_substitution;
DROP TRIGGER permissions_substitution_ended_once ON permissions_substitution;
DROP TRIGGER permissions_rolegrant_kept ON permissions_rolegrant;
DROP TRIGGER permissions_rolegrant_ended_once ON permissions_rolegrant;
DROP FUNCTION permissions_term_ended_once();
"""


def take_over(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MEMBERSHIPS, {"zone": settings.TIME_ZONE})


class Migration(migrations.Migration):
    dependencies = [("permissions", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="HistoricalRoleGrant",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="任期起")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="任期止")),
                ("reason", models.CharField(max_length=200, verbose_name="授予理由")),
                ("granted_at", models.DateTimeField(verbose_name="授予时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="收回时间")),
                ("ended_reason", models.CharField(blank=True, max_length=200, verbose_name="收回理由")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收回人",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="授予人",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="permissions.role",
                        verbose_name="角色",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 角色任期",
                "verbose_name_plural": "historical 角色任期",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSeparationRule",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, verbose_name="代码")),
                ("name", models.CharField(max_length=80, verbose_name="规则")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="英文名称")),
                (
                    "done",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), size=None, verbose_name="已办的工作"
                    ),
                ),
                (
                    "barred",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), size=None, verbose_name="不得再办的工作"
                    ),
                ),
                ("alone", models.BooleanField(default=False, verbose_name="只限制单独办理")),
                ("active", models.BooleanField(default=True, verbose_name="启用")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 职责分离规则",
                "verbose_name_plural": "historical 职责分离规则",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSubstitution",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "scope",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="代理范围",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="代理期起")),
                ("ends_on", models.DateField(verbose_name="代理期止")),
                ("reason", models.CharField(max_length=200, verbose_name="代理理由")),
                ("granted_at", models.DateTimeField(verbose_name="批准时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="终止时间")),
                ("ended_reason", models.CharField(blank=True, max_length=200, verbose_name="终止理由")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="终止人",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="被代理人",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="permissions.role",
                        verbose_name="角色",
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代理人",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 代理",
                "verbose_name_plural": "historical 代理",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SeparationRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="代码")),
                ("name", models.CharField(max_length=80, verbose_name="规则")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="英文名称")),
                (
                    "done",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), size=None, verbose_name="已办的工作"
                    ),
                ),
                (
                    "barred",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), size=None, verbose_name="不得再办的工作"
                    ),
                ),
                ("alone", models.BooleanField(default=False, verbose_name="只限制单独办理")),
                ("active", models.BooleanField(default=True, verbose_name="启用")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
            ],
            options={
                "verbose_name": "职责分离规则",
                "verbose_name_plural": "职责分离规则",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("barred__len__gt", 0), ("done__len__gt", 0)),
                        name="separationrule_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="任期起")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="任期止")),
                ("reason", models.CharField(max_length=200, verbose_name="授予理由")),
                ("granted_at", models.DateTimeField(verbose_name="授予时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="收回时间")),
                ("ended_reason", models.CharField(blank=True, max_length=200, verbose_name="收回理由")),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收回人",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="授予人",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="permissions.role",
                        verbose_name="角色",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_grants",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "角色任期",
                "verbose_name_plural": "角色任期",
                "ordering": ["role__body__order", "role__code", "starts_on", "pk"],
                "indexes": [
                    models.Index(fields=["user", "role", "starts_on", "ends_on"], name="rolegrant_of_user"),
                    models.Index(fields=["role", "user", "starts_on", "ends_on"], name="rolegrant_of_role"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="rolegrant_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_reason", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="rolegrant_ended_with_reason",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        expressions=[
                            (
                                models.Func(
                                    models.F("role"),
                                    models.F("role"),
                                    models.Value("[]"),
                                    function="INT8RANGE",
                                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("user"),
                                    models.F("user"),
                                    models.Value("[]"),
                                    function="INT8RANGE",
                                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("starts_on"),
                                    models.F("ends_on"),
                                    models.Value("[]"),
                                    function="DATERANGE",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="rolegrant_not_twice",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Substitution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scope",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="代理范围",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="代理期起")),
                ("ends_on", models.DateField(verbose_name="代理期止")),
                ("reason", models.CharField(max_length=200, verbose_name="代理理由")),
                ("granted_at", models.DateTimeField(verbose_name="批准时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="终止时间")),
                ("ended_reason", models.CharField(blank=True, max_length=200, verbose_name="终止理由")),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="终止人",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="substituted",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="被代理人",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="substitutions",
                        to="permissions.role",
                        verbose_name="角色",
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="substituting",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代理人",
                    ),
                ),
            ],
            options={
                "verbose_name": "代理",
                "verbose_name_plural": "代理",
                "ordering": ["-starts_on", "-pk"],
                "indexes": [
                    models.Index(fields=["substitute", "starts_on", "ends_on"], name="substitution_of_substitute"),
                    models.Index(fields=["role", "starts_on", "ends_on"], name="substitution_of_role"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("substitute", models.F("holder")), _negated=True),
                        name="substitution_of_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="substitution_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_reason", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="substitution_ended_with_reason",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        expressions=[
                            (
                                models.Func(
                                    models.F("role"),
                                    models.F("role"),
                                    models.Value("[]"),
                                    function="INT8RANGE",
                                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("holder"),
                                    models.F("holder"),
                                    models.Value("[]"),
                                    function="INT8RANGE",
                                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("substitute"),
                                    models.F("substitute"),
                                    models.Value("[]"),
                                    function="INT8RANGE",
                                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("starts_on"),
                                    models.F("ends_on"),
                                    models.Value("[]"),
                                    function="DATERANGE",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="substitution_not_twice",
                    ),
                ],
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.RunSQL(KEPT, NOT_KEPT),
        append_only(
            "permissions_historicalrolegrant",
            "permissions_historicalsubstitution",
            "permissions_historicalseparationrule",
        ),
        begin("permissions", "RoleGrant"),
    ]
