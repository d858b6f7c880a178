"""The room of a sitting: breaks, comings and goings, the chair, turns, rulings, stricter rules, amendments.

What happened stays as it happened (N11); what has an end gets it once.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

IMMUTABLE = (
    "decisions_attendanceevent",
    "decisions_chairing",
    "decisions_gueststatement",
    "decisions_goingon",
    "decisions_recusalruling",
    "decisions_statementcheck",
    "decisions_stricterrule",
)
KEPT = ("decisions_adjournment", "decisions_amendment", "decisions_guest", "decisions_speakingturn")

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
-- A break, a turn, a stay ends once; what an amendment says never changes.
CREATE TRIGGER decisions_adjournment_ends BEFORE UPDATE ON decisions_adjournment
    FOR EACH ROW WHEN (
        OLD.resumed_at IS NOT NULL
        OR (NEW.sitting_id, NEW.reason, NEW.until, NEW.at, NEW.by_id)
           IS DISTINCT FROM (OLD.sitting_id, OLD.reason, OLD.until, OLD.at, OLD.by_id))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_speakingturn_ends BEFORE UPDATE ON decisions_speakingturn
    FOR EACH ROW WHEN (
        OLD.ended_at IS NOT NULL
        OR (OLD.started_at IS NOT NULL AND NEW.started_at IS DISTINCT FROM OLD.started_at)
        OR (NEW.entry_id, NEW.seat_id, NEW.asked_at) IS DISTINCT FROM (OLD.entry_id, OLD.seat_id, OLD.asked_at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_guest_ends BEFORE UPDATE ON decisions_guest
    FOR EACH ROW WHEN (
        OLD.left_at IS NOT NULL
        OR (OLD.entered_at IS NOT NULL AND NEW.entered_at IS DISTINCT FROM OLD.entered_at)
        OR (NEW.entry_id, NEW.name, NEW.position, NEW.invited_by_id, NEW.at)
           IS DISTINCT FROM (OLD.entry_id, OLD.name, OLD.position, OLD.invited_by_id, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_amendment_fixed BEFORE UPDATE ON decisions_amendment
    FOR EACH ROW WHEN (
        OLD.withdrawn_at IS NOT NULL OR OLD.applied_version IS NOT NULL
        OR (NEW.entry_id, NEW.seat_id, NEW."order", NEW.plan_id, NEW.plan_version, NEW.kind, NEW.clause, NEW.old, NEW.new,
            NEW.reason, NEW.by_id, NEW.at)
           IS DISTINCT FROM
           (OLD.entry_id, OLD.seat_id, OLD."order", OLD.plan_id, OLD.plan_version, OLD.kind, OLD.clause, OLD.old, OLD.new,
            OLD.reason, OLD.by_id, OLD.at))
    EXECUTE FUNCTION decisions_immutable();
"""

WITHOUT_GUARDS = """
DROP TRIGGER decisions_amendment_fixed ON decisions_amendment;
DROP TRIGGER decisions_guest_ends ON decisions_guest;
DROP TRIGGER decisions_speakingturn_ends ON decisions_speakingturn;
DROP TRIGGER decisions_adjournment_ends ON decisions_adjournment;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0006_notice"),
        ("permissions", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Adjournment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="休会理由")),
                ("until", models.DateTimeField(verbose_name="复会时间")),
                ("at", models.DateTimeField(verbose_name="休会开始")),
                ("resumed_at", models.DateTimeField(null=True, verbose_name="实际复会")),
            ],
            options={
                "verbose_name": "休会",
                "verbose_name_plural": "休会",
                "ordering": ["pk"],
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
            ],
            options={
                "verbose_name": "修正案",
                "verbose_name_plural": "修正案",
                "ordering": ["order", "pk"],
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
            ],
            options={
                "verbose_name": "进出记录",
                "verbose_name_plural": "进出记录",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Chairing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "更换主持",
                "verbose_name_plural": "更换主持",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="GoingOn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("emergency", models.BooleanField(default=False, verbose_name="紧急事项")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
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
            ],
            options={
                "verbose_name": "逐项列席人员",
                "verbose_name_plural": "逐项列席人员",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="GuestStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField(verbose_name="发言")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "列席发言",
                "verbose_name_plural": "列席发言",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RecusalRuling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("upheld", models.BooleanField(verbose_name="应当回避")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "回避裁定",
                "verbose_name_plural": "回避裁定",
                "ordering": ["pk"],
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
            ],
            options={
                "verbose_name": "发言次序",
                "verbose_name_plural": "发言次序",
                "ordering": ["asked_at", "pk"],
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
            ],
            options={
                "verbose_name": "从严规则",
                "verbose_name_plural": "从严规则",
                "ordering": ["pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="recusal",
            name="recusal_once",
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
            model_name="sitting",
            name="resumed_at",
            field=models.DateTimeField(null=True, verbose_name="复会时间"),
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
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.UniqueConstraint(fields=("entry", "seat", "number"), name="recusal_once"),
        ),
        migrations.AddField(
            model_name="adjournment",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="adjournment",
            name="resumed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="复会登记人",
            ),
        ),
        migrations.AddField(
            model_name="adjournment",
            name="sitting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adjournments",
                to="decisions.sitting",
                verbose_name="联席会议",
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="amendments",
                to="decisions.agendaentry",
                verbose_name="议程项",
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decisions.plan", verbose_name="方案"
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.sittingseat",
                verbose_name="提出席位",
            ),
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
            model_name="attendanceevent",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="attendanceevent",
            name="entry",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.agendaentry",
                verbose_name="议程项",
            ),
        ),
        migrations.AddField(
            model_name="attendanceevent",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="movements",
                to="decisions.sittingseat",
                verbose_name="会议席位",
            ),
        ),
        migrations.AddField(
            model_name="chairing",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="chairing",
            name="entry",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chairings",
                to="decisions.agendaentry",
                verbose_name="议程项",
            ),
        ),
        migrations.AddField(
            model_name="chairing",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.sittingseat",
                verbose_name="接任主持",
            ),
        ),
        migrations.AddField(
            model_name="chairing",
            name="sitting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chairings",
                to="decisions.sitting",
                verbose_name="联席会议",
            ),
        ),
        migrations.AddField(
            model_name="goingon",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="goingon",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="going_on",
                to="decisions.agendaentry",
                verbose_name="议程项",
            ),
        ),
        migrations.AddField(
            model_name="guest",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="guests",
                to="decisions.agendaentry",
                verbose_name="议程项",
            ),
        ),
        migrations.AddField(
            model_name="guest",
            name="invited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="邀请人",
            ),
        ),
        migrations.AddField(
            model_name="gueststatement",
            name="guest",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statements",
                to="decisions.guest",
                verbose_name="列席人员",
            ),
        ),
        migrations.AddField(
            model_name="gueststatement",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="记录人",
            ),
        ),
        migrations.AddField(
            model_name="recusalruling",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="裁定人",
            ),
        ),
        migrations.AddField(
            model_name="recusalruling",
            name="recusal",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ruling",
                to="decisions.recusal",
                verbose_name="回避",
            ),
        ),
        migrations.AddField(
            model_name="recusalruling",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.sittingseat",
                verbose_name="裁定席位",
            ),
        ),
        migrations.AddField(
            model_name="speakingturn",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="turns",
                to="decisions.agendaentry",
                verbose_name="议程项",
            ),
        ),
        migrations.AddField(
            model_name="speakingturn",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="turns",
                to="decisions.sittingseat",
                verbose_name="会议席位",
            ),
        ),
        migrations.AddField(
            model_name="statementcheck",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="确认人",
            ),
        ),
        migrations.AddField(
            model_name="statementcheck",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checks",
                to="decisions.statement",
                verbose_name="发言",
            ),
        ),
        migrations.AddField(
            model_name="stricterrule",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.sittingseat",
                verbose_name="提出席位",
            ),
        ),
        migrations.AddField(
            model_name="stricterrule",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="permissions.body",
                verbose_name="班子",
            ),
        ),
        migrations.AddField(
            model_name="stricterrule",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="stricterrule",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stricter_rules",
                to="decisions.agendaentry",
                verbose_name="议程项",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjournment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("resumed_at__isnull", True)), fields=("sitting",), name="one_break_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.UniqueConstraint(fields=("entry", "order"), name="amendment_order_once"),
        ),
        migrations.AddConstraint(
            model_name="guest",
            constraint=models.UniqueConstraint(fields=("entry", "name", "position"), name="guest_once_per_entry"),
        ),
        migrations.AddConstraint(
            model_name="speakingturn",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("started_at__isnull", False)),
                fields=("entry",),
                name="one_speaker_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="speakingturn",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("started_at__isnull", True)),
                fields=("entry", "seat"),
                name="one_raised_hand_per_seat",
            ),
        ),
        migrations.AddConstraint(
            model_name="stricterrule",
            constraint=models.UniqueConstraint(fields=("entry", "body"), name="stricter_rule_once"),
        ),
        migrations.RunSQL(NEVER_CHANGED, [f"DROP TRIGGER {table}_immutable ON {table}" for table in IMMUTABLE]),
        migrations.RunSQL(NEVER_REMOVED, [f"DROP TRIGGER {table}_kept ON {table}" for table in KEPT]),
        migrations.RunSQL(GUARDS, WITHOUT_GUARDS),
    ]
