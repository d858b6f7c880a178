"""Three administrators instead of one (N5): who guards roles and seats is not who runs the system."""

from datetime import datetime
from typing import Any

from django.apps.registry import Apps
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
        migrations.AddField("user", "password_held", models.BooleanField("初始密码待放行", default=False)),
        migrations.AddField("user", "of_example", models.BooleanField("示例账号", default=False, editable=False)),
        migrations.RunSQL(OF_EXAMPLE, migrations.RunSQL.noop),
        migrations.RunPython(add_security, migrations.RunPython.noop),
    ]
