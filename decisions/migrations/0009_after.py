"""What follows a decision: its tables, and what the database itself keeps of them (N11)."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

IMMUTABLE = (
    "decisions_splitchoice",
    "decisions_superiorruling",
    "decisions_progressreport",
    "decisions_acceptance",
    "decisions_reconsiderationsupport",
    "decisions_emergencyreport",
    "decisions_reminder",
)
KEPT = (
    "decisions_publication",
    "decisions_superiorreport",
    "decisions_milestone",
    "decisions_suspension",
    "decisions_reconsideration",
    "decisions_emergencydecision",
    "decisions_emergencydecider",
    "decisions_evaluation",
)

NEVER_CHANGED = [
    f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable()"
    for table in IMMUTABLE
]
NEVER_REMOVED = [
    f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable()"
    for table in KEPT
]

GUARDS = """
-- Published, exempted, sent, evaluated, answered: each is said once.
CREATE TRIGGER decisions_publication_settled BEFORE UPDATE ON decisions_publication
    FOR EACH ROW WHEN (OLD.published_on IS NOT NULL OR OLD.exempt <> '') EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_superiorreport_sent BEFORE UPDATE ON decisions_superiorreport
    FOR EACH ROW WHEN (OLD.sent_on IS NOT NULL) EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_evaluation_given BEFORE UPDATE ON decisions_evaluation
    FOR EACH ROW WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_emergencydecider_answered BEFORE UPDATE ON decisions_emergencydecider
    FOR EACH ROW WHEN (
        OLD.agreed IS NOT NULL
        OR (NEW.emergency_id, NEW.seat_id, NEW.body_id, NEW.user_id)
           IS DISTINCT FROM (OLD.emergency_id, OLD.seat_id, OLD.body_id, OLD.user_id))
    EXECUTE FUNCTION decisions_immutable();

-- What a few decided on stays as they read it; the moment of deciding is set once.
CREATE TRIGGER decisions_emergencydecision_fixed BEFORE UPDATE ON decisions_emergencydecision
    FOR EACH ROW WHEN (
        (NEW.title, NEW.matter_type_id, NEW.body_id, NEW.happened_at, NEW.facts, NEW.measures, NEW.needed, NEW.by_id,
         NEW.at)
        IS DISTINCT FROM
        (OLD.title, OLD.matter_type_id, OLD.body_id, OLD.happened_at, OLD.facts, OLD.measures, OLD.needed, OLD.by_id,
         OLD.at)
        OR OLD.closed_at IS NOT NULL
        OR OLD.consequences_at IS NOT NULL
        OR (OLD.decided_at IS NOT NULL AND (NEW.decided_at, NEW.report_due, NEW.item_id)
            IS DISTINCT FROM (OLD.decided_at, OLD.report_due, OLD.item_id)))
    EXECUTE FUNCTION decisions_immutable();

-- A suspension ends once, and nothing else about it ever changes.
CREATE TRIGGER decisions_suspension_ends BEFORE UPDATE ON decisions_suspension
    FOR EACH ROW WHEN (
        OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
        OR (NEW.item_id, NEW.body_id, NEW.reason, NEW.by_id, NEW.at, NEW.due)
           IS DISTINCT FROM (OLD.item_id, OLD.body_id, OLD.reason, OLD.by_id, OLD.at, OLD.due))
    EXECUTE FUNCTION decisions_immutable();

-- Who is asked to reconsider, and how many must agree, is fixed when it is asked.
CREATE TRIGGER decisions_reconsideration_fixed BEFORE UPDATE ON decisions_reconsideration
    FOR EACH ROW WHEN (
        (NEW.item_id, NEW.reason, NEW.roster, NEW.needed, NEW.by_id, NEW.at)
        IS DISTINCT FROM (OLD.item_id, OLD.reason, OLD.roster, OLD.needed, OLD.by_id, OLD.at)
        OR OLD.closed_at IS NOT NULL
        OR (OLD.agreed_at IS NOT NULL AND NEW.agreed_at IS DISTINCT FROM OLD.agreed_at)
        OR (OLD.result_id IS NOT NULL AND NEW.result_id IS DISTINCT FROM OLD.result_id))
    EXECUTE FUNCTION decisions_immutable();

-- An execution that ended stays ended.
CREATE TRIGGER decisions_executiontask_ended BEFORE UPDATE ON decisions_executiontask
    FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL OR OLD.stopped_at IS NOT NULL)
    EXECUTE FUNCTION decisions_immutable();
"""

WITHOUT_GUARDS = """
DROP TRIGGER decisions_executiontask_ended ON decisions_executiontask;
DROP TRIGGER decisions_reconsideration_fixed ON decisions_reconsideration;
DROP TRIGGER decisions_suspension_ends ON decisions_suspension;
DROP TRIGGER decisions_emergencydecision_fixed ON decisions_emergencydecision;
DROP TRIGGER decisions_emergencydecider_answered ON decisions_emergencydecider;
DROP TRIGGER decisions_evaluation_given ON decisions_evaluation;
DROP TRIGGER decisions_superiorreport_sent ON decisions_superiorreport;
DROP TRIGGER decisions_publication_settled ON decisions_publication;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0008_ballots"),
        ("permissions", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="executiontask",
            options={"ordering": ["due", "pk"], "verbose_name": "执行任务", "verbose_name_plural": "执行任务"},
        ),
        migrations.AddField(
            model_name="executiontask",
            name="claimed_at",
            field=models.DateTimeField(null=True, verbose_name="报告完成时间"),
        ),
        migrations.AddField(
            model_name="executiontask",
            name="finished_at",
            field=models.DateTimeField(null=True, verbose_name="验收时间"),
        ),
        migrations.AddField(
            model_name="executiontask",
            name="percent",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="完成比例（%）"),
        ),
        migrations.AddField(
            model_name="executiontask",
            name="reported_at",
            field=models.DateTimeField(null=True, verbose_name="最近报告"),
        ),
        migrations.AddField(
            model_name="executiontask",
            name="responsible",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="executions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="责任人",
            ),
        ),
        migrations.AddField(
            model_name="executiontask",
            name="round",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="验收轮次"),
        ),
        migrations.AddField(
            model_name="executiontask",
            name="stopped_at",
            field=models.DateTimeField(null=True, verbose_name="停止时间"),
        ),
        migrations.AddField(
            model_name="executiontask",
            name="stopped_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="executions_stopped",
                to="decisions.item",
                verbose_name="据以停止的议题",
            ),
        ),
        migrations.AddField(
            model_name="historicalitem",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="decisions.item",
                verbose_name="原议题",
            ),
        ),
        migrations.AddField(
            model_name="historicalitem",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("new", "新议题"),
                    ("ratify", "追认紧急决定"),
                    ("reconsider", "复议"),
                    ("change", "变更决策"),
                    ("stop", "停止执行"),
                ],
                default="new",
                editable=False,
                max_length=12,
                verbose_name="事由",
            ),
        ),
        migrations.AddField(
            model_name="historicalmattertype",
            name="reports_up",
            field=models.BooleanField(
                default=False, help_text="决策作出后须按规定向上级报告（R34）。", verbose_name="须向上级报告"
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="origin",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="decisions.item",
                verbose_name="原议题",
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("new", "新议题"),
                    ("ratify", "追认紧急决定"),
                    ("reconsider", "复议"),
                    ("change", "变更决策"),
                    ("stop", "停止执行"),
                ],
                default="new",
                editable=False,
                max_length=12,
                verbose_name="事由",
            ),
        ),
        migrations.AddField(
            model_name="mattertype",
            name="reports_up",
            field=models.BooleanField(
                default=False, help_text="决策作出后须按规定向上级报告（R34）。", verbose_name="须向上级报告"
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin__isnull", True), ("purpose__in", ["new", "ratify"])),
                    models.Q(("origin__isnull", False), ("purpose__in", ["reconsider", "change", "stop"])),
                    _connector="OR",
                ),
                name="item_goes_back_to_what_it_revises",
            ),
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(verbose_name="轮次")),
                ("accepted", models.BooleanField(verbose_name="验收通过")),
                ("reason", models.TextField(blank=True, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
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
                        verbose_name="办理人",
                    ),
                ),
                (
                    "execution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="decisions.executiontask",
                        verbose_name="执行任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "验收",
                "verbose_name_plural": "验收",
                "ordering": ["round", "body__order"],
                "constraints": [
                    models.UniqueConstraint(fields=("execution", "body", "round"), name="acceptance_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="refused_acceptance_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EmergencyDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80, verbose_name="事项")),
                ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                ("facts", models.TextField(verbose_name="紧急情况")),
                ("measures", models.TextField(verbose_name="临机处置措施")),
                ("needed", models.JSONField(verbose_name="须同意的人数")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="决定时间")),
                ("report_due", models.DateTimeField(null=True, verbose_name="报告期限")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                ("close_reason", models.CharField(blank=True, max_length=200, verbose_name="撤销理由")),
                ("consequences", models.TextField(blank=True, verbose_name="未获追认的处理")),
                ("consequences_at", models.DateTimeField(null=True, verbose_name="登记时间")),
                ("form_token", models.UUIDField(editable=False, null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="permissions.body",
                        verbose_name="主办班子",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "consequences_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emergency",
                        to="decisions.item",
                        verbose_name="追认议题",
                    ),
                ),
                (
                    "matter_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.mattertype",
                        verbose_name="事项类型",
                    ),
                ),
            ],
            options={
                "verbose_name": "紧急决定",
                "verbose_name_plural": "紧急决定",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("by", "form_token"), name="emergency_form_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True), ("item__isnull", True), ("report_due__isnull", True)
                            ),
                            models.Q(
                                ("decided_at__isnull", False), ("item__isnull", False), ("report_due__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="decided_emergency_has_its_item",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EmergencyDecider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agreed", models.BooleanField(null=True, verbose_name="同意")),
                ("words", models.TextField(blank=True, verbose_name="意见")),
                ("at", models.DateTimeField(null=True, verbose_name="时间")),
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
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="permissions.seat",
                        verbose_name="席位",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "emergency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deciders",
                        to="decisions.emergencydecision",
                        verbose_name="紧急决定",
                    ),
                ),
            ],
            options={
                "verbose_name": "紧急决定人",
                "verbose_name_plural": "紧急决定人",
                "ordering": ["body__order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("emergency", "seat"), name="emergency_decider_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agreed__isnull", True), ("at__isnull", True)),
                            models.Q(("agreed__isnull", False), ("at__isnull", False)),
                            _connector="OR",
                        ),
                        name="emergency_answer_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EmergencyReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="报告内容")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报告人",
                    ),
                ),
                (
                    "emergency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="decisions.emergencydecision",
                        verbose_name="紧急决定",
                    ),
                ),
            ],
            options={
                "verbose_name": "紧急决定报告",
                "verbose_name_plural": "紧急决定报告",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("finished", "执行完成"),
                            ("months", "实施届满"),
                            ("complaint", "群众反映集中"),
                            ("change", "情况发生重大变化"),
                        ],
                        max_length=12,
                        verbose_name="启动原因",
                    ),
                ),
                ("why", models.TextField(blank=True, verbose_name="情况说明")),
                ("due", models.DateField(verbose_name="完成期限")),
                ("opened_at", models.DateTimeField(verbose_name="启动时间")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("good", "达到预期"), ("partly", "基本达到预期"), ("bad", "未达到预期")],
                        max_length=8,
                        verbose_name="评估结论",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="评估报告")),
                (
                    "advice",
                    models.CharField(
                        blank=True,
                        choices=[("keep", "继续实施"), ("change", "调整后实施"), ("stop", "停止实施")],
                        max_length=8,
                        verbose_name="建议",
                    ),
                ),
                ("recommendations", models.TextField(blank=True, verbose_name="具体建议")),
                ("done_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                (
                    "evaluator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评估人",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="启动人",
                    ),
                ),
            ],
            options={
                "verbose_name": "决策后评估",
                "verbose_name_plural": "决策后评估",
                "ordering": ["-opened_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("trigger__in", ["finished", "months"])),
                        fields=("item", "trigger"),
                        name="evaluation_begins_once_by_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("item",),
                        name="one_open_evaluation_per_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at__isnull", True),
                            models.Q(
                                ("evaluator__isnull", False),
                                models.Q(("verdict", ""), _negated=True),
                                models.Q(("text", ""), _negated=True),
                                models.Q(("advice", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_done_says_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalEvaluation",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("finished", "执行完成"),
                            ("months", "实施届满"),
                            ("complaint", "群众反映集中"),
                            ("change", "情况发生重大变化"),
                        ],
                        max_length=12,
                        verbose_name="启动原因",
                    ),
                ),
                ("why", models.TextField(blank=True, verbose_name="情况说明")),
                ("due", models.DateField(verbose_name="完成期限")),
                ("opened_at", models.DateTimeField(verbose_name="启动时间")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("good", "达到预期"), ("partly", "基本达到预期"), ("bad", "未达到预期")],
                        max_length=8,
                        verbose_name="评估结论",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="评估报告")),
                (
                    "advice",
                    models.CharField(
                        blank=True,
                        choices=[("keep", "继续实施"), ("change", "调整后实施"), ("stop", "停止实施")],
                        max_length=8,
                        verbose_name="建议",
                    ),
                ),
                ("recommendations", models.TextField(blank=True, verbose_name="具体建议")),
                ("done_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "evaluator",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评估人",
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
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="启动人",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 决策后评估",
                "verbose_name_plural": "historical 决策后评估",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalExecutionTask",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("unit", models.CharField(max_length=80, verbose_name="承办单位")),
                ("due", models.DateField(verbose_name="完成期限")),
                ("note", models.TextField(blank=True, verbose_name="交办要求")),
                ("assigned_at", models.DateTimeField(verbose_name="时间")),
                ("percent", models.PositiveSmallIntegerField(default=0, verbose_name="完成比例（%）")),
                ("reported_at", models.DateTimeField(null=True, verbose_name="最近报告")),
                ("round", models.PositiveSmallIntegerField(default=0, verbose_name="验收轮次")),
                ("claimed_at", models.DateTimeField(null=True, verbose_name="报告完成时间")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="验收时间")),
                ("stopped_at", models.DateTimeField(null=True, verbose_name="停止时间")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "assigned_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="交办人",
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
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="责任人",
                    ),
                ),
                (
                    "stopped_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="decisions.item",
                        verbose_name="据以停止的议题",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 执行任务",
                "verbose_name_plural": "historical 执行任务",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMilestone",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("title", models.CharField(max_length=80, verbose_name="节点")),
                ("due", models.DateField(verbose_name="完成期限")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="调整期限的理由")),
                ("done_on", models.DateField(null=True, verbose_name="完成日期")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "done_by",
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
                    "execution",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="decisions.executiontask",
                        verbose_name="执行任务",
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
                "verbose_name": "historical 时间节点",
                "verbose_name_plural": "historical 时间节点",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPublication",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("signed_at", models.DateTimeField(verbose_name="会签完成")),
                ("due", models.DateField(verbose_name="公布期限")),
                ("text", models.TextField(blank=True, verbose_name="公布内容")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="公布渠道")),
                ("url", models.URLField(blank=True, verbose_name="网址")),
                ("published_on", models.DateField(null=True, verbose_name="公布日期")),
                (
                    "exempt",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("state", "国家秘密"),
                            ("business", "商业秘密"),
                            ("privacy", "个人隐私"),
                            ("other", "法律、法规规定的其他情形"),
                        ],
                        max_length=8,
                        verbose_name="不予公布的情形",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="不予公布的依据和理由")),
                ("at", models.DateTimeField(null=True, verbose_name="办理时间")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
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
                        verbose_name="办理人",
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
            ],
            options={
                "verbose_name": "historical 决策公布",
                "verbose_name_plural": "historical 决策公布",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSuperiorReport",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("decision", "决策结果"), ("split", "双方分歧")], max_length=8, verbose_name="事由"
                    ),
                ),
                ("owed_at", models.DateTimeField(verbose_name="起算时间")),
                ("due", models.DateField(verbose_name="报告期限")),
                ("authority", models.CharField(blank=True, max_length=80, verbose_name="报送机关")),
                ("document", models.CharField(blank=True, max_length=80, verbose_name="文号")),
                ("text", models.TextField(blank=True, verbose_name="报告内容")),
                ("sent_on", models.DateField(null=True, verbose_name="报送日期")),
                ("at", models.DateTimeField(null=True, verbose_name="办理时间")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
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
                        verbose_name="办理人",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="decisions.agendaentry",
                        verbose_name="议程项",
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
            ],
            options={
                "verbose_name": "historical 向上级报告",
                "verbose_name_plural": "historical 向上级报告",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("title", models.CharField(max_length=80, verbose_name="节点")),
                ("due", models.DateField(verbose_name="完成期限")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="调整期限的理由")),
                ("done_on", models.DateField(null=True, verbose_name="完成日期")),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "execution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="decisions.executiontask",
                        verbose_name="执行任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "时间节点",
                "verbose_name_plural": "时间节点",
                "ordering": ["order", "pk"],
                "constraints": [models.UniqueConstraint(fields=("execution", "order"), name="milestone_order_once")],
            },
        ),
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("percent", models.PositiveSmallIntegerField(verbose_name="完成比例（%）")),
                ("text", models.TextField(verbose_name="进展")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("form_token", models.UUIDField(editable=False, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报告人",
                    ),
                ),
                (
                    "execution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="decisions.executiontask",
                        verbose_name="执行任务",
                    ),
                ),
                (
                    "files",
                    models.ManyToManyField(
                        related_name="progress_reports", to="decisions.material", verbose_name="附件"
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="decisions.milestone",
                        verbose_name="时间节点",
                    ),
                ),
            ],
            options={
                "verbose_name": "进展报告",
                "verbose_name_plural": "进展报告",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("percent__lte", 100)), name="progress_is_a_share"),
                    models.UniqueConstraint(fields=("by", "form_token"), name="progress_form_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signed_at", models.DateTimeField(verbose_name="会签完成")),
                ("due", models.DateField(verbose_name="公布期限")),
                ("text", models.TextField(blank=True, verbose_name="公布内容")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="公布渠道")),
                ("url", models.URLField(blank=True, verbose_name="网址")),
                ("published_on", models.DateField(null=True, verbose_name="公布日期")),
                (
                    "exempt",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("state", "国家秘密"),
                            ("business", "商业秘密"),
                            ("privacy", "个人隐私"),
                            ("other", "法律、法规规定的其他情形"),
                        ],
                        max_length=8,
                        verbose_name="不予公布的情形",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="不予公布的依据和理由")),
                ("at", models.DateTimeField(null=True, verbose_name="办理时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publication",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
            ],
            options={
                "verbose_name": "决策公布",
                "verbose_name_plural": "决策公布",
                "ordering": ["due", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_on__isnull", True),
                            models.Q(
                                ("exempt", ""),
                                models.Q(("place", ""), _negated=True),
                                models.Q(("text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="published_says_where_and_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("exempt", ""), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="exemption_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reconsideration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(verbose_name="复议理由")),
                ("roster", models.JSONField(verbose_name="名册")),
                ("needed", models.JSONField(verbose_name="须同意人数")),
                ("at", models.DateTimeField(verbose_name="提出时间")),
                ("agreed_at", models.DateTimeField(null=True, verbose_name="达到人数时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("close_reason", models.CharField(blank=True, max_length=200, verbose_name="撤回理由")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reconsiderations",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
                (
                    "result",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reconsidered_from",
                        to="decisions.item",
                        verbose_name="复议议题",
                    ),
                ),
            ],
            options={
                "verbose_name": "复议",
                "verbose_name_plural": "复议",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("item",),
                        name="one_open_reconsideration_per_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("result__isnull", True), ("agreed_at__isnull", False), _connector="OR"),
                        name="reconsidered_once_agreed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReconsiderationSupport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="时间")),
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
                        verbose_name="同意人",
                    ),
                ),
                (
                    "reconsideration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports",
                        to="decisions.reconsideration",
                        verbose_name="复议",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="permissions.seat",
                        verbose_name="席位",
                    ),
                ),
            ],
            options={
                "verbose_name": "同意复议",
                "verbose_name_plural": "同意复议",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("reconsideration", "seat"), name="support_once_per_seat")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120, unique=True)),
                ("kind", models.SlugField(max_length=40, verbose_name="事项")),
                ("overdue", models.BooleanField(verbose_name="逾期")),
                ("due", models.DateTimeField(verbose_name="期限")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒",
                "verbose_name_plural": "提醒",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SplitChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "route",
                    models.CharField(
                        choices=[("plan", "退回共谋"), ("up", "报上级裁定")], max_length=8, verbose_name="去向"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
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
                        verbose_name="办理人",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="split_choices",
                        to="decisions.agendaentry",
                        verbose_name="议程项",
                    ),
                ),
            ],
            options={
                "verbose_name": "分歧去向",
                "verbose_name_plural": "分歧去向",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("entry", "body"), name="split_choice_once")],
            },
        ),
        migrations.CreateModel(
            name="SuperiorReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("decision", "决策结果"), ("split", "双方分歧")], max_length=8, verbose_name="事由"
                    ),
                ),
                ("owed_at", models.DateTimeField(verbose_name="起算时间")),
                ("due", models.DateField(verbose_name="报告期限")),
                ("authority", models.CharField(blank=True, max_length=80, verbose_name="报送机关")),
                ("document", models.CharField(blank=True, max_length=80, verbose_name="文号")),
                ("text", models.TextField(blank=True, verbose_name="报告内容")),
                ("sent_on", models.DateField(null=True, verbose_name="报送日期")),
                ("at", models.DateTimeField(null=True, verbose_name="办理时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superior_reports",
                        to="decisions.agendaentry",
                        verbose_name="议程项",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superior_reports",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
            ],
            options={
                "verbose_name": "向上级报告",
                "verbose_name_plural": "向上级报告",
                "ordering": ["due", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "kind", "entry"), name="superior_report_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sent_on__isnull", True), models.Q(("authority", ""), _negated=True), _connector="OR"
                        ),
                        name="sent_report_says_to_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SuperiorRuling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.CharField(
                        choices=[("for", "同意实施"), ("against", "不同意实施"), ("back", "退回重新协商")],
                        max_length=8,
                        verbose_name="裁定",
                    ),
                ),
                ("authority", models.CharField(max_length=80, verbose_name="裁定机关")),
                ("document", models.CharField(max_length=80, verbose_name="文号")),
                ("on", models.DateField(verbose_name="裁定日期")),
                ("text", models.TextField(verbose_name="裁定内容")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ruling",
                        to="decisions.agendaentry",
                        verbose_name="议程项",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.material",
                        verbose_name="文件",
                    ),
                ),
            ],
            options={
                "verbose_name": "上级裁定",
                "verbose_name_plural": "上级裁定",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(verbose_name="中止执行的理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("due", models.DateField(verbose_name="启动程序的期限")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("lift_reason", models.TextField(blank=True, verbose_name="恢复执行的理由")),
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
                        verbose_name="决定人",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions_ended",
                        to="decisions.item",
                        verbose_name="据以结束的议题",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="恢复人",
                    ),
                ),
            ],
            options={
                "verbose_name": "中止执行",
                "verbose_name_plural": "中止执行",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("item",),
                        name="one_standing_suspension_per_item",
                    )
                ],
            },
        ),
        migrations.RunSQL(NEVER_CHANGED, [f"DROP TRIGGER {table}_immutable ON {table}" for table in IMMUTABLE]),
        migrations.RunSQL(NEVER_REMOVED, [f"DROP TRIGGER {table}_kept ON {table}" for table in KEPT]),
        migrations.RunSQL(GUARDS, WITHOUT_GUARDS),
    ]
