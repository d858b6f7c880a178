"""A version's way into force. What has ended stays as it ended, and none is ever removed (N11)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION workflows_release_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ended IS NULL AND NEW.version_id = OLD.version_id
        AND NEW.asked = OLD.asked AND NEW.asked_by_id = OLD.asked_by_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of workflows_release is refused: what was released, and by whom, stays', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER workflows_release_stays BEFORE UPDATE OR DELETE ON workflows_release
    FOR EACH ROW EXECUTE FUNCTION workflows_release_stays();
CREATE TRIGGER workflows_release_kept BEFORE TRUNCATE ON workflows_release
    FOR EACH STATEMENT EXECUTE FUNCTION workflows_release_stays();
"""
BACKWARD = """
DROP TRIGGER workflows_release_kept ON workflows_release;
DROP TRIGGER workflows_release_stays ON workflows_release;
DROP FUNCTION workflows_release_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0011_flow_tests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="生效日期")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="发布说明")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待批准"),
                            ("approved", "待生效"),
                            ("done", "已生效"),
                            ("refused", "未批准"),
                            ("withdrawn", "已撤回"),
                            ("failed", "未能生效"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("asked", models.DateTimeField(verbose_name="提请时间")),
                ("answered", models.DateTimeField(blank=True, null=True, verbose_name="批准时间")),
                ("answer", models.TextField(blank=True, verbose_name="答复")),
                ("ended", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提请人",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="workflows.definitionversion",
                        verbose_name="流程版本",
                    ),
                ),
            ],
            options={
                "verbose_name": "发布申请",
                "verbose_name_plural": "发布申请",
                "ordering": ("-asked", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "approved"))),
                        fields=("version",),
                        name="workflows_one_open_release_per_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended__isnull", True), ("state__in", ("asked", "approved"))),
                            models.Q(
                                ("ended__isnull", False), models.Q(("state__in", ("asked", "approved")), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="workflows_release_open_or_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("asked", "withdrawn")),
                            models.Q(("answered__isnull", False), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="workflows_release_answered_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
