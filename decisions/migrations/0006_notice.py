"""Notices, receipts and confidential items. What was sent, read and seen stays as it was (N11)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

IMMUTABLE = (
    "decisions_notice",
    "decisions_noticecopy",
    "decisions_noticereceipt",
    "decisions_noticereminder",
    "decisions_paperview",
)
KEPT = ("decisions_agendachange", "decisions_itemreader")

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
-- A decided change of an agenda stays decided; a reader who was taken off stays so, and is never somebody else.
CREATE TRIGGER decisions_agendachange_decided BEFORE UPDATE ON decisions_agendachange
    FOR EACH ROW WHEN (
        OLD.approved IS NOT NULL
        OR (NEW.sitting_id, NEW.item_id, NEW.kind, NEW.reason, NEW.asked_by_id, NEW.asked_at)
           IS DISTINCT FROM
           (OLD.sitting_id, OLD.item_id, OLD.kind, OLD.reason, OLD.asked_by_id, OLD.asked_at))
    EXECUTE FUNCTION decisions_immutable();
CREATE TRIGGER decisions_itemreader_removed BEFORE UPDATE ON decisions_itemreader
    FOR EACH ROW WHEN (
        OLD.removed_at IS NOT NULL
        OR (NEW.item_id, NEW.user_id, NEW.reason, NEW.added_by_id, NEW.added_at)
           IS DISTINCT FROM
           (OLD.item_id, OLD.user_id, OLD.reason, OLD.added_by_id, OLD.added_at))
    EXECUTE FUNCTION decisions_immutable();
"""

WITHOUT_GUARDS = """
DROP TRIGGER decisions_itemreader_removed ON decisions_itemreader;
DROP TRIGGER decisions_agendachange_decided ON decisions_agendachange;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0005_planning"),
        ("permissions", "0002_append_only"),
        ("workflows", "0007_incidents_on_the_row"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            ],
            options={
                "verbose_name": "议程变更",
                "verbose_name_plural": "议程变更",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ItemReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("added_at", models.DateTimeField(verbose_name="确定时间")),
                ("removed_at", models.DateTimeField(null=True, verbose_name="移出时间")),
                ("removed_reason", models.CharField(blank=True, max_length=200, verbose_name="移出的理由")),
            ],
            options={
                "verbose_name": "知悉人员",
                "verbose_name_plural": "知悉人员",
                "ordering": ["pk"],
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
            ],
            options={
                "verbose_name": "会议通知",
                "verbose_name_plural": "会议通知",
                "ordering": ["number"],
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
            ],
            options={
                "verbose_name": "通知送达",
                "verbose_name_plural": "通知送达",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="NoticeReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="确认时间")),
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
            ],
            options={
                "verbose_name": "阅知提醒",
                "verbose_name_plural": "阅知提醒",
                "ordering": ["on"],
            },
        ),
        migrations.CreateModel(
            name="PaperView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.CharField(max_length=60, verbose_name="内容")),
                ("words", models.CharField(blank=True, max_length=160, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "查阅记录",
                "verbose_name_plural": "查阅记录",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="agendaentry",
            name="minutes_planned",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="预计用时（分钟）"),
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
            model_name="sitting",
            name="cancelled_reason",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="取消的理由"),
        ),
        migrations.AddField(
            model_name="sitting",
            name="notices",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="已发通知"),
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
        migrations.AddField(
            model_name="agendachange",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="提出人",
            ),
        ),
        migrations.AddField(
            model_name="agendachange",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="批准人",
            ),
        ),
        migrations.AddField(
            model_name="agendachange",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agenda_changes",
                to="decisions.item",
                verbose_name="议题",
            ),
        ),
        migrations.AddField(
            model_name="agendachange",
            name="sitting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agenda_changes",
                to="decisions.sitting",
                verbose_name="联席会议",
            ),
        ),
        migrations.AddField(
            model_name="itemreader",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="确定人",
            ),
        ),
        migrations.AddField(
            model_name="itemreader",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="readers",
                to="decisions.item",
                verbose_name="议题",
            ),
        ),
        migrations.AddField(
            model_name="itemreader",
            name="removed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="移出人",
            ),
        ),
        migrations.AddField(
            model_name="itemreader",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reads",
                to=settings.AUTH_USER_MODEL,
                verbose_name="知悉人员",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="sent_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="发出人",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="sitting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notice_rows",
                to="decisions.sitting",
                verbose_name="联席会议",
            ),
        ),
        migrations.AddField(
            model_name="noticecopy",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="permissions.body",
                verbose_name="班子",
            ),
        ),
        migrations.AddField(
            model_name="noticecopy",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="decisions.notice",
                verbose_name="会议通知",
            ),
        ),
        migrations.AddField(
            model_name="noticecopy",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="permissions.seat",
                verbose_name="席位",
            ),
        ),
        migrations.AddField(
            model_name="noticecopy",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notice_copies",
                to=settings.AUTH_USER_MODEL,
                verbose_name="人员",
            ),
        ),
        migrations.AddField(
            model_name="noticereceipt",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="确认人",
            ),
        ),
        migrations.AddField(
            model_name="noticereceipt",
            name="copy",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipt",
                to="decisions.noticecopy",
                verbose_name="通知送达",
            ),
        ),
        migrations.AddField(
            model_name="noticereminder",
            name="copy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminders",
                to="decisions.noticecopy",
                verbose_name="通知送达",
            ),
        ),
        migrations.AddField(
            model_name="paperview",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="views",
                to="decisions.item",
                verbose_name="议题",
            ),
        ),
        migrations.AddField(
            model_name="paperview",
            name="material",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.material",
                verbose_name="材料",
            ),
        ),
        migrations.AddField(
            model_name="paperview",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="查阅人",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendachange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("approved__isnull", True)),
                fields=("sitting", "item"),
                name="one_open_agenda_change_per_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendachange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved__isnull", True), ("decided_at__isnull", True)),
                    models.Q(("approved__isnull", False), ("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="decided_agenda_change_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemreader",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)), fields=("item", "user"), name="item_reader_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="itemreader",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("removed_at__isnull", True), models.Q(("removed_reason", ""), _negated=True), _connector="OR"
                ),
                name="removed_reader_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("sitting", "number"), name="notice_number_once"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("days__gte", models.F("required")), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="short_notice_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticecopy",
            constraint=models.UniqueConstraint(fields=("notice", "seat"), name="notice_copy_once"),
        ),
        migrations.AddConstraint(
            model_name="noticereminder",
            constraint=models.UniqueConstraint(fields=("copy", "on"), name="notice_reminder_once_a_day"),
        ),
        migrations.AddIndex(
            model_name="paperview",
            index=models.Index(fields=["item", "user"], name="paper_view_by_reader"),
        ),
        migrations.RunSQL(NEVER_CHANGED, [f"DROP TRIGGER {table}_immutable ON {table}" for table in IMMUTABLE]),
        migrations.RunSQL(NEVER_REMOVED, [f"DROP TRIGGER {table}_kept ON {table}" for table in KEPT]),
        migrations.RunSQL(GUARDS, WITHOUT_GUARDS),
    ]
