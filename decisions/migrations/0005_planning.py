"""The planning room: several plans of an item, comments on clauses, suggestions, contested declarations."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

# What somebody has said stays as it was said; a comment is settled, a suggestion answered, a contest withdrawn, and nothing
# else about them changes.
KEPT = """
CREATE TRIGGER decisions_clausecomment_words BEFORE UPDATE ON decisions_clausecomment
    FOR EACH ROW WHEN (
        (NEW.plan_id, NEW.clause, NEW.version, NEW.parent_id, NEW.by_id, NEW.body_id, NEW.text, NEW.at)
        IS DISTINCT FROM (OLD.plan_id, OLD.clause, OLD.version, OLD.parent_id, OLD.by_id, OLD.body_id, OLD.text, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_suggestion_words BEFORE UPDATE ON decisions_suggestion
    FOR EACH ROW WHEN (
        OLD.state <> 'open'
        OR (NEW.plan_id, NEW.number, NEW.clause, NEW.version, NEW.base, NEW.title, NEW.text, NEW.why, NEW.by_id, NEW.at)
           IS DISTINCT FROM (OLD.plan_id, OLD.number, OLD.clause, OLD.version, OLD.base, OLD.title, OLD.text, OLD.why,
                             OLD.by_id, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_wordingcontest_words BEFORE UPDATE ON decisions_wordingcontest
    FOR EACH ROW WHEN (
        OLD.withdrawn_at IS NOT NULL
        OR (NEW.plan_id, NEW.version, NEW.body_id, NEW.by_id, NEW.why, NEW.at)
           IS DISTINCT FROM (OLD.plan_id, OLD.version, OLD.body_id, OLD.by_id, OLD.why, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
"""

WITHOUT = """
DROP TRIGGER decisions_wordingcontest_words ON decisions_wordingcontest;
DROP TRIGGER decisions_suggestion_words ON decisions_suggestion;
DROP TRIGGER decisions_clausecomment_words ON decisions_clausecomment;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0004_preparation"),
        ("permissions", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WordingContest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("why", models.CharField(max_length=400, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="收回时间")),
            ],
            options={
                "verbose_name": "修改性质异议",
                "verbose_name_plural": "修改性质异议",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="plan",
            options={"ordering": ["order"], "verbose_name": "方案", "verbose_name_plural": "方案"},
        ),
        migrations.AddField(
            model_name="historicalopinion",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="decisions.plan",
                verbose_name="所针对的方案",
            ),
        ),
        migrations.AddField(
            model_name="historicalplan",
            name="asked_version",
            field=models.PositiveIntegerField(default=0, verbose_name="征求意见的版本"),
        ),
        migrations.AddField(
            model_name="historicalplan",
            name="order",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="次序"),
        ),
        migrations.AddField(
            model_name="historicalplan",
            name="title",
            field=models.CharField(blank=True, max_length=40, verbose_name="方案名称"),
        ),
        migrations.AddField(
            model_name="historicalplan",
            name="withdrawn_at",
            field=models.DateTimeField(null=True, verbose_name="撤下时间"),
        ),
        migrations.AddField(
            model_name="historicalplan",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="撤下人",
            ),
        ),
        migrations.AddField(
            model_name="historicalplan",
            name="withdrawn_why",
            field=models.CharField(blank=True, max_length=200, verbose_name="撤下的理由"),
        ),
        migrations.AddField(
            model_name="legalityreview",
            name="versions",
            field=models.JSONField(default=dict, verbose_name="所审查的备选方案"),
        ),
        migrations.AddField(
            model_name="opinion",
            name="plan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.plan",
                verbose_name="所针对的方案",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="asked_version",
            field=models.PositiveIntegerField(default=0, verbose_name="征求意见的版本"),
        ),
        migrations.AddField(
            model_name="plan",
            name="order",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="次序"),
        ),
        migrations.AddField(
            model_name="plan",
            name="title",
            field=models.CharField(blank=True, max_length=40, verbose_name="方案名称"),
        ),
        migrations.AddField(
            model_name="plan",
            name="withdrawn_at",
            field=models.DateTimeField(null=True, verbose_name="撤下时间"),
        ),
        migrations.AddField(
            model_name="plan",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="撤下人",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="withdrawn_why",
            field=models.CharField(blank=True, max_length=200, verbose_name="撤下的理由"),
        ),
        migrations.AlterField(
            model_name="plan",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="plans",
                to="decisions.item",
                verbose_name="议题",
            ),
        ),
        migrations.CreateModel(
            name="ClauseComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("clause", models.CharField(max_length=8, verbose_name="条款")),
                ("version", models.PositiveIntegerField(verbose_name="所针对的版本")),
                ("text", models.TextField(verbose_name="评论")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("resolved_at", models.DateTimeField(null=True, verbose_name="解决时间")),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
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
                        verbose_name="评论人",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="decisions.clausecomment",
                        verbose_name="所回复的评论",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="decisions.plan",
                        verbose_name="方案",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="标为已解决的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "条款评论",
                "verbose_name_plural": "条款评论",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalClauseComment",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("clause", models.CharField(max_length=8, verbose_name="条款")),
                ("version", models.PositiveIntegerField(verbose_name="所针对的版本")),
                ("text", models.TextField(verbose_name="评论")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("resolved_at", models.DateTimeField(null=True, verbose_name="解决时间")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
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
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评论人",
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="decisions.clausecomment",
                        verbose_name="所回复的评论",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="decisions.plan",
                        verbose_name="方案",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="标为已解决的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 条款评论",
                "verbose_name_plural": "historical 条款评论",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSuggestion",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                ("clause", models.CharField(max_length=8, verbose_name="条款")),
                ("version", models.PositiveIntegerField(verbose_name="所针对的版本")),
                ("base", models.JSONField(verbose_name="原文")),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="建议的标题")),
                ("text", models.TextField(blank=True, verbose_name="建议的内容")),
                ("why", models.CharField(blank=True, max_length=400, verbose_name="建议的理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待处理"),
                            ("accepted", "已采纳"),
                            ("declined", "未采纳"),
                            ("withdrawn", "已收回"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="处理结果",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=400, verbose_name="处理说明")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="处理时间")),
                ("made_version", models.PositiveIntegerField(null=True, verbose_name="形成的版本")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="处理人",
                    ),
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
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="建议人",
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
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="decisions.plan",
                        verbose_name="方案",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 修改建议",
                "verbose_name_plural": "historical 修改建议",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalWordingContest",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("why", models.CharField(max_length=400, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="收回时间")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
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
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
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
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="decisions.plan",
                        verbose_name="方案",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收回人",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 修改性质异议",
                "verbose_name_plural": "historical 修改性质异议",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                ("clause", models.CharField(max_length=8, verbose_name="条款")),
                ("version", models.PositiveIntegerField(verbose_name="所针对的版本")),
                ("base", models.JSONField(verbose_name="原文")),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="建议的标题")),
                ("text", models.TextField(blank=True, verbose_name="建议的内容")),
                ("why", models.CharField(blank=True, max_length=400, verbose_name="建议的理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待处理"),
                            ("accepted", "已采纳"),
                            ("declined", "未采纳"),
                            ("withdrawn", "已收回"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="处理结果",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=400, verbose_name="处理说明")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="处理时间")),
                ("made_version", models.PositiveIntegerField(null=True, verbose_name="形成的版本")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="处理人",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
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
                        verbose_name="建议人",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="decisions.plan",
                        verbose_name="方案",
                    ),
                ),
            ],
            options={
                "verbose_name": "修改建议",
                "verbose_name_plural": "修改建议",
                "ordering": ["number"],
            },
        ),
        migrations.AddField(
            model_name="historicalplan",
            name="suggestion",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="decisions.suggestion",
                verbose_name="采纳的建议",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="suggestion",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.suggestion",
                verbose_name="采纳的建议",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(fields=("item", "order"), name="plan_order_once"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("order", 1), ("withdrawn_at__isnull", True)), ("order__gt", 1), _connector="OR"
                ),
                name="main_plan_stays",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="withdrawn_plan_has_a_reason",
            ),
        ),
        migrations.AddField(
            model_name="wordingcontest",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="permissions.body",
                verbose_name="班子",
            ),
        ),
        migrations.AddField(
            model_name="wordingcontest",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="提出人",
            ),
        ),
        migrations.AddField(
            model_name="wordingcontest",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contests",
                to="decisions.plan",
                verbose_name="方案",
            ),
        ),
        migrations.AddField(
            model_name="wordingcontest",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="收回人",
            ),
        ),
        migrations.AddConstraint(
            model_name="clausecomment",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent__isnull", True), ("resolved_at__isnull", True), _connector="OR"),
                name="only_a_thread_is_resolved",
            ),
        ),
        migrations.AddConstraint(
            model_name="clausecomment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolved_at__isnull", True), ("resolved_by__isnull", True)),
                    models.Q(("resolved_at__isnull", False), ("resolved_by__isnull", False)),
                    _connector="OR",
                ),
                name="resolved_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.UniqueConstraint(fields=("plan", "number"), name="suggestion_number_once"),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="declined_suggestion_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("made_version__isnull", False), ("state", "accepted")),
                    models.Q(models.Q(("state", "accepted"), _negated=True), ("made_version__isnull", True)),
                    _connector="OR",
                ),
                name="accepted_suggestion_made_a_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="wordingcontest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("plan", "version", "body"),
                name="wording_contested_once",
            ),
        ),
        migrations.RunSQL(KEPT, WITHOUT),
    ]
