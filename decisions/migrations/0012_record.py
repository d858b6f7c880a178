"""The check of minutes by the other side (R32): voided once by an edit, and nothing else about it ever changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER decisions_minutescheck_kept BEFORE DELETE OR TRUNCATE ON decisions_minutescheck
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_minutescheck_voids BEFORE UPDATE ON decisions_minutescheck
    FOR EACH ROW WHEN (
        OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL
        OR (NEW.minutes_id, NEW.version, NEW.body_id, NEW.by_id, NEW.document_hash, NEW.at)
           IS DISTINCT FROM (OLD.minutes_id, OLD.version, OLD.body_id, OLD.by_id, OLD.document_hash, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
"""
WITHOUT_GUARDS = """
DROP TRIGGER decisions_minutescheck_voids ON decisions_minutescheck;
DROP TRIGGER decisions_minutescheck_kept ON decisions_minutescheck;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0011_settings"),
        ("permissions", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MinutesCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="稿次")),
                ("document_hash", models.CharField(max_length=64, verbose_name="文件摘要")),
                ("at", models.DateTimeField(verbose_name="校核时间")),
                ("voided_at", models.DateTimeField(null=True, verbose_name="失效时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="permissions.body",
                        verbose_name="班子",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="校核人",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="decisions.minutes",
                        verbose_name="纪要",
                    ),
                ),
            ],
            options={
                "verbose_name": "校核",
                "verbose_name_plural": "校核",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("minutes", "version"), name="one_check_per_version"),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, WITHOUT_GUARDS),
    ]
