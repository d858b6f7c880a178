"""The words of the example's items: proposals, plans in versions, opinions, files."""

from dataclasses import dataclass

from decisions.models import Opinion, Plan

SUBSTANTIVE, WORDING = Plan.Kind.SUBSTANTIVE, Plan.Kind.WORDING
ADOPTED, PARTLY, NOT_ADOPTED = Opinion.Answer.ADOPTED, Opinion.Answer.PARTLY, Opinion.Answer.NOT_ADOPTED


@dataclass(frozen=True)
class Matter:
    """A proposal, by usernames of the example town."""

    title: str
    kind: str
    proposer: str
    co_proposers: tuple[str, ...]
    summary: str
    reason: str = ""
    amount: str = ""
    candidates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Version:
    """One saved text of a plan."""

    clauses: list[dict[str, str]]
    note: str = ""
    kind: str = SUBSTANTIVE


@dataclass(frozen=True)
class Words:
    """An opinion, given `days` ago, and its answer, empty while it waits."""

    who: str
    days: int
    hour: int
    text: str
    answer: str = ""
    reply: str = ""
    answered_by: str = "zone.industry"


def plan(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """Clauses from pairs of title and text."""
    return [{"title": title, "body": body} for title, body in pairs]


# ---------------------------------------------------------------- 原镇粮站闲置场地盘活方案

STATION = Matter(
    title="原镇粮站闲置场地盘活方案",
    kind="project",
    proposer="zone.industry",
    co_proposers=("town.standing",),
    amount="280",
    summary=(
        "原镇粮站 11.6 亩场地及 3 栋库房闲置多年。拟由示范区平台公司统一修缮，引入农产品初加工与冷链仓储企业，"
        "镇、区分享租金收益，村集体优先供工。修缮和改造约 280 万元，由平台公司自筹。"
    ),
    reason="稻虾上市季冷库缺口约 600 吨，农户外运损耗大；场地由镇管理，项目由区招引，须双方一起定。",
)
_SCOPE = (
    "盘活范围",
    "将原镇粮站 11.6 亩闲置场地及 3 栋库房整体盘活，由示范区国有平台公司统一修缮，引入农产品初加工与冷链仓储企业，"
    "镇、区按 4∶6 分享租金收益，村集体优先供工。",
)
_RENT_OLD = ("租期与租金", "租期十年，期满优先续租。租金每亩每年 1.2 万元，十年不变。")
_RENT_NEW = ("租期与租金", "租期六年，期满可续租一次。前三年租金每亩每年 1.2 万元，第四年起每年递增 3%。")
_LABOUR = ("村集体供工", "承租企业用工六成以上从三个相邻村招用，由村集体统一组织，劳务费按月结清。")
_SHARE_OLD = ("收益分配", "租金收益由镇、区按 4∶6 比例分享，每年 12 月 20 日前结算。")
_SHARE_NEW = ("收益分配", "租金收益由镇、区按 4∶6 分享，每年 12 月 20 日前结算，双方财务各执一份台账。")
_ECOLOGY = ("生态要求", "雨污分流改造由承租方实施，验收合格后方可投产。")
_EXPLAIN = ("解释", "本方案由平台公司负责解释。")
STATION_VERSIONS = (
    Version(plan(_SCOPE, _RENT_OLD, ("收益分配", "租金收益由镇、区平分，年底结算。"), _EXPLAIN), "初稿"),
    Version(plan(_SCOPE, _RENT_OLD, _SHARE_OLD, _EXPLAIN), "按双方确认意见改写收益比例"),
    Version(plan(_SCOPE, _RENT_OLD, _LABOUR, _SHARE_OLD, _EXPLAIN), "补充村集体供工条款"),
    Version(plan(_SCOPE, _RENT_NEW, _LABOUR, _SHARE_NEW, _ECOLOGY), "租期、租金、生态三处修改，采纳法律顾问等意见"),
)
STATION_OPINIONS = (
    Words(
        "zone.finance",
        5,
        9,
        "修缮资金 280 万元由平台公司自筹，请写明分两年投入，避免当年现金流过紧。",
        ADOPTED,
        "已与平台公司商定分两年投入，首年不超过 160 万元，写入修缮合同。",
    ),
    Words(
        "zone.ecology",
        4,
        10,
        "建议库房屋面全部加装光伏。",
        NOT_ADOPTED,
        "原库房结构鉴定不满足荷载，改造费用超出本项目预算；拟另行提出议题。",
    ),
    Words(
        "town.discipline",
        3,
        15,
        "收益分配应写明结算时点，并由双方财务各执一份台账。",
        PARTLY,
        "结算时点已写入方案；台账由平台公司建立，双方财务各执一份，可随时查阅。",
    ),
    Words(
        "legal",
        2,
        16,
        "租期十年且无调价机制，与国有资产出租管理规定不符，建议缩短租期并约定递增。",
        ADOPTED,
        "改为六年，第四年起每年递增 3%。",
        "town.standing",
    ),
    Words("town.deputy", 1, 17, "相邻三个村的供工人数请先摸底，再写六成的比例，防止做不到。"),
)
PUBLIC_NOTE = """公众意见采纳情况说明

征求意见 31 日，收到意见 3 条，采纳 1 条，部分采纳 1 条，未采纳 1 条。
优先招用本地村民、保留粮站老门楼，已写入方案。
未采纳：要求改建为停车场，与用地性质不符。
"""
EXPERT_NOTE = """专家意见书（2 份，均已签名）

一、结构：三栋库房可修缮使用，屋面不宜新增荷载。
二、经营：冷链仓储与初加工业态可行，建议租期不超过六年。
三、不同意见：一名专家认为应先公开招租再定业态，随卷保留。
"""
RENT_TABLE = "年份,面积（亩）,单价（万元）,租金（万元）\n1,11.6,1.20,13.92\n2,11.6,1.20,13.92\n3,11.6,1.20,13.92\n4,11.6,1.236,14.34\n"

# ---------------------------------------------------------------- 沿河生态保护带建设方案

RIVER = Matter(
    title="沿河生态保护带建设方案",
    kind="project",
    proposer="town.office",
    co_proposers=("zone.ecology",),
    amount="460",
    summary="沿河 5.2 公里两岸各 30 米，退养还林、清淤护岸，分三段两年完成。资金为上级专项 320 万元、镇区自筹 140 万元。",
    reason="汛期两处塌岸，示范区尾水入河需要缓冲带；河道跨镇、区两方管理。",
)
RIVER_VERSIONS = (
    Version(
        plan(
            ("建设范围", "沿河 5.2 公里，两岸各 20 米，涉及 4 个村。"),
            ("建设内容", "退养还林 180 亩，清淤护岸 2.4 公里，设步行便道。"),
            ("资金", "总投资 460 万元，上级专项 320 万元，镇、区各自筹 70 万元。"),
        ),
        "初稿",
    ),
    Version(
        plan(
            ("建设范围", "沿河 5.2 公里，两岸各 30 米，涉及 4 个村。"),
            ("建设内容", "退养还林 260 亩，清淤护岸 2.4 公里，设步行便道和 3 处尾水净化湿地。"),
            ("资金", "总投资 460 万元，上级专项 320 万元，镇、区各自筹 70 万元。"),
            ("退养补偿", "按每亩 2,600 元一次性补偿，签订协议后 15 日内付清。"),
        ),
        "扩宽到 30 米，增加湿地和退养补偿",
    ),
)
#: what the zone's members would rather do: narrower, in stages (R9)
RIVER_NAMES = ("一次建成", "分段实施")
RIVER_ALTERNATIVE = plan(
    ("建设范围", "沿河 5.2 公里，两岸各 20 米，涉及 4 个村；塌岸两处先行，其余两年内分段实施。"),
    ("建设内容", "退养还林 180 亩，清淤护岸 2.4 公里，设步行便道和 1 处尾水净化湿地。"),
    ("退养补偿", "按每亩 2,600 元一次性补偿，签订协议后 15 日内付清。"),
    ("资金", "总投资 310 万元，上级专项 320 万元中列支，镇、区不再自筹。"),
)
#: clause of the main plan, who, days ago, words, who answered, the answer
RIVER_TALK = (
    (
        3,
        "town.publicity",
        4,
        "37 户里有 9 户不在村，协议怎么签，请写明。",
        "zone.office",
        "已请村委会先行联系，拟写进第二款。",
    ),
    (0, "zone.ecology", 3, "两岸各 30 米涉及示范区泵房，请核对坐标。", "town.office", "已核对，泵房在 34 米处。"),
)
#: clause of the main plan, who, days ago, new text, why
RIVER_SUGGESTIONS = (
    (
        1,
        "zone.planning",
        3,
        "退养还林 260 亩，清淤护岸 2.4 公里，设步行便道和 3 处尾水净化湿地，湿地出水达到地表水 Ⅳ 类。",
        "没有出水标准，验收时无法判断。",
    ),
    (
        3,
        "town.publicity",
        2,
        "按每亩 3,000 元一次性补偿，签订协议后 15 日内付清。",
        "邻镇去年的标准是每亩 3,000 元。",
    ),
)
RIVER_OPINIONS = (
    Words(
        "zone.planning",
        5,
        11,
        "与示范区水网规划第 3 段重叠约 400 米，请统一断面。",
        ADOPTED,
        "已按示范区水网规划统一断面，施工图一并审查。",
        "town.office",
    ),
    Words("town.publicity", 5, 14, "退养户有 37 户，请先入户讲清补偿标准，再张榜公示。"),
)

# ---------------------------------------------------------------- 企业用工与村集体资源对接办法

LABOUR = Matter(
    title="企业用工与村集体资源对接办法",
    kind="decision",
    proposer="zone.office",
    co_proposers=("town.office",),
    summary=(
        "建立企业需求、村集体资源两张清单，由镇、区联合办公室按月撮合。用工、场地、广告、工程等 30 余项需求先行试点，"
        "村集体按协议取得劳务组织费。"
    ),
    reason="企业招工难与村集体闲置劳力并存，双方各有一半信息。",
)

# ---------------------------------------------------------------- 干部双向交流推荐（第二批）

EXCHANGE = Matter(
    title="干部双向交流推荐（第二批）",
    kind="personnel",
    proposer="town.standing",
    co_proposers=("zone.standing",),
    summary="按镇、区干部双向交流安排，第二批推荐 3 人，交流期一年，人事关系不变，期满双方共同考核。",
    reason="第一批交流期满，产业、项目、财务三个岗位需要接续。",
    candidates=(
        ("镇经济发展办副主任", "示范区招商服务中心副主任（交流）"),
        ("示范区产业部业务主管", "镇农业农村办副主任（交流）"),
        ("示范区财务部会计主管", "镇财政所副所长（交流）"),
    ),
)
EXCHANGE_VERSIONS = (
    Version(
        plan(
            ("推荐人选", "推荐 3 人双向交流，逐人表决，名单附后。"),
            ("交流期", "一年，人事关系和工资关系不变，交流津贴按规定执行。"),
            ("考核", "期满由双方共同考核，结果记入年度考核。"),
        ),
        "初稿",
    ),
)
VETTING_NOTE = "推荐考察材料\n\n个别谈话 26 人次，民主测评优秀率均在九成以上，公示期无异议。个人有关事项已核查。\n"
EXCHANGE_REVIEW = "推荐程序完整，公示期满无异议，交流期限和待遇符合规定。可以上会。"

# ---------------------------------------------------------------- 2026 年村级道路养护资金安排


def roads(year: int) -> Matter:
    """The road money of one year."""
    return Matter(
        title=f"{year} 年村级道路养护资金安排",
        kind="funds",
        proposer="town.office",
        co_proposers=("zone.office",),
        amount="186.5",
        summary="全年养护村道 46.3 公里，其中示范区内 18.1 公里。按里程和破损程度分配，镇承担 112 万元，区承担 74.5 万元。",
        reason="示范区运输车辆增多，村道破损加快，须双方分担。",
    )


ROADS_VERSIONS = (
    Version(
        plan(
            ("养护范围", "村道 46.3 公里，示范区内 18.1 公里，名录附后。"),
            ("资金分担", "总额 186.5 万元，镇承担 112 万元，区承担 74.5 万元。"),
        ),
        "初稿",
    ),
    Version(
        plan(
            ("养护范围", "村道 46.3 公里，其中示范区内 18.1 公里，名录附后。"),
            ("资金分担", "总额 186.5 万元，镇承担 112 万元，区承担 74.5 万元，分两次拨付。"),
            ("验收", "每季度由镇、区和所在村三方验收，不合格的扣减下季度拨款。"),
        ),
        "补充拨付和验收",
    ),
)
ROADS_OPINIONS = (
    Words(
        "zone.finance",
        9,
        10,
        "拨付请分两次，验收后再拨第二次。",
        ADOPTED,
        "已写明分两次拨付，第二次在验收合格后。",
        "town.office",
    ),
)
ROADS_TABLE = "路段,里程（公里）,破损率,金额（万元）\n示范区内,18.1,31%,74.5\n其他村道,28.2,22%,112\n"
ROADS_REVIEW = "资金来源和分担方式符合预算管理规定，分配标准公开。可以上会。"

# ---------------------------------------------------------------- 村级闲置校舍改建农产品集散点

SCHOOL = Matter(
    title="村级闲置校舍改建农产品集散点",
    kind="project",
    proposer="zone.industry",
    co_proposers=("town.standing",),
    amount="120",
    summary=(
        "两所撤并村小校舍闲置多年，结构鉴定为 B 级。拟由两村集体共同出资修缮，改建为稻虾、蔬菜集散点，示范区企业承租。"
        "资金来源为村集体自筹 60 万元、乡村振兴衔接资金 60 万元。预计每村年增收 8 万元。"
    ),
)

# ---------------------------------------------------------------- 示范区稻虾产业规划

RICE = Matter(
    title="示范区稻虾产业规划（2026—2030 年）",
    kind="decision",
    proposer="zone.industry",
    co_proposers=("town.standing",),
    summary="五年内稻虾面积由 1.2 万亩扩到 2 万亩，建一个分拣冷链中心、两个育苗基地，带动 9 个村集体经营。",
    reason="面积和用水涉及镇属 9 个村，销路和冷链在示范区，须一张规划管到底。",
)
RICE_VERSIONS = (
    Version(
        plan(
            ("目标", "到 2030 年稻虾面积 2 万亩，亩均纯收入 2,800 元以上。"),
            ("布局", "沿河一带以稻虾轮作为主，东部三村以育苗为主。"),
            ("保障", "统一供苗、统一分拣，村集体按服务量取得收入。"),
        ),
        "初稿",
    ),
    Version(
        plan(
            ("目标", "到 2030 年稻虾面积 2 万亩，亩均纯收入 2,800 元以上。"),
            ("布局", "沿河一带以稻虾轮作为主，东部三村以育苗为主，不占永久基本农田挖沟。"),
            ("保障", "统一供苗、统一分拣，村集体按服务量取得收入。"),
            ("用水", "总量控制，枯水期由镇水利站统一调度。"),
        ),
        "增加用水和耕地保护",
    ),
)
RICE_FILES = (
    ("public", "公众意见采纳情况说明.txt", "征求意见 31 日，收到 2 条，采纳 1 条，其余说明理由。\n"),
    ("expert", "专家论证意见.txt", "2 名专家论证，均认为可行，建议枯水期总量控制，已采纳。\n"),
    ("risk", "风险评估报告.txt", "市场、用水、耕地三类风险，等级均为低，对策已写入规划。\n"),
)
RICE_OPINIONS = (
    Words(
        "zone.ecology",
        62,
        10,
        "请写明不占永久基本农田，枯水期用水要有总量。",
        ADOPTED,
        "已增加用水一条，并在布局中写明。",
    ),
)
RICE_REVIEW = "程序完备，内容与耕地保护、水资源管理规定相符。可以上会。"
#: Who did not vote in favour; everybody else did.
RICE_VOTES = {"town.arms": "abstain", "zone.finance": "against"}

# ---------------------------------------------------------------- 网格力量统一调度办法

GRID = Matter(
    title="网格力量统一调度办法",
    kind="decision",
    proposer="town.office",
    co_proposers=("zone.industry",),
    summary="镇、区两支网格队伍 46 人统一值班、统一派单，防火、防汛、秸秆禁烧三类险情 15 分钟内到场。",
    reason="去年以来联合处置险情 10 余起，两套值班表互不相通，到场时间差 20 分钟以上。",
)
GRID_VERSIONS = (
    Version(
        plan(
            ("统一值班", "镇、区网格员编入同一张值班表，设一个指挥台，24 小时在岗。"),
            ("统一派单", "险情由指挥台派单，就近先到，不分镇、区。"),
        ),
        "初稿",
    ),
)

#: who has confirmed the notice of the next sitting
NOTICE_READERS = (
    "town.chair",
    "town.mayor",
    "town.deputy",
    "town.congress",
    "zone.chair",
    "zone.industry",
    "zone.finance",
)

#: Milestones of carrying it out, in days from now: one is done, one is late, one is to come.
RICE_STEPS = (("与四村签订联建协议", -22), ("首批八百亩稻田改造", -4), ("加工车间投产", 120))
RICE_PROGRESS = "四村联建协议已签，首批稻田改造完成六成，因连续降雨推迟。"
RICE_PUBLIC = "镇党委、示范区党组联席会议决定实施稻虾产业规划，由示范区平台公司承办，分年度推进。"
FLOOD_TITLE = "沿河村山洪避险转移"
FLOOD_FACTS = "上游一小时降雨八十毫米，沿河村两组低洼处进水，夜间来不及召开会议。"
FLOOD_MEASURES = "立即转移沿河两组四十二户一百三十一人，开放镇中学安置，先行垫付安置费用六万元。"
FLOOD_REPORT = "四十二户已于当晚全部转移安置，无人员伤亡，费用六万元由镇财政先行垫付，将提请下一次联席会议追认。"
