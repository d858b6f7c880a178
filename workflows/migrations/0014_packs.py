"""Packs, their kinds of record and the records. What came in with an installation, a record's number and the files handed in with
it stay as they are: the database refuses to change or remove them (N11)."""

import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from permissions.history_tables import append_only

KEPT = """
CREATE FUNCTION workflows_keep_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (NEW.kind_id, NEW.year, NEW.nth, NEW.number, NEW.created)
           IS DISTINCT FROM (OLD.kind_id, OLD.year, OLD.nth, OLD.number, OLD.created)
    THEN
        RAISE EXCEPTION 'record % stays, and keeps its number', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER workflows_keep_record BEFORE UPDATE OR DELETE ON workflows_record
    FOR EACH ROW EXECUTE FUNCTION workflows_keep_record();
CREATE TRIGGER workflows_keep_records BEFORE TRUNCATE ON workflows_record
    FOR EACH STATEMENT EXECUTE FUNCTION permissions_append_only();
CREATE FUNCTION workflows_keep_record_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.given IS NOT NULL THEN
        RAISE EXCEPTION 'file % has been handed in: it stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (NEW.kind_id, NEW.once, NEW.field, NEW.name, NEW.file, NEW.size, NEW.content_type, NEW.sha256, NEW.uploaded_by_id, NEW.uploaded)
           IS DISTINCT FROM
       (OLD.kind_id, OLD.once, OLD.field, OLD.name, OLD.file, OLD.size, OLD.content_type, OLD.sha256, OLD.uploaded_by_id, OLD.uploaded) THEN
        RAISE EXCEPTION 'file % cannot become another', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER workflows_keep_record_file BEFORE UPDATE OR DELETE ON workflows_recordfile
    FOR EACH ROW EXECUTE FUNCTION workflows_keep_record_file();
CREATE TRIGGER workflows_keep_record_files BEFORE TRUNCATE ON workflows_recordfile
    FOR EACH STATEMENT EXECUTE FUNCTION permissions_append_only();
"""
LOOSE = """
DROP TRIGGER workflows_keep_record_files ON workflows_recordfile;
DROP TRIGGER workflows_keep_record_file ON workflows_recordfile;
DROP FUNCTION workflows_keep_record_file();
DROP TRIGGER workflows_keep_records ON workflows_record;
DROP TRIGGER workflows_keep_record ON workflows_record;
DROP FUNCTION workflows_keep_record();
"""
VERSIONS = ("workflows_historicalpack", "workflows_historicalrecordkind", "workflows_historicalrecord")


class Migration(migrations.Migration):
    dependencies = [
        ("permissions", "0007_history"),
        ("workflows", "0013_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Pack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]{0,39}$",
                                "请用英文字母开头，只含小写字母、数字和下划线，例如 village_visits。",
                            )
                        ],
                        verbose_name="代号",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="名称")),
                ("version", models.CharField(max_length=20, verbose_name="版本")),
                (
                    "state",
                    models.CharField(
                        choices=[("on", "启用"), ("off", "停用"), ("removed", "已移除")],
                        default="off",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("manifest", models.TextField(verbose_name="说明文件")),
                ("texts", models.JSONField(blank=True, default=dict, verbose_name="译文")),
            ],
            options={
                "verbose_name": "业务包",
                "verbose_name_plural": "业务包",
                "ordering": ("key",),
            },
        ),
        migrations.CreateModel(
            name="HistoricalPack",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        db_index=True,
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]{0,39}$",
                                "请用英文字母开头，只含小写字母、数字和下划线，例如 village_visits。",
                            )
                        ],
                        verbose_name="代号",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="名称")),
                ("version", models.CharField(max_length=20, verbose_name="版本")),
                (
                    "state",
                    models.CharField(
                        choices=[("on", "启用"), ("off", "停用"), ("removed", "已移除")],
                        default="off",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("manifest", models.TextField(verbose_name="说明文件")),
                ("texts", models.JSONField(blank=True, default=dict, verbose_name="译文")),
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
                "verbose_name": "historical 业务包",
                "verbose_name_plural": "historical 业务包",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRecordKind",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        db_index=True,
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]{0,39}$",
                                "请用英文字母开头，只含小写字母、数字和下划线，例如 village_visits。",
                            )
                        ],
                        verbose_name="代号",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="名称")),
                ("text", models.TextField(verbose_name="说明文件")),
                ("retired", models.BooleanField(default=False, verbose_name="不再使用")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
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
                (
                    "pack",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="workflows.pack",
                        verbose_name="业务包",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 记录种类",
                "verbose_name_plural": "historical 记录种类",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PackFlow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "definition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="of_pack",
                        to="workflows.definition",
                        verbose_name="流程",
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="flows",
                        to="workflows.pack",
                        verbose_name="业务包",
                    ),
                ),
            ],
            options={
                "verbose_name": "业务包的流程",
                "verbose_name_plural": "业务包的流程",
                "ordering": ("definition__key",),
            },
        ),
        migrations.CreateModel(
            name="PackInstall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=20, verbose_name="版本")),
                ("files", models.JSONField(verbose_name="文件")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("installed_at", models.DateTimeField(verbose_name="安装时间")),
                (
                    "installed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="安装人",
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="installs",
                        to="workflows.pack",
                        verbose_name="业务包",
                    ),
                ),
            ],
            options={
                "verbose_name": "业务包安装",
                "verbose_name_plural": "业务包安装",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="RecordKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]{0,39}$",
                                "请用英文字母开头，只含小写字母、数字和下划线，例如 village_visits。",
                            )
                        ],
                        verbose_name="代号",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="名称")),
                ("text", models.TextField(verbose_name="说明文件")),
                ("retired", models.BooleanField(default=False, verbose_name="不再使用")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kinds",
                        to="workflows.pack",
                        verbose_name="业务包",
                    ),
                ),
            ],
            options={
                "verbose_name": "记录种类",
                "verbose_name_plural": "记录种类",
                "ordering": ("pack__key", "order", "key"),
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("nth", models.PositiveIntegerField(verbose_name="序号")),
                ("number", models.CharField(max_length=100, verbose_name="编号")),
                ("title", models.CharField(blank=True, max_length=300, verbose_name="名称")),
                ("state", models.CharField(max_length=40, verbose_name="状态")),
                ("data", models.JSONField(default=dict, verbose_name="内容")),
                ("created", models.DateTimeField(verbose_name="登记时间")),
                ("changed", models.DateTimeField(verbose_name="更新时间")),
                ("once", models.CharField(max_length=80, null=True, unique=True, verbose_name="防重键")),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="permissions.body",
                        verbose_name="班子",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="workflows.recordkind",
                        verbose_name="种类",
                    ),
                ),
            ],
            options={
                "verbose_name": "记录",
                "verbose_name_plural": "记录",
                "ordering": ("-created", "-id"),
            },
        ),
        migrations.CreateModel(
            name="HistoricalRecord",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("nth", models.PositiveIntegerField(verbose_name="序号")),
                ("number", models.CharField(max_length=100, verbose_name="编号")),
                ("title", models.CharField(blank=True, max_length=300, verbose_name="名称")),
                ("state", models.CharField(max_length=40, verbose_name="状态")),
                ("data", models.JSONField(default=dict, verbose_name="内容")),
                ("created", models.DateTimeField(verbose_name="登记时间")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="permissions.body",
                        verbose_name="班子",
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
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="workflows.recordkind",
                        verbose_name="种类",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 记录",
                "verbose_name_plural": "historical 记录",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RecordNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=500, verbose_name="内容")),
                ("told", models.DateTimeField(verbose_name="通知时间")),
                ("read", models.DateTimeField(blank=True, null=True, verbose_name="阅读时间")),
                ("once", models.CharField(max_length=120, verbose_name="防重键")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="record_notices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收到人",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="workflows.record",
                        verbose_name="记录",
                    ),
                ),
            ],
            options={
                "verbose_name": "记录通知",
                "verbose_name_plural": "记录通知",
                "ordering": ("-told", "-id"),
            },
        ),
        migrations.CreateModel(
            name="RecordFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("once", models.CharField(max_length=80, verbose_name="防重键")),
                ("field", models.CharField(max_length=200, verbose_name="填报项")),
                ("name", models.CharField(max_length=120, verbose_name="文件名")),
                ("file", models.FileField(max_length=200, upload_to="", verbose_name="文件")),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("content_type", models.CharField(max_length=120, verbose_name="类型")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("uploaded", models.DateTimeField(verbose_name="上传时间")),
                ("given", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                (
                    "record",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="workflows.record",
                        verbose_name="记录",
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
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflows.recordkind",
                        verbose_name="种类",
                    ),
                ),
            ],
            options={
                "verbose_name": "记录附件",
                "verbose_name_plural": "记录附件",
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("once", "field", "sha256", "uploaded_by"), name="workflows_record_file_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("given__isnull", True), ("record__isnull", False), _connector="OR"),
                        name="workflows_given_with_a_record",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["kind", "state", "-id"], name="workflows_record_state"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["owner", "kind"], name="workflows_record_owner"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["data"], name="workflows_record_data", opclasses=["jsonb_path_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.UniqueConstraint(fields=("kind", "year", "nth"), name="workflows_one_record_per_number"),
        ),
        migrations.AddIndex(
            model_name="recordnotice",
            index=models.Index(
                condition=models.Q(("read__isnull", True)), fields=["person", "-told"], name="workflows_notice_unread"
            ),
        ),
        migrations.AddConstraint(
            model_name="recordnotice",
            constraint=models.UniqueConstraint(fields=("record", "person", "once"), name="workflows_told_once"),
        ),
        migrations.RunSQL(KEPT, LOOSE),
        append_only(*VERSIONS, "workflows_packinstall"),
    ]
