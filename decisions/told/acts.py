"""What a version was made by, for the acts whose log entries say more than a version keeps."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

#: act → its name without what came of it, where the sentence of the log takes that from the entry's data
ACTS: Mapping[str, Any] = {
    "agenda_change_ask": pgettext_lazy("log", "申请变更议程"),
    "agenda_change_decide": pgettext_lazy("log", "批示议程变更"),
    "body_add": pgettext_lazy("log", "设立班子"),
    "case_end": pgettext_lazy("log", "流程办结"),
    "comment_settle": pgettext_lazy("log", "解决或重开讨论"),
    "decision_revised": pgettext_lazy("log", "决策经变更、停止或复议"),
    "election_set": pgettext_lazy("log", "确定表决安排"),
    "emergency_answer": pgettext_lazy("log", "对紧急决定表态"),
    "execution_accept": pgettext_lazy("log", "验收"),
    "guest_move": pgettext_lazy("log", "登记列席人员进出会场"),
    "history_begin": pgettext_lazy("log", "开始留存版本"),
    "item_classify": pgettext_lazy("log", "确定或解除涉密"),
    "item_confirm": pgettext_lazy("log", "确认共提或退回议题"),
    "item_draft_save": pgettext_lazy("log", "保存草稿"),
    "item_raised": pgettext_lazy("log", "由业务记录提出议题"),
    "legality_give": pgettext_lazy("log", "出具合法性审查意见"),
    "plan_save": pgettext_lazy("log", "编写方案"),
    "recusal_rule": pgettext_lazy("log", "裁定是否回避"),
    "role_add": pgettext_lazy("log", "设立角色"),
    "statement_check": pgettext_lazy("log", "确认或更正发言"),
    "superior_rule": pgettext_lazy("log", "登记上级裁定"),
    "user_add": pgettext_lazy("log", "建立账号"),
}
