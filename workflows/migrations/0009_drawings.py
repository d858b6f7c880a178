"""What designers are drawing, and the files of other tools that drafts were made from. The latter stay as they are (N11)."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION workflows_imported_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of workflows_importedfile is refused: what a draft was made from stays', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER workflows_imported_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON workflows_importedfile
    FOR EACH STATEMENT EXECUTE FUNCTION workflows_imported_stays();
"""
BACKWARD = """
DROP TRIGGER workflows_imported_stays ON workflows_importedfile;
DROP FUNCTION workflows_imported_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("workflows", "0008_history"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations: list[migrations.operations.base.Operation] = [
        migrations.CreateModel(
            name="ImportedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(blank=True, max_length=200, verbose_name="文件名")),
                ("original", models.TextField(verbose_name="原文件")),
                ("original_sha256", models.CharField(max_length=64, verbose_name="原文件校验")),
                ("result_sha256", models.CharField(max_length=64, verbose_name="转换结果校验")),
                ("report", models.JSONField(default=dict, verbose_name="转换说明")),
                ("imported_at", models.DateTimeField(verbose_name="导入时间")),
                (
                    "imported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to="workflows.definitionversion",
                        verbose_name="流程版本",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入的流程文件",
                "verbose_name_plural": "导入的流程文件",
                "ordering": ("-imported_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Drawing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z][A-Za-z0-9_]*$",
                                "请用英文字母开头，只含字母、数字和下划线，例如 joint_decision。",
                            )
                        ],
                        verbose_name="代号",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="名称")),
                ("xml", models.TextField(verbose_name="BPMN 文件")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("base", models.CharField(blank=True, max_length=64, verbose_name="起草所依据的版本")),
                ("saved_at", models.DateTimeField(verbose_name="保存时间")),
                (
                    "designer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起草人",
                    ),
                ),
            ],
            options={
                "verbose_name": "未保存的绘制",
                "verbose_name_plural": "未保存的绘制",
                "ordering": ("-saved_at",),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("designer"),
                        django.db.models.functions.text.Lower("key"),
                        name="workflows_one_drawing_per_designer",
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
