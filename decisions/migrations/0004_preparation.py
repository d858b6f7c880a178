"""What an item needs before it is tabled; what has been given stays as it was given (N11)."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

IMMUTABLE = (
    "decisions_riskassessment",
    "decisions_interestcheck",
    "decisions_expertopinion",
    "decisions_publiccomment",
    "decisions_commentanswer",
    "decisions_exploration",
)

NEVER_CHANGED = [
    f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable()"
    for table in IMMUTABLE
]

GUARDS = """
-- A request stays as it was made: it is answered or taken back once, and its last day may move while it is open.
CREATE TRIGGER decisions_reviewrequest_fixed BEFORE UPDATE ON decisions_reviewrequest
    FOR EACH ROW WHEN (
        OLD.answered_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
        OR (NEW.item_id, NEW.kind, NEW.asked_id, NEW.person, NEW.unit, NEW.plan_version, NEW.note, NEW.channel,
            NEW.shortened, NEW.opens_on, NEW.requested_by_id, NEW.requested_at)
           IS DISTINCT FROM
           (OLD.item_id, OLD.kind, OLD.asked_id, OLD.person, OLD.unit, OLD.plan_version, OLD.note, OLD.channel,
            OLD.shortened, OLD.opens_on, OLD.requested_by_id, OLD.requested_at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_reviewrequest_kept BEFORE DELETE OR TRUNCATE ON decisions_reviewrequest
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_immutable();
"""

WITHOUT_GUARDS = """
DROP TRIGGER decisions_reviewrequest_kept ON decisions_reviewrequest;
DROP TRIGGER decisions_reviewrequest_fixed ON decisions_reviewrequest;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0003_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            model_name="mattertype",
            name="decision",
            field=models.SlugField(blank=True, max_length=80, verbose_name="分级决策"),
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
        migrations.AddConstraint(
            model_name="reviewrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("kind", "expert"), _negated=True),
                    ("answered_at__isnull", True),
                    ("withdrawn_at__isnull", True),
                ),
                fields=("item", "kind"),
                name="one_open_request_per_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True),
                    ("asked__isnull", False),
                    ("kind", "expert"),
                    ("withdrawn_at__isnull", True),
                ),
                fields=("item", "asked"),
                name="expert_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True),
                    ("asked__isnull", True),
                    ("kind", "expert"),
                    ("withdrawn_at__isnull", True),
                ),
                fields=("item", "person", "unit"),
                name="outside_expert_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked__isnull", True), ("person", ""), _connector="OR"),
                name="request_names_one_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True), models.Q(("withdrawn_why", ""), _negated=True), _connector="OR"
                ),
                name="withdrawn_request_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="publiccomment",
            constraint=models.UniqueConstraint(fields=("request", "digest"), name="public_comment_once"),
        ),
        migrations.RunSQL(NEVER_CHANGED, [f"DROP TRIGGER {table}_immutable ON {table}" for table in IMMUTABLE]),
        migrations.RunSQL(GUARDS, WITHOUT_GUARDS),
    ]
