"""Answers kept for later and files, at a step. A file handed in stays as it is: the database refuses to change or remove it (N11)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = """
CREATE FUNCTION workflows_keep_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.given IS NOT NULL THEN
        RAISE EXCEPTION 'file % has been handed in: it stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF OLD.removed IS NOT NULL
       OR (NEW.task_id, NEW.field, NEW.name, NEW.file, NEW.size, NEW.content_type, NEW.sha256, NEW.uploaded_by_id, NEW.uploaded)
           IS DISTINCT FROM
          (OLD.task_id, OLD.field, OLD.name, OLD.file, OLD.size, OLD.content_type, OLD.sha256, OLD.uploaded_by_id, OLD.uploaded) THEN
        RAISE EXCEPTION 'file % cannot become another', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER workflows_keep_file BEFORE UPDATE OR DELETE ON workflows_stepfile
    FOR EACH ROW EXECUTE FUNCTION workflows_keep_file();
CREATE TRIGGER workflows_keep_files BEFORE TRUNCATE ON workflows_stepfile
    FOR EACH STATEMENT EXECUTE FUNCTION permissions_append_only();
"""
LOOSE = """
DROP TRIGGER workflows_keep_files ON workflows_stepfile;
DROP TRIGGER workflows_keep_file ON workflows_stepfile;
DROP FUNCTION workflows_keep_file();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0009_drawings"),
        ("permissions", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StepDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answers", models.JSONField(default=dict, verbose_name="填写内容")),
                ("note", models.CharField(blank=True, max_length=1000, verbose_name="办理说明")),
                ("saved", models.DateTimeField(verbose_name="保存时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填写人",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="workflows.casetask",
                        verbose_name="任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "填写中的内容",
                "verbose_name_plural": "填写中的内容",
                "constraints": [
                    models.UniqueConstraint(fields=("task", "person"), name="workflows_one_draft_per_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="StepFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=200, verbose_name="填报项")),
                ("name", models.CharField(max_length=120, verbose_name="文件名")),
                ("file", models.FileField(max_length=200, upload_to="", verbose_name="文件")),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("content_type", models.CharField(max_length=120, verbose_name="类型")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("uploaded", models.DateTimeField(verbose_name="上传时间")),
                ("removed", models.DateTimeField(blank=True, null=True, verbose_name="移除时间")),
                ("given", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="workflows.casetask",
                        verbose_name="任务",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "环节附件",
                "verbose_name_plural": "环节附件",
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed__isnull", True)),
                        fields=("task", "field", "sha256", "uploaded_by"),
                        name="workflows_step_file_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("removed__isnull", True), ("given__isnull", True), _connector="OR"),
                        name="workflows_file_given_stays",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, LOOSE),
    ]
