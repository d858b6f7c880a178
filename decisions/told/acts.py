"""What a version was made by, for the acts whose log entries say more than a version keeps."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

#: act → its name, where the sentence of the log needs the entry's data
ACTS: Mapping[str, Any] = {
    "body_add": pgettext_lazy("log", "设立班子"),
    "case_end": pgettext_lazy("log", "流程办结"),
    "comment_settle": pgettext_lazy("log", "解决或重开讨论"),
    "history_begin": pgettext_lazy("log", "开始留存版本"),
    "item_draft_save": pgettext_lazy("log", "保存草稿"),
    "legality_give": pgettext_lazy("log", "出具合法性审查意见"),
    "plan_save": pgettext_lazy("log", "编写方案"),
    "role_add": pgettext_lazy("log", "设立角色"),
    "user_add": pgettext_lazy("log", "建立账号"),
}
