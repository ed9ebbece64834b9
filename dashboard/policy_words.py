"""What policy events say, in Chinese.

Events are written in English, in a fixed form (sim/policy.py): "rule, its name: level in force".
Rules and levels are translated; the name of a rule is chosen by the scenario, so only those of the
scenarios that come with the program are known, and any other stands as it is.
"""

import re

from dashboard.catalogue import Language

_EVENT = re.compile(
    r"(?P<rule>[^,:]+), (?P<name>[^:]+): (?:(?P<ended>no longer in force)"
    r"|(?P<level>\S+) (?:in force|announced for (?P<start>\d{4}-\d{2})))"
)

RULES = {
    "all-in price cap": "综合融资成本上限",
    "contract price cap": "合同利率上限",
    "leverage limit": "杠杆上限",
    "guarantee limit": "担保倍数上限",
    "joint-lending floor": "联合贷款出资下限",
    "single-borrower limit": "单户限额",
    "minimum capital": "最低资本",
    "licence openness": "牌照开放度",
    "bureau coverage": "征信覆盖",
    "least bureau coverage": "征信覆盖下限",
    "months of bureau lag": "征信报送滞后月数",
    "credit repair": "信用修复",
    "disclosure": "综合成本披露",
    "limit on collection": "催收限制",
    "data rule": "数据规则",
    "funding freeze": "融资冻结",
    "interest subsidy": "贴息",
    "state loan guarantee": "国家融资担保",
    "technology support": "技术补贴",
    "limit on securities": "资产证券化上限",
    "P2P permission": "网络借贷许可",
    "provisioning rule": "拨备要求",
    "countercyclical buffer": "逆周期资本缓冲",
    "one brand at a partner": "单一合作方集中度上限",
    "brands at a partner": "合作贷款占比上限",
    "market-share limit": "市场份额上限",
    "licence quota": "牌照数量上限",
    "inspections a month": "每月检查概率",
}

NAMES = {
    "facilitation": "助贷",
    "judicial line": "司法保护上限",
    "bank": "银行",
    "facilitation notice": "助贷新规",
    "consumer finance": "消费金融",
    "consumer finance guidance": "消费金融窗口指导",
    "small loan": "小额贷款",
    "cost guideline": "融资成本指引",
    "internet bank": "互联网银行",
    "banks": "银行",
    "apr cap": "利率上限",
    "personal loan guidance": "个人贷款指引",
    "hidden fees": "费用未披露",
    "antitrust": "反垄断",
    "consumer": "消费贷款",
    "farm": "涉农贷款",
    "ledger": "共享账本",
    "contracts": "智能合约",
    "farm records": "涉农信用信息",
    "forbearance": "暂缓催收",
    "inclusive": "普惠",
    "limit": "限制",
    "once": "一次性",
    "restriction": "数据限制",
    "banned": "全面禁止",
    "halved": "减半",
    "half": "一半",
    "first half": "上半年",
    "full": "全覆盖",
    "freeze": "冻结",
    "small": "小额",
    "tight": "从严",
    "securities": "资产证券化",
    "built": "逐步积累",
    "permitted": "许可",
    "all": "全部",
    "routine": "常规",
    "twice a year": "每年两次",
    "thorough": "从严检查",
    "outage": "中断",
    "openness": "放宽",
    "no direct line": "断直连",
    "through bureaux": "经征信机构",
    "platforms": "平台客户",
    "before": "此前",
}


YUAN, TIMES, MONTHS, FIRMS = "yuan", "times", "months", "firms"

UNITS = {
    "minimum capital": YUAN,
    "single-borrower limit": YUAN,
    "credit repair": YUAN,
    "leverage limit": TIMES,
    "guarantee limit": TIMES,
    "limit on securities": TIMES,
    "provisioning rule": TIMES,
    "months of bureau lag": MONTHS,
    "licence quota": FIRMS,
}
"""Rules whose levels are no shares, and in what they are counted."""

_UNIT_WORDS = {
    "en": {TIMES: " times", MONTHS: " months", FIRMS: " firms"},
    "zh": {TIMES: "倍", MONTHS: "个月", FIRMS: "家"},
}


def event_words(text: str, language: Language) -> str:
    """A rule's event in a language, its level with a unit; unchanged where its form is not known.

    Shares are written as per cent already.
    """
    match = _EVENT.fullmatch(text)
    if match is None or match["rule"] not in RULES:
        return text
    level = match["level"] or ""
    shown = level_words(match["rule"], level, language)
    if language == "en":
        return text.replace(f": {level} ", f": {shown} ") if level else text
    rule, name = RULES[match["rule"]], NAMES.get(match["name"], match["name"])
    if match["ended"]:
        return f"{rule}（{name}）：不再实施"
    if match["start"]:
        return f"{rule}（{name}）：宣布自{match['start']}起为{shown}"
    return f"{rule}（{name}）：{shown}开始实施"


def level_words(rule: str, level: str, language: Language) -> str:
    """A level as events write it ("1,000,000,000", "12.5"), with the unit of its rule."""
    unit = UNITS.get(rule)
    if unit is None:
        return level
    try:  # a share of at most one stands as per cent, whatever the unit
        value = float(level[:-1]) / 100 if level.endswith("%") else float(level.replace(",", ""))
    except ValueError:
        return level
    if unit == YUAN:
        return yuan_in(value, language)
    return f"{value:g}{_UNIT_WORDS[language][unit]}"


def yuan_in(amount: float, language: Language) -> str:
    """An amount in the large units of a language."""
    large = {"en": ((1e9, " billion"), (1e6, " million")), "zh": ((1e8, "亿"), (1e4, "万"))}
    for size, name in large[language]:
        if amount >= size:
            return f"{amount / size:,.4g}{name}{' yuan' if language == 'en' else '元'}"
    return f"{amount:,.0f} yuan" if language == "en" else f"{amount:,.0f}元"
