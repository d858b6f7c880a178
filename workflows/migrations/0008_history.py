"""Versions of everything people edit: more tables of them, reasons as long as people write, and no version is ever changed (N11)."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from permissions.history_tables import append_only, begin


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0007_incidents_on_the_row"),
        ("permissions", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="historicaldefinitionversion",
            name="xml",
            field=models.TextField(default="", verbose_name="BPMN 文件"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="historicaldefinitionversion",
            name="history_change_reason",
            field=models.TextField(null=True),
        ),
        migrations.CreateModel(
            name="HistoricalDefinition",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        db_index=True,
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
                ("name", models.CharField(max_length=200, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[("flow", "流程"), ("decision", "决策表")],
                        default="flow",
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="建立时间")),
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
                "verbose_name": "historical 流程",
                "verbose_name_plural": "historical 流程",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunSQL(
            "UPDATE workflows_historicaldefinitionversion AS old SET xml = now.xml FROM workflows_definitionversion AS now "
            "WHERE now.id = old.id AND now.sha256 = old.sha256",
            migrations.RunSQL.noop,
        ),
        append_only("workflows_historicaldefinition", "workflows_historicaldefinitionversion"),
        begin("workflows", "Definition"),
    ]
