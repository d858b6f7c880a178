"""Waivers of rules: written once, never changed or removed (N11)."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

IMMUTABLE = (
    "CREATE TRIGGER decisions_rulewaiver_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions_rulewaiver "
    "FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable()"
)


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0009_after"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleWaiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(47),
                        ],
                        verbose_name="规则",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("authority", models.CharField(max_length=120, verbose_name="依据")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waivers",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
            ],
            options={
                "verbose_name": "规则豁免",
                "verbose_name_plural": "规则豁免",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "rule"), name="rule_waived_once"),
                    models.CheckConstraint(
                        condition=models.Q(("rule__gte", 1), ("rule__lte", 47)), name="waived_rule_exists"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("authority", ""), _negated=True)
                        ),
                        name="waiver_says_why",
                    ),
                ],
            },
        ),
        migrations.RunSQL(IMMUTABLE, "DROP TRIGGER decisions_rulewaiver_immutable ON decisions_rulewaiver"),
    ]
