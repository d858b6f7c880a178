"""Made-up content for the page that shows every component."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils import timezone

from permissions.look.changes import compare
from permissions.look.timeline import Entry

TOWN = SimpleNamespace(code="town", mark="square", letter="镇", label="洪林镇党委")
ZONE = SimpleNamespace(code="zone", mark="circle", letter="区", label="示范区党组")
OLD = """一、盘活范围。原镇粮站 11.6 亩场地整体盘活。
二、租期与租金。租期十年，期满优先续租。
三、收益分配。镇、区按 4∶6 比例分享。"""
NEW = """一、盘活范围。原镇粮站 11.6 亩场地整体盘活。
二、租期与租金。租期六年，期满可续租一次。
三、收益分配。镇、区按 4∶6 分享。
四、生态要求。雨污分流由承租方实施。"""


class SampleForm(forms.Form):
    """A form with one field of each shape."""

    kind = forms.ChoiceField(
        label="事项类型",
        help_text="类型决定所需材料、限额和规则，提交后不能更改。",
        choices=[("decision", "重大决策\n规划、制度、改革举措"), ("project", "重大项目\n建设、盘活、招商项目")],
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label="议题名称", help_text="写清对象和要做的事，不超过 40 字。")
    amount = forms.DecimalField(
        label="涉及金额",
        help_text="没有金额请填 0。",
        error_messages={"invalid": "请填写数字，例如 280。单位已经是万元，不用再写。"},
    )
    sitting = forms.ChoiceField(label="拟上会日期", choices=[("9", "9月18日（周五）第 9 次联席会议")])
    day = forms.DateField(label="期限", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    summary = forms.CharField(label="方案要点", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    paper = forms.FileField(label="材料", required=False)
    agree = forms.BooleanField(label="我已阅读方案全文", required=False)


def context() -> dict[str, Any]:
    """What the page draws."""
    now = timezone.now()
    filled = SampleForm({"kind": "project", "title": "村级闲置校舍改建", "amount": "约一百二十万", "sitting": "9"})
    filled.is_valid()
    day = timedelta(days=1)
    entries = [
        Entry(now, "法律顾问", "复核第 4 版", None, "2 条意见中 1 条已改", "", "now", 47, "e07b3c19", "51d2aa84"),
        Entry(now - day, "党委委员（常务）", "修改方案", TOWN, "租期：十年 → 六年", "", "", 46, "51d2aa84", "c8f01b6e"),
        Entry(now - 35 * day, "党组书记", "确认共提", ZONE, "共提 → 共谋", "", "key", 6, "4d10c7a8", "2ef68b05"),
    ]
    return {
        "town": TOWN,
        "zone": ZONE,
        "form": filled,
        "entries": entries,
        "changes": compare(OLD, NEW),
        "notes": {"propose": "8月4日", "plan": "8月4日起"},
        "facts": [("表决方式", "记名表决"), ("通过条件", "两个班子分别过半数"), ("空的", "")],
        "past": now - day,
        "soon": now + timedelta(minutes=20),
        "later": now + 5 * day,
    }
