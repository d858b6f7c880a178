"""The words of what the example's items were asked: experts, risks, the public."""

from decisions.example.gathering import Comment, Expert

RICE_EXPERTS = (
    Expert("水产养殖研究员甲", "省农业科学院", "稻虾共作面积与水源条件相称，建议枯水期实行总量控制。"),
    Expert("农产品流通副教授乙", "省农业大学", "冷链中心规模合适，可分两期建设。", "conditional"),
)
RICE_RISK = ("low", "市场、用水、耕地三类风险，等级均为低。", "签订保底收购协议，枯水期停止扩面，耕地用途按图斑管理。")
RICE_COMMENTS = (
    Comment("罗湖村村民代表", "希望虾苗由集体统一采购，价格公开。", "adopted"),
    Comment("", "建议全镇都改养虾，不再种稻。", "not", "与耕地保护规定不符，稻虾共作须以稻为主。"),
)
STATION_EXPERTS = (
    Expert("结构工程师甲", "市建筑设计院", "三栋库房可修缮使用，屋面不宜新增荷载。", "conditional"),
    Expert(
        "农产品仓储研究员乙",
        "省农业科学院",
        "冷链仓储与初加工业态可行，建议租期不超过六年。",
        "conditional",
        "应先公开招租再定业态，不宜由平台公司先行确定。",
    ),
    Expert("企业顾问丙", "县冷链协会", interest="配偶在拟承租企业任职，有直接利害关系，不参加论证。"),
)
STATION_RISK = (
    "medium",
    "承租企业经营中断、库房结构、雨污分流三类风险，可能性中等，影响可控。",
    "收取履约保证金，分期修缮，投产前验收排水。",
)
STATION_COMMENTS = (
    Comment(
        "粮站社区居民",
        "请保留粮站老门楼，里面办个粮食陈列室。",
        "partly",
        "门楼保留并修缮；陈列室与经营用途冲突，另行研究。",
    ),
    Comment("相邻村村民", "优先招用本地村民。", "adopted"),
    Comment("", "改成停车场，方便赶集。", "not", "与用地性质不符，集镇停车另有规划。"),
)
