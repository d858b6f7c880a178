"""Versions of everything people edit: more tables of them, reasons as long as people write, and no version is ever changed (N11)."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from permissions.history_tables import append_only, begin


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0006_final"),
        ("permissions", "0007_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(
            migrations.AlterField(f"historical{name}", "history_change_reason", models.TextField(null=True))
            for name in (
                "calendarday",
                "calendaryear",
                "candidate",
                "clausecomment",
                "coproposer",
                "evaluation",
                "executiontask",
                "item",
                "material",
                "mattertype",
                "milestone",
                "minutes",
                "opinion",
                "plan",
                "publication",
                "reviewrequest",
                "suggestion",
                "superiorreport",
                "wordingcontest",
            )
        ),
        migrations.CreateModel(
            name="HistoricalAgendaEntry",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("minutes_planned", models.PositiveSmallIntegerField(null=True, verbose_name="预计用时（分钟）")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("waiting", "待议"),
                            ("introduced", "介绍中"),
                            ("speaking", "发言中"),
                            ("voting", "表决中"),
                            ("announced", "已宣布"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="进程",
                    ),
                ),
                ("plan_version", models.PositiveIntegerField(null=True, verbose_name="方案版本")),
                ("numbers", models.JSONField(default=dict, verbose_name="规则数值")),
                ("places", models.PositiveSmallIntegerField(null=True, verbose_name="应选名额")),
                ("strict", models.JSONField(default=list, verbose_name="从严的班子")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("passed", "通过"),
                            ("rejected", "未通过"),
                            ("split", "有分歧"),
                            ("deferred", "暂缓"),
                            ("amended", "修改后通过"),
                            ("rediscuss", "再议"),
                        ],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("split", "分歧较大"),
                            ("facts", "情况不清"),
                            ("quorum", "未达到法定人数"),
                            ("other", "其他"),
                        ],
                        max_length=8,
                        verbose_name="暂缓原因",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="暂缓理由")),
                ("called_at", models.DateTimeField(null=True, verbose_name="开始审议")),
                ("announced_at", models.DateTimeField(null=True, verbose_name="宣布时间")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="列入人",
                    ),
                ),
                (
                    "announced_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="宣布人",
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
                    "host",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="permissions.seat",
                        verbose_name="本项主持",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="decisions.sitting",
                        verbose_name="联席会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 议程项",
                "verbose_name_plural": "historical 议程项",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSitting",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("serial", models.PositiveIntegerField(verbose_name="次序")),
                ("title", models.CharField(blank=True, max_length=80, verbose_name="会议名称")),
                ("at", models.DateTimeField(verbose_name="开会时间")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "筹备中"),
                            ("noticed", "已通知"),
                            ("open", "会议进行中"),
                            ("adjourned", "休会中"),
                            ("closed", "已结束"),
                            ("cancelled", "已取消"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("notices", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="已发通知")),
                (
                    "cancelled_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="取消的理由"),
                ),
                ("created_at", models.DateTimeField(blank=True, editable=False)),
                ("opened_at", models.DateTimeField(null=True, verbose_name="开始时间")),
                ("resumed_at", models.DateTimeField(null=True, verbose_name="复会时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="结束时间")),
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
                        verbose_name="建立人",
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
                    "host",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="permissions.seat",
                        verbose_name="主持",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 联席会议",
                "verbose_name_plural": "historical 联席会议",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        append_only("decisions_historicalagendaentry", "decisions_historicalsitting"),
        begin("decisions", "AgendaEntry", "Sitting"),
    ]
