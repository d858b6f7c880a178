"""Versions of everything people edit: more tables of them, reasons as long as people write, and no version is ever changed (N11)."""

import django.contrib.auth.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from permissions.history_tables import append_only, begin


class Migration(migrations.Migration):
    dependencies = [
        ("permissions", "0006_log"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalbody",
            name="history_change_reason",
            field=models.TextField(null=True),
        ),
        migrations.AlterField(
            model_name="historicalrole",
            name="history_change_reason",
            field=models.TextField(null=True),
        ),
        migrations.AlterField(
            model_name="historicalseat",
            name="history_change_reason",
            field=models.TextField(null=True),
        ),
        migrations.CreateModel(
            name="HistoricalUser",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "username",
                    models.CharField(
                        db_index=True,
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("display_name", models.CharField(blank=True, max_length=80, verbose_name="岗位名称")),
                ("display_name_en", models.CharField(blank=True, max_length=80, verbose_name="岗位英文名称")),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hans", "简体中文"), ("en", "English")],
                        default="zh-hans",
                        max_length=10,
                        verbose_name="语言",
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        blank=True,
                        choices=[("", "跟随系统"), ("light", "浅色"), ("dark", "深色")],
                        default="",
                        max_length=10,
                        verbose_name="配色",
                    ),
                ),
                (
                    "text_size",
                    models.CharField(
                        blank=True,
                        choices=[("", "标准"), ("large", "大字")],
                        default="",
                        max_length=10,
                        verbose_name="字号",
                    ),
                ),
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
                "verbose_name": "historical 用户",
                "verbose_name_plural": "historical 用户",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        append_only(
            "permissions_historicalbody",
            "permissions_historicalrole",
            "permissions_historicalseat",
            "permissions_historicaluser",
        ),
        begin("permissions", "User"),
    ]
