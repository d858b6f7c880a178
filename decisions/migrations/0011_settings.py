"""Changes of matter types and rule sets, put forward by one side and confirmed by the other."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A change that was answered stays as it was answered; one that waits keeps what it says (N11).
GUARD = """
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
WITHOUT_GUARD = """
DROP TRIGGER decisions_settingchange_kept ON decisions_settingchange;
DROP TRIGGER decisions_settingchange_answered ON decisions_settingchange;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0010_ledger"),
        ("permissions", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SettingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rule_set", "规则集"), ("matter_type", "事项类型")],
                        max_length=12,
                        verbose_name="对象",
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="代码")),
                ("values", models.JSONField(verbose_name="修改后")),
                ("base", models.JSONField(default=dict, verbose_name="修改前")),
                ("reason", models.CharField(max_length=200, verbose_name="修改理由")),
                ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "待对方确认"),
                            ("confirmed", "已生效"),
                            ("refused", "未同意"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="确认时间")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="答复")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="permissions.body",
                        verbose_name="提出方",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
            ],
            options={
                "verbose_name": "规则修改",
                "verbose_name_plural": "规则修改",
                "ordering": ["-proposed_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pending")),
                        fields=("kind", "code"),
                        name="one_pending_change_of_a_setting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("status", "pending")),
                            models.Q(
                                models.Q(("status", "pending"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="decided_change_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "confirmed"), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_confirms_their_own_change",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, WITHOUT_GUARD),
    ]
