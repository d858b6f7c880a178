"""Preparation, planning, notice, the room, ways of voting, what follows a decision, the ledger, settings."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0003_records"),
        ("permissions", "0002_append_only"),
        ("workflows", "0007_incidents_on_the_row"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="executiontask",
            options={"ordering": ["due", "pk"], "verbose_name": "执行任务", "verbose_name_plural": "执行任务"},
        ),
        migrations.AlterModelOptions(
            name="plan",
            options={"ordering": ["order"], "verbose_name": "方案", "verbose_name_plural": "方案"},
        ),
        migrations.AddField(
            model_name="agendaentry",
            name="ground",
            field=models.CharField(
                blank=True,
                choices=[("split", "分歧较大"), ("facts", "情况不清"), ("quorum", "未达到法定人数"), ("other", "其他")],
                max_length=8,
                verbose_name="暂缓原因",
            ),
        ),
        migrations.AddField(
            model_name="agendaentry",
            name="host",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="permissions.seat",
                verbose_name="本项主持",
            ),
        ),
        migrations.AddField(
            model_name="agendaentry",
            name="minutes_planned",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="预计用时（分钟）"),
        ),
        migrations.AddField(
            model_name="agendaentry",
            name="places",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="应选名额"),
        ),
        migrations.AddField(
            model_name="agendaentry",
            name="strict",
            field=models.JSONField(default=list, verbose_name="从严的班子"),
        ),
        migrations.AddField(
            model_name="attendance",
            name="arrived_at",
            field=models.DateTimeField(null=True, verbose_name="到会时间"),
        ),
        migrations.AddField(
            model_name="attendance",
            name="leave",
            field=models.CharField(
                blank=True,
                choices=[
                    ("duty", "公务"),
                    ("study", "学习培训"),
                    ("sick", "病假"),
                    ("personal", "事假"),
                    ("other", "其他"),
                ],
                max_length=8,
                verbose_name="请假类别",
            ),
        ),
        migrations.AddField(
            model_name="attendance",
            name="left_at",
            field=models.DateTimeField(null=True, verbose_name="离席时间"),
        ),
        migrations.AddField(
            model_name="ballot",
            name="paper",
            field=models.BooleanField(default=False, verbose_name="纸质票"),
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
            name="confidential",
            field=models.CharField(
                blank=True,
                choices=[("work", "工作秘密"), ("business", "商业秘密"), ("privacy", "个人隐私")],
                editable=False,
                max_length=10,
                verbose_name="涉密类别",
            ),
        ),
        migrations.AddField(
            model_name="historicalitem",
            name="confidential_reason",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="定为涉密的理由"),
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
            model_name="historicalitem",
            name="routing",
            field=models.JSONField(default=dict, editable=False, verbose_name="分级结果"),
        ),
        migrations.AddField(
            model_name="historicalmattertype",
            name="decision",
            field=models.SlugField(blank=True, max_length=80, verbose_name="分级决策"),
        ),
        migrations.AddField(
            model_name="historicalmattertype",
            name="reports_up",
            field=models.BooleanField(
                default=False, help_text="决策作出后须按规定向上级报告（R34）。", verbose_name="须向上级报告"
            ),
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
            model_name="item",
            name="confidential",
            field=models.CharField(
                blank=True,
                choices=[("work", "工作秘密"), ("business", "商业秘密"), ("privacy", "个人隐私")],
                editable=False,
                max_length=10,
                verbose_name="涉密类别",
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="confidential_reason",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="定为涉密的理由"),
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
            model_name="item",
            name="routing",
            field=models.JSONField(default=dict, editable=False, verbose_name="分级结果"),
        ),
        migrations.AddField(
            model_name="legalityreview",
            name="risks",
            field=models.TextField(blank=True, verbose_name="法律风险"),
        ),
        migrations.AddField(
            model_name="legalityreview",
            name="versions",
            field=models.JSONField(default=dict, verbose_name="所审查的备选方案"),
        ),
        migrations.AddField(
            model_name="mattertype",
            name="decision",
            field=models.SlugField(blank=True, max_length=80, verbose_name="分级决策"),
        ),
        migrations.AddField(
            model_name="mattertype",
            name="reports_up",
            field=models.BooleanField(
                default=False, help_text="决策作出后须按规定向上级报告（R34）。", verbose_name="须向上级报告"
            ),
        ),
        migrations.AddField(
            model_name="motion",
            name="elected",
            field=models.JSONField(default=list, verbose_name="当选人选"),
        ),
        migrations.AddField(
            model_name="motion",
            name="places",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="应选名额"),
        ),
        migrations.AddField(
            model_name="motion",
            name="plan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.plan",
                verbose_name="方案",
            ),
        ),
        migrations.AddField(
            model_name="motion",
            name="plan_version",
            field=models.PositiveIntegerField(null=True, verbose_name="方案版本"),
        ),
        migrations.AddField(
            model_name="motion",
            name="runoff_of",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runoff",
                to="decisions.motion",
                verbose_name="所属选举",
            ),
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
        migrations.AddField(
            model_name="recusal",
            name="kind",
            field=models.CharField(
                choices=[
                    ("own", "涉及本人利害关系"),
                    ("relative", "涉及亲属利害关系"),
                    ("other", "其他可能影响公正的情形"),
                ],
                default="other",
                max_length=10,
                verbose_name="关系",
            ),
        ),
        migrations.AddField(
            model_name="recusal",
            name="number",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="次序"),
        ),
        migrations.AddField(
            model_name="recusal",
            name="way",
            field=models.CharField(
                choices=[("declared", "本人申请"), ("reported", "他人提出")],
                default="declared",
                max_length=10,
                verbose_name="提出方式",
            ),
        ),
        migrations.AddField(
            model_name="resolution",
            name="spoilt",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="废票"),
        ),
        migrations.AddField(
            model_name="resolution",
            name="tallies",
            field=models.JSONField(default=list, verbose_name="得票"),
        ),
        migrations.AddField(
            model_name="sitting",
            name="cancelled_reason",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="取消的理由"),
        ),
        migrations.AddField(
            model_name="sitting",
            name="notices",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="已发通知"),
        ),
        migrations.AddField(
            model_name="sitting",
            name="resumed_at",
            field=models.DateTimeField(null=True, verbose_name="复会时间"),
        ),
        migrations.AddField(
            model_name="vote",
            name="picks",
            field=models.JSONField(default=list, verbose_name="所选人选"),
        ),
        migrations.AlterField(
            model_name="agendaentry",
            name="outcome",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="ballot",
            name="method",
            field=models.CharField(
                choices=[("named", "记名表决"), ("hands", "举手表决"), ("voice", "口头表决"), ("secret", "无记名投票")],
                default="named",
                max_length=8,
                verbose_name="表决方式",
            ),
        ),
        migrations.AlterField(
            model_name="motion",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("passed", "通过"),
                    ("rejected", "未通过"),
                    ("split", "有分歧"),
                    ("deferred", "暂缓"),
                    ("lapsed", "不再表决"),
                ],
                max_length=10,
                verbose_name="结果",
            ),
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
        migrations.AlterField(
            model_name="sitting",
            name="status",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="vote",
            name="receipt",
            field=models.CharField(blank=True, max_length=40, verbose_name="回执"),
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
            name="Adjournment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="休会理由")),
                ("until", models.DateTimeField(verbose_name="复会时间")),
                ("at", models.DateTimeField(verbose_name="休会开始")),
                ("resumed_at", models.DateTimeField(null=True, verbose_name="实际复会")),
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
                    "resumed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复会登记人",
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjournments",
                        to="decisions.sitting",
                        verbose_name="联席会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "休会",
                "verbose_name_plural": "休会",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resumed_at__isnull", True)),
                        fields=("sitting",),
                        name="one_break_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("add", "增加议题"), ("remove", "撤下议题")], max_length=8, verbose_name="变更"
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                ("approved", models.BooleanField(null=True, verbose_name="同意")),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="批示")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="批准时间")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
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
                        related_name="agenda_changes",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agenda_changes",
                        to="decisions.sitting",
                        verbose_name="联席会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "议程变更",
                "verbose_name_plural": "议程变更",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("approved__isnull", True)),
                        fields=("sitting", "item"),
                        name="one_open_agenda_change_per_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved__isnull", True), ("decided_at__isnull", True)),
                            models.Q(
                                ("approved__isnull", False),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="decided_agenda_change_says_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("plan_version", models.PositiveIntegerField(verbose_name="针对的版本")),
                (
                    "kind",
                    models.CharField(
                        choices=[("substantive", "实质性修改"), ("wording", "文字修改")],
                        max_length=12,
                        verbose_name="修改性质",
                    ),
                ),
                ("clause", models.PositiveSmallIntegerField(verbose_name="条款")),
                ("old", models.TextField(verbose_name="原文")),
                ("new", models.TextField(verbose_name="改为")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                ("applied_version", models.PositiveIntegerField(null=True, verbose_name="写入的版本")),
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="decisions.agendaentry",
                        verbose_name="议程项",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.plan",
                        verbose_name="方案",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.sittingseat",
                        verbose_name="提出席位",
                    ),
                ),
            ],
            options={
                "verbose_name": "修正案",
                "verbose_name_plural": "修正案",
                "ordering": ["order", "pk"],
                "constraints": [models.UniqueConstraint(fields=("entry", "order"), name="amendment_order_once")],
            },
        ),
        migrations.CreateModel(
            name="AttendanceEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("present", "到会"), ("absent", "未到会"), ("left", "离席")],
                        max_length=8,
                        verbose_name="到会情况",
                    ),
                ),
                (
                    "leave",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("duty", "公务"),
                            ("study", "学习培训"),
                            ("sick", "病假"),
                            ("personal", "事假"),
                            ("other", "其他"),
                        ],
                        max_length=8,
                        verbose_name="请假类别",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=120, verbose_name="原因")),
                ("late", models.BooleanField(default=False, verbose_name="迟到")),
                ("at", models.DateTimeField(verbose_name="时间")),
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
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.agendaentry",
                        verbose_name="议程项",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="decisions.sittingseat",
                        verbose_name="会议席位",
                    ),
                ),
            ],
            options={
                "verbose_name": "进出记录",
                "verbose_name_plural": "进出记录",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="BallotBox",
            fields=[
                (
                    "ballot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="box",
                        serialize=False,
                        to="decisions.ballot",
                        verbose_name="表决",
                    ),
                ),
                ("slips", models.JSONField(default=list, verbose_name="选票")),
            ],
            options={
                "verbose_name": "票箱",
                "verbose_name_plural": "票箱",
            },
        ),
        migrations.CreateModel(
            name="BallotSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="次数")),
                ("content", models.JSONField(verbose_name="登记内容")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "ballot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="decisions.ballot",
                        verbose_name="表决",
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
            ],
            options={
                "verbose_name": "计票登记",
                "verbose_name_plural": "计票登记",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("ballot", "by", "number"), name="sheet_number_once")],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="日期")),
                ("working", models.BooleanField(verbose_name="上班")),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="名称")),
            ],
            options={
                "verbose_name": "工作日历",
                "verbose_name_plural": "工作日历",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(unique=True, verbose_name="年份")),
                ("source", models.CharField(max_length=120, verbose_name="依据")),
            ],
            options={
                "verbose_name": "已公布的年份",
                "verbose_name_plural": "已公布的年份",
                "ordering": ["year"],
            },
        ),
        migrations.CreateModel(
            name="Chairing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
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
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chairings",
                        to="decisions.agendaentry",
                        verbose_name="议程项",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.sittingseat",
                        verbose_name="接任主持",
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chairings",
                        to="decisions.sitting",
                        verbose_name="联席会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "更换主持",
                "verbose_name_plural": "更换主持",
                "ordering": ["pk"],
            },
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("parent__isnull", True), ("resolved_at__isnull", True), _connector="OR"),
                        name="only_a_thread_is_resolved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolved_at__isnull", True), ("resolved_by__isnull", True)),
                            models.Q(("resolved_at__isnull", False), ("resolved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="resolved_by_somebody",
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
            name="Exploration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("basis", models.CharField(max_length=200, verbose_name="依据")),
                ("reason", models.TextField(verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
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
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exploration",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
            ],
            options={
                "verbose_name": "探索性改革事项",
                "verbose_name_plural": "探索性改革事项",
            },
        ),
        migrations.CreateModel(
            name="GoingOn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("emergency", models.BooleanField(default=False, verbose_name="紧急事项")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
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
                        related_name="going_on",
                        to="decisions.agendaentry",
                        verbose_name="议程项",
                    ),
                ),
            ],
            options={
                "verbose_name": "继续审议",
                "verbose_name_plural": "继续审议",
            },
        ),
        migrations.CreateModel(
            name="Guest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("position", models.CharField(max_length=80, verbose_name="单位和职务")),
                ("at", models.DateTimeField(verbose_name="邀请时间")),
                ("entered_at", models.DateTimeField(null=True, verbose_name="进入会场")),
                ("left_at", models.DateTimeField(null=True, verbose_name="离开会场")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guests",
                        to="decisions.agendaentry",
                        verbose_name="议程项",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="邀请人",
                    ),
                ),
            ],
            options={
                "verbose_name": "逐项列席人员",
                "verbose_name_plural": "逐项列席人员",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "name", "position"), name="guest_once_per_entry")
                ],
            },
        ),
        migrations.CreateModel(
            name="GuestStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField(verbose_name="发言")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "guest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="decisions.guest",
                        verbose_name="列席人员",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
            ],
            options={
                "verbose_name": "列席发言",
                "verbose_name_plural": "列席发言",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCalendarDay",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("day", models.DateField(db_index=True, verbose_name="日期")),
                ("working", models.BooleanField(verbose_name="上班")),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="名称")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
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
                "verbose_name": "historical 工作日历",
                "verbose_name_plural": "historical 工作日历",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCalendarYear",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(db_index=True, verbose_name="年份")),
                ("source", models.CharField(max_length=120, verbose_name="依据")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
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
                "verbose_name": "historical 已公布的年份",
                "verbose_name_plural": "historical 已公布的年份",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
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
            name="HistoricalReviewRequest",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("legality", "合法性审查"),
                            ("risk", "风险评估"),
                            ("expert", "专家论证"),
                            ("public", "公众意见"),
                        ],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                ("person", models.CharField(blank=True, max_length=40, verbose_name="姓名")),
                ("unit", models.CharField(blank=True, max_length=80, verbose_name="单位和职务")),
                ("plan_version", models.PositiveIntegerField(verbose_name="所针对的版本")),
                ("note", models.TextField(blank=True, verbose_name="要求")),
                ("channel", models.CharField(blank=True, max_length=200, verbose_name="公布渠道")),
                ("shortened", models.TextField(blank=True, verbose_name="缩短期限的理由")),
                ("opens_on", models.DateField(null=True, verbose_name="开始日期")),
                ("due", models.DateField(verbose_name="截止日期")),
                ("requested_at", models.DateTimeField(verbose_name="送请时间")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                ("withdrawn_why", models.TextField(blank=True, verbose_name="撤销理由")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="请谁办理",
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
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="送请人",
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
                        verbose_name="撤销人",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 征求",
                "verbose_name_plural": "historical 征求",
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
            name="ItemReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("added_at", models.DateTimeField(verbose_name="确定时间")),
                ("removed_at", models.DateTimeField(null=True, verbose_name="移出时间")),
                ("removed_reason", models.CharField(blank=True, max_length=200, verbose_name="移出的理由")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确定人",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readers",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="移出人",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reads",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="知悉人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "知悉人员",
                "verbose_name_plural": "知悉人员",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("item", "user"),
                        name="item_reader_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("removed_at__isnull", True),
                            models.Q(("removed_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="removed_reader_has_a_reason",
                    ),
                ],
            },
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
                "constraints": [models.UniqueConstraint(fields=("minutes", "version"), name="one_check_per_version")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="次数")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("first", "首次通知"),
                            ("moved", "时间或地点变更"),
                            ("agenda", "议程变更"),
                            ("papers", "材料变更"),
                        ],
                        max_length=8,
                        verbose_name="事由",
                    ),
                ),
                ("content", models.JSONField(verbose_name="内容")),
                ("content_hash", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("days", models.PositiveSmallIntegerField(verbose_name="提前天数")),
                ("required", models.PositiveSmallIntegerField(verbose_name="应提前天数")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                ("sent_at", models.DateTimeField(verbose_name="发出时间")),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发出人",
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_rows",
                        to="decisions.sitting",
                        verbose_name="联席会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "会议通知",
                "verbose_name_plural": "会议通知",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("sitting", "number"), name="notice_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("days__gte", models.F("required")),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="short_notice_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.CharField(max_length=80, verbose_name="岗位")),
                ("position_en", models.CharField(blank=True, max_length=80, verbose_name="英文岗位")),
                ("voting", models.BooleanField(verbose_name="有表决权")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("withheld", models.JSONField(default=list, verbose_name="未发给的议题")),
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
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="decisions.notice",
                        verbose_name="会议通知",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_copies",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知送达",
                "verbose_name_plural": "通知送达",
                "ordering": ["order", "pk"],
                "constraints": [models.UniqueConstraint(fields=("notice", "seat"), name="notice_copy_once")],
            },
        ),
        migrations.CreateModel(
            name="NoticeReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="确认时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "copy",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipt",
                        to="decisions.noticecopy",
                        verbose_name="通知送达",
                    ),
                ),
            ],
            options={
                "verbose_name": "已阅确认",
                "verbose_name_plural": "已阅确认",
            },
        ),
        migrations.CreateModel(
            name="NoticeReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="日期")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="decisions.noticecopy",
                        verbose_name="通知送达",
                    ),
                ),
            ],
            options={
                "verbose_name": "阅知提醒",
                "verbose_name_plural": "阅知提醒",
                "ordering": ["on"],
                "constraints": [models.UniqueConstraint(fields=("copy", "on"), name="notice_reminder_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="PaperView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.CharField(max_length=60, verbose_name="内容")),
                ("words", models.CharField(blank=True, max_length=160, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="views",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
                (
                    "material",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.material",
                        verbose_name="材料",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="查阅人",
                    ),
                ),
            ],
            options={
                "verbose_name": "查阅记录",
                "verbose_name_plural": "查阅记录",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["item", "user"], name="paper_view_by_reader")],
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
            name="RecusalRuling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("upheld", models.BooleanField(verbose_name="应当回避")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="裁定人",
                    ),
                ),
                (
                    "recusal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ruling",
                        to="decisions.recusal",
                        verbose_name="回避",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.sittingseat",
                        verbose_name="裁定席位",
                    ),
                ),
            ],
            options={
                "verbose_name": "回避裁定",
                "verbose_name_plural": "回避裁定",
                "ordering": ["pk"],
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
            name="ReviewRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("legality", "合法性审查"),
                            ("risk", "风险评估"),
                            ("expert", "专家论证"),
                            ("public", "公众意见"),
                        ],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                ("person", models.CharField(blank=True, max_length=40, verbose_name="姓名")),
                ("unit", models.CharField(blank=True, max_length=80, verbose_name="单位和职务")),
                ("plan_version", models.PositiveIntegerField(verbose_name="所针对的版本")),
                ("note", models.TextField(blank=True, verbose_name="要求")),
                ("channel", models.CharField(blank=True, max_length=200, verbose_name="公布渠道")),
                ("shortened", models.TextField(blank=True, verbose_name="缩短期限的理由")),
                ("opens_on", models.DateField(null=True, verbose_name="开始日期")),
                ("due", models.DateField(verbose_name="截止日期")),
                ("requested_at", models.DateTimeField(verbose_name="送请时间")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                ("withdrawn_why", models.TextField(blank=True, verbose_name="撤销理由")),
                (
                    "asked",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews_asked",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="请谁办理",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="review_requests",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="送请人",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤销人",
                    ),
                ),
            ],
            options={
                "verbose_name": "征求",
                "verbose_name_plural": "征求",
                "ordering": ["requested_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("kind", "expert"), _negated=True),
                            ("answered_at__isnull", True),
                            ("withdrawn_at__isnull", True),
                        ),
                        fields=("item", "kind"),
                        name="one_open_request_per_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("answered_at__isnull", True),
                            ("asked__isnull", False),
                            ("kind", "expert"),
                            ("withdrawn_at__isnull", True),
                        ),
                        fields=("item", "asked"),
                        name="expert_asked_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("answered_at__isnull", True),
                            ("asked__isnull", True),
                            ("kind", "expert"),
                            ("withdrawn_at__isnull", True),
                        ),
                        fields=("item", "person", "unit"),
                        name="outside_expert_asked_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked__isnull", True), ("person", ""), _connector="OR"),
                        name="request_names_one_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="withdrawn_request_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpertOpinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan_version", models.PositiveIntegerField(verbose_name="所论证的版本")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("feasible", "可行"), ("conditional", "修改后可行"), ("not", "不可行")],
                        max_length=12,
                        verbose_name="结论",
                    ),
                ),
                ("text", models.TextField(verbose_name="论证意见")),
                ("dissent", models.TextField(blank=True, verbose_name="不同意见")),
                ("signed_name", models.CharField(max_length=80, verbose_name="签名")),
                ("document_hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expert_opinions",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
                (
                    "material",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.material",
                        verbose_name="签名原件",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expert_opinion",
                        to="decisions.reviewrequest",
                        verbose_name="征求",
                    ),
                ),
            ],
            options={
                "verbose_name": "专家意见",
                "verbose_name_plural": "专家意见",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="InterestCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("interest", models.BooleanField(verbose_name="有直接利害关系")),
                ("note", models.TextField(verbose_name="核查情况")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核查人",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interest",
                        to="decisions.reviewrequest",
                        verbose_name="征求",
                    ),
                ),
            ],
            options={
                "verbose_name": "利害关系核查",
                "verbose_name_plural": "利害关系核查",
            },
        ),
        migrations.CreateModel(
            name="PublicComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.CharField(blank=True, max_length=80, verbose_name="提出人")),
                ("text", models.TextField(verbose_name="意见")),
                ("digest", models.CharField(max_length=64)),
                ("received_on", models.DateField(verbose_name="收到日期")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="decisions.reviewrequest",
                        verbose_name="征求",
                    ),
                ),
            ],
            options={
                "verbose_name": "公众意见",
                "verbose_name_plural": "公众意见",
                "ordering": ["received_on", "pk"],
                "constraints": [models.UniqueConstraint(fields=("request", "digest"), name="public_comment_once")],
            },
        ),
        migrations.CreateModel(
            name="CommentAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.CharField(
                        choices=[("adopted", "已采纳"), ("partly", "部分采纳"), ("not", "未采纳")],
                        max_length=8,
                        verbose_name="处理",
                    ),
                ),
                ("reply", models.TextField(blank=True, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
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
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="decisions.publiccomment",
                        verbose_name="公众意见",
                    ),
                ),
            ],
            options={
                "verbose_name": "公众意见的处理",
                "verbose_name_plural": "公众意见的处理",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer__in", ["partly", "not"]), _negated=True),
                            models.Q(("reply", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="unadopted_comment_has_a_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskAssessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan_version", models.PositiveIntegerField(verbose_name="所评估的版本")),
                ("versions", models.JSONField(default=dict, verbose_name="所评估的各方案")),
                (
                    "level",
                    models.CharField(
                        choices=[("low", "低风险"), ("medium", "中风险"), ("high", "高风险")],
                        max_length=8,
                        verbose_name="风险等级",
                    ),
                ),
                ("controllable", models.BooleanField(verbose_name="风险可控")),
                ("text", models.TextField(verbose_name="评估结论")),
                ("measures", models.TextField(blank=True, verbose_name="防范和化解措施")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="risk_assessments",
                        to="decisions.item",
                        verbose_name="议题",
                    ),
                ),
                (
                    "material",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.material",
                        verbose_name="评估报告",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risk_assessment",
                        to="decisions.reviewrequest",
                        verbose_name="征求",
                    ),
                ),
            ],
            options={
                "verbose_name": "风险评估",
                "verbose_name_plural": "风险评估",
                "ordering": ["-at", "-pk"],
            },
        ),
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
        migrations.CreateModel(
            name="Runner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.candidate",
                        verbose_name="人选",
                    ),
                ),
                (
                    "motion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runners",
                        to="decisions.motion",
                        verbose_name="表决事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "候选人",
                "verbose_name_plural": "候选人",
                "ordering": ["order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("motion", "candidate"), name="runner_once"),
                    models.UniqueConstraint(fields=("motion", "order"), name="runner_order_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SettingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rule_set", "规则集"), ("matter_type", "事项类型")],
                        max_length=12,
                        verbose_name="对象",
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="代码")),
                ("values", models.JSONField(verbose_name="修改后")),
                ("base", models.JSONField(default=dict, verbose_name="修改前")),
                ("reason", models.CharField(max_length=200, verbose_name="修改理由")),
                ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "待对方确认"),
                            ("confirmed", "已生效"),
                            ("refused", "未同意"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="确认时间")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="答复")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="permissions.body",
                        verbose_name="提出方",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
            ],
            options={
                "verbose_name": "规则修改",
                "verbose_name_plural": "规则修改",
                "ordering": ["-proposed_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pending")),
                        fields=("kind", "code"),
                        name="one_pending_change_of_a_setting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("status", "pending")),
                            models.Q(
                                models.Q(("status", "pending"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="decided_change_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "confirmed"), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_confirms_their_own_change",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpeakingTurn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("started_at", models.DateTimeField(null=True, verbose_name="开始时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("limit", models.PositiveIntegerField(default=0, verbose_name="时限（秒）")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="decisions.agendaentry",
                        verbose_name="议程项",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="decisions.sittingseat",
                        verbose_name="会议席位",
                    ),
                ),
            ],
            options={
                "verbose_name": "发言次序",
                "verbose_name_plural": "发言次序",
                "ordering": ["asked_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("started_at__isnull", False)),
                        fields=("entry",),
                        name="one_speaker_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("started_at__isnull", True)),
                        fields=("entry", "seat"),
                        name="one_raised_hand_per_seat",
                    ),
                ],
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
            name="StatementCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("confirmed", "本人已确认"), ("corrected", "本人已更正")],
                        max_length=10,
                        verbose_name="确认情况",
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="更正后的发言")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="decisions.statement",
                        verbose_name="发言",
                    ),
                ),
            ],
            options={
                "verbose_name": "发言确认",
                "verbose_name_plural": "发言确认",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="StricterRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("quorum", models.JSONField(verbose_name="法定人数")),
                ("passing", models.JSONField(verbose_name="通过条件")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.sittingseat",
                        verbose_name="提出席位",
                    ),
                ),
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
                        verbose_name="登记人",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stricter_rules",
                        to="decisions.agendaentry",
                        verbose_name="议程项",
                    ),
                ),
            ],
            options={
                "verbose_name": "从严规则",
                "verbose_name_plural": "从严规则",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("entry", "body"), name="stricter_rule_once")],
            },
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
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "number"), name="suggestion_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="declined_suggestion_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("made_version__isnull", False), ("state", "accepted")),
                            models.Q(models.Q(("state", "accepted"), _negated=True), ("made_version__isnull", True)),
                            _connector="OR",
                        ),
                        name="accepted_suggestion_made_a_version",
                    ),
                ],
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
        migrations.CreateModel(
            name="VoteCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "choice",
                    models.CharField(
                        choices=[("for", "赞成"), ("against", "反对"), ("abstain", "弃权")],
                        max_length=8,
                        verbose_name="登记的表决",
                    ),
                ),
                ("right", models.BooleanField(verbose_name="无误")),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "ballot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="decisions.ballot",
                        verbose_name="表决",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.sittingseat",
                        verbose_name="会议席位",
                    ),
                ),
            ],
            options={
                "verbose_name": "表决核对",
                "verbose_name_plural": "表决核对",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="VoterMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ballot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="decisions.ballot",
                        verbose_name="表决",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.sittingseat",
                        verbose_name="会议席位",
                    ),
                ),
            ],
            options={
                "verbose_name": "投票登记",
                "verbose_name_plural": "投票登记",
                "ordering": ["seat"],
                "constraints": [
                    models.UniqueConstraint(fields=("ballot", "seat"), name="one_mark_per_seat_and_ballot")
                ],
            },
        ),
        migrations.CreateModel(
            name="WordingContest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("why", models.CharField(max_length=400, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="收回时间")),
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
                        verbose_name="提出人",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contests",
                        to="decisions.plan",
                        verbose_name="方案",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收回人",
                    ),
                ),
            ],
            options={
                "verbose_name": "修改性质异议",
                "verbose_name_plural": "修改性质异议",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("plan", "version", "body"),
                        name="wording_contested_once",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="recusal",
            name="recusal_once",
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.CheckConstraint(
                condition=models.Q(("paper", False), ("method", "secret"), _connector="OR"),
                name="paper_ballot_is_secret",
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
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confidential", ""), models.Q(("confidential_reason", ""), _negated=True), _connector="OR"
                ),
                name="confidential_item_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.UniqueConstraint(fields=("entry", "seat", "number"), name="recusal_once"),
        ),
        migrations.AddField(
            model_name="motion",
            name="amendment",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="motion",
                to="decisions.amendment",
                verbose_name="修正案",
            ),
        ),
        migrations.AddField(
            model_name="legalityreview",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="legality_reviews",
                to="decisions.reviewrequest",
                verbose_name="征求",
            ),
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
    ]
