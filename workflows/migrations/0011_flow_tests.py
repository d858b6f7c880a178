"""Recorded plays of a flow, whose versions stay (N11), and simulations of many cases."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from permissions.history_tables import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0010_step_files"),
        ("permissions", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalFlowTest",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="测试名称")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("begins", models.DateTimeField(verbose_name="演练开始时间")),
                ("acts", models.JSONField(default=list, verbose_name="步骤")),
                ("created", models.DateTimeField(verbose_name="建立时间")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录制人",
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="workflows.definition",
                        verbose_name="流程",
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
            ],
            options={
                "verbose_name": "historical 流程测试",
                "verbose_name_plural": "historical 流程测试",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Simulation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("scenario", models.JSONField(default=dict, verbose_name="设定")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "排队中"),
                            ("running", "正在模拟"),
                            ("done", "已完成"),
                            ("stopped", "已停止"),
                            ("failed", "没有完成"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已模拟件数")),
                ("total", models.PositiveIntegerField(verbose_name="件数")),
                ("stop", models.BooleanField(default=False, verbose_name="要求停止")),
                ("result", models.JSONField(blank=True, null=True, verbose_name="结果")),
                ("asked", models.DateTimeField(verbose_name="提交时间")),
                ("ended", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="simulations",
                        to="workflows.definitionversion",
                        verbose_name="流程版本",
                    ),
                ),
            ],
            options={
                "verbose_name": "流程模拟",
                "verbose_name_plural": "流程模拟",
                "ordering": ("-asked", "-id"),
            },
        ),
        migrations.CreateModel(
            name="FlowTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="测试名称")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("begins", models.DateTimeField(verbose_name="演练开始时间")),
                ("acts", models.JSONField(default=list, verbose_name="步骤")),
                ("created", models.DateTimeField(verbose_name="建立时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录制人",
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tests",
                        to="workflows.definition",
                        verbose_name="流程",
                    ),
                ),
            ],
            options={
                "verbose_name": "流程测试",
                "verbose_name_plural": "流程测试",
                "ordering": ("definition", "name"),
                "constraints": [
                    models.UniqueConstraint(fields=("definition", "name"), name="workflows_one_test_per_name")
                ],
            },
        ),
        append_only("workflows_historicalflowtest"),
    ]
