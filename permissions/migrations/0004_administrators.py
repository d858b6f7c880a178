"""Three administrators instead of one (N5): who guards roles and seats is not who runs the system."""

from datetime import datetime
from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

CODES = [
    ("proposer", "提议人"),
    ("secretary", "秘书"),
    ("member", "班子成员"),
    ("chair", "班长"),
    ("observer", "列席人员"),
    ("legal", "法律顾问"),
    ("auditor", "审计员"),
    ("designer", "流程管理员"),
    ("admin", "系统管理员"),
    ("security", "安全管理员"),
]


# Only the example ever gave roles without anybody giving them.
OF_EXAMPLE = """
UPDATE permissions_user AS u SET of_example = true
 WHERE EXISTS (SELECT 1 FROM permissions_auditevent AS e
                WHERE e.subject = 'user:' || u.id AND e.verb = 'role_grant' AND e.actor_id IS NULL)
"""


# Who runs, guards or audits the system holds no other role and no seat, and stands in for nobody, on any day on which they do (N5).
# The person's row is the lock: two who give one person a role and a seat at the same moment wait for each other, and the second
# sees what the first has written. What was ended early does not count from the day of its end on.
APART = """
CREATE FUNCTION permissions_days(starts_on date, ends_on date, ended_at timestamptz) RETURNS daterange
LANGUAGE sql STABLE AS $$
    -- "infinity" stands for no end: least and greatest pass over null.
    SELECT daterange(starts_on, greatest(starts_on, least(
        coalesce(ends_on + 1, 'infinity'), coalesce((ended_at AT TIME ZONE '{zone}')::date, 'infinity'))))
$$;

CREATE FUNCTION permissions_keep_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint := to_jsonb(NEW) ->> (CASE TG_TABLE_NAME WHEN 'permissions_substitution' THEN 'substitute_id' ELSE 'user_id' END);
    administrators CONSTANT text[] := ARRAY['admin', 'security', 'auditor'];
BEGIN
    IF person IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM FROM permissions_user WHERE id = person FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM permissions_rolegrant AS a
          JOIN permissions_role AS r ON r.id = a.role_id AND r.code = ANY (administrators)
         CROSS JOIN LATERAL permissions_days(a.starts_on, a.ends_on, a.ended_at) AS days
         WHERE a.user_id = person
           AND (EXISTS (SELECT FROM permissions_rolegrant AS b WHERE b.user_id = person AND b.role_id <> a.role_id
                           AND permissions_days(b.starts_on, b.ends_on, b.ended_at) && days)
                OR EXISTS (SELECT FROM permissions_seat AS s WHERE s.user_id = person
                              AND daterange(s.starts_on, s.ends_on, '[]') && days)
                OR EXISTS (SELECT FROM permissions_substitution AS u WHERE u.substitute_id = person
                              AND permissions_days(u.starts_on, u.ends_on, u.ended_at) && days)))
       OR EXISTS (
        SELECT FROM permissions_substitution AS u
          JOIN permissions_role AS r ON r.id = u.role_id AND r.code = ANY (administrators)
         WHERE u.substitute_id = person)
    THEN
        RAISE EXCEPTION 'user % would be an administrator and something else on the same day', person
            USING ERRCODE = 'check_violation', CONSTRAINT = 'administrators_apart', TABLE = TG_TABLE_NAME,
                  HINT = 'The three administrators hold no other role and no seat, and stand in for nobody.';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER permissions_rolegrant_apart AFTER INSERT OR UPDATE ON permissions_rolegrant
    FOR EACH ROW EXECUTE FUNCTION permissions_keep_apart();
CREATE CONSTRAINT TRIGGER permissions_seat_apart AFTER INSERT OR UPDATE OF user_id, starts_on, ends_on ON permissions_seat
    FOR EACH ROW EXECUTE FUNCTION permissions_keep_apart();
CREATE CONSTRAINT TRIGGER permissions_substitution_apart AFTER INSERT OR UPDATE ON permissions_substitution
    FOR EACH ROW EXECUTE FUNCTION permissions_keep_apart();

CREATE FUNCTION permissions_role_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a role stays what it is: its holders were given that one' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER permissions_role_stays BEFORE UPDATE OF code ON permissions_role
    FOR EACH ROW WHEN (NEW.code <> OLD.code) EXECUTE FUNCTION permissions_role_stays();
"""
NOT_APART = """
DROP TRIGGER permissions_role_stays ON permissions_role;
DROP FUNCTION permissions_role_stays();
DROP TRIGGER permissions_substitution_apart ON permissions_substitution;
DROP TRIGGER permissions_seat_apart ON permissions_seat;
DROP TRIGGER permissions_rolegrant_apart ON permissions_rolegrant;
DROP FUNCTION permissions_keep_apart();
DROP FUNCTION permissions_days(date, date, timestamptz);
"""


def add_security(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The new role, where the house has its roles already. Nobody holds it until `manage.py house_begin` names somebody."""
    roles: Any = apps.get_model("permissions", "Role").objects
    if not roles.filter(code="admin").exists() or roles.filter(code="security").exists():
        return
    group = apps.get_model("auth", "Group").objects.create(name="security")
    role = roles.create(code="security", body=None, group=group)
    now: datetime = timezone.now()
    versions: Any = apps.get_model("permissions", "HistoricalRole").objects
    versions.create(
        id=role.pk, code="security", body=None, group=group, history_date=now, history_type="+", history_user=None
    )


class Migration(migrations.Migration):
    dependencies = [("permissions", "0003_terms"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.AlterField("role", "code", models.CharField("角色", choices=CODES, max_length=20)),
        migrations.AlterField("historicalrole", "code", models.CharField("角色", choices=CODES, max_length=20)),
        # The flag never opened anything; from here on the database refuses it as well.
        migrations.RunSQL(
            "UPDATE permissions_user SET is_superuser = false WHERE is_superuser", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(
                name="user_is_no_superuser",
                condition=models.Q(("is_superuser", False)),
                violation_error_message="账号不能设为超级用户。权限只来自角色和席位。",
            ),
        ),
        migrations.AddField(
            "user", "password_issued_at", models.DateTimeField("初始密码发放时间", blank=True, null=True)
        ),
        migrations.AddField("user", "sign_in_held", models.BooleanField("登录待放行", default=False)),
        migrations.AddField("user", "of_example", models.BooleanField("示例账号", default=False, editable=False)),
        migrations.RunSQL(OF_EXAMPLE, migrations.RunSQL.noop),
        migrations.RunPython(add_security, migrations.RunPython.noop),
        migrations.RunSQL(APART.format(zone=settings.TIME_ZONE), NOT_APART),
    ]
