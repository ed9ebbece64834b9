"""What events say, in the page's language: rules, strategies, runs, entries, failures, mergers."""

from dashboard.catalogue import Language
from dashboard.happenings import names_in_chinese
from dashboard.happenings.phrases import Phrase, PhraseBook
from dashboard.policy_words import NAMES, RULES, event_words
from sim.names import lender_name, spaced

STRATEGIES = {
    "price_war": "价格战",
    "premium": "高端定价",
    "follow": "跟随",
    "expand": "扩张",
}
INCIDENTS = {
    "outage": "系统中断",
    "data breach": "数据泄露",
    "lost supplier of data": "数据供应中断",
}
FUNDERS = {
    "depositors": "存款人",
    "wholesale funders": "批发融资方",
    "buyers of its securities": "资产支持证券投资者",
    "P2P investors": "网贷出借人",
}
FIGURES = {
    "the NPL ratio": "不良率",
    "the share of loans 90 days late": "逾期90天以上占比",
    "the 12-month default rate": "12个月违约率",
    "HHI": "HHI",
    "the largest brand's share": "最大品牌份额",
    "the share of the five largest platforms": "前五大平台份额",
    "credit growth over a year": "年度信贷增速",
}
TECHNOLOGIES = {
    "big data": "大数据",
    "ai": "人工智能",
    "shared ledger": "共享账本",
    "smart contracts": "智能合约",
}

REACTIONS = {
    "tighten on losses": "损失上升时收紧",
}
LOTS = {"loans": "贷款", "claims on loans charged off": "已核销贷款债权"}
BUYERS = {"outside buyers": "外部买家"}

SHOCKS = {"recession": "经济衰退", "pandemic": "疫情", "income": "收入冲击"}

PARTS = (
    Phrase("it holds {n} times its equity", "贷款为权益的{n}倍"),
    Phrase("a year's loss of {n} of its equity", "一年亏损达权益的{n}"),
    Phrase("stress in the market", "资金市场压力"),
    Phrase("a rumour", "传言"),
    Phrase("it has no equity left", "权益已耗尽"),
    Phrase("loans of {n} times equity, {m} allowed", "贷款为权益的{n}倍（上限{m}）"),
    Phrase("guarantees of {n} times equity, {m} allowed", "担保为权益的{n}倍（上限{m}）"),
    Phrase("{n} months below the minimum capital", "低于最低资本已{n}个月"),
    Phrase("{n} on {licence} contracts, {m} allowed", "{licence}合同利率{n}（上限{m}）"),
    Phrase("{n} of joint loans kept, {m} required", "联合贷款自留{n}（要求{m}）"),
    Phrase("after {n} findings within {m} months", "{m}个月内违规{n}次"),
    Phrase("its licence is revoked", "牌照被吊销"),
    Phrase("the last firm has closed", "最后一家机构已关闭"),
    Phrase("insolvent: losses have used up its equity", "资不抵债：亏损耗尽权益"),
    Phrase("illiquid: funding that fell due could not be replaced", "流动性枯竭：到期融资无法续接"),
    Phrase("below the minimum capital for more than a year", "低于最低资本超过一年"),
    Phrase(
        "no loan in more than a year: nothing that it may charge covers its costs",
        "一年多没有放款：允许的价格不足以覆盖成本",
    ),
    Phrase("{n} of people lose {m} of their income", "{n}的人收入损失{m}"),
    Phrase("unemployment {n} points", "失业率{n}个百分点"),
    Phrase("growth a year {n} points", "年增长率{n}个百分点"),
    Phrase("{figure} at {n}, above {m} for {k} months", "{figure}为{n}，连续{k}个月高于{m}"),
    Phrase("{figure} at {n}, below {m} for {k} months", "{figure}为{n}，连续{k}个月低于{m}"),
)
"""Reasons and findings, which stand within other sentences."""

SENTENCES = (
    Phrase(
        "takes up {strategy} as its strategy; equity at {n} of what its loans need",
        "采用{strategy}策略；权益为贷款所需的{n}",
    ),
    Phrase(
        "ends {strategy} as its strategy; equity at {n} of what its loans need",
        "结束{strategy}策略；权益为贷款所需的{n}",
    ),
    Phrase(
        "gives up {strategy} for good for want of capital: equity at {n} of what its loans need",
        "因资本不足，永久放弃{strategy}策略：权益为贷款所需的{n}",
    ),
    Phrase(
        "gives up {strategy} for good for want of trust: funders and partners leave {n} of their "
        "money with it",
        "因失去信任，永久放弃{strategy}策略：资金方与合作方仅保留{n}的资金",
    ),
    Phrase(
        "gives up {strategy} for good after {n} years of returns on equity below {m}",
        "权益回报率连续{n}年低于{m}，永久放弃{strategy}策略",
    ),
    Phrase("ends its strategy {strategy}", "结束{strategy}策略"),
    Phrase("{funder} run: {part}", "{funder}挤兑：{part}"),
    Phrase(
        "reaction, {name}: {rule} from {level} to {level2}; {part}",
        "监管反应（{name}）：{rule}由{level}调至{level2}；{part}",
    ),
    Phrase(
        "merges into {lender} after a year's return on equity of {n}; its owners are paid the "
        "value of its equity",
        "并入{lender}（此前一年权益回报率{n}）；股东按权益价值获得支付",
    ),
    Phrase("leaves the market, {part}", "退出市场：{part}"),
    Phrase(
        "buys the book of {lender}: {bn} billion yuan of its brand, {bn2} billion below what the "
        "books say; its funders lose {bn3} billion",
        "收购{lender}的贷款：品牌余额{bn}亿元，低于账面{bn2}亿元；其资金方损失{bn3}亿元",
    ),
    Phrase(
        "buys the book of {lender}: {bn} billion yuan of its brand, {bn2} billion below what the "
        "books say",
        "收购{lender}的贷款：品牌余额{bn}亿元，低于账面{bn2}亿元",
    ),
    Phrase(
        "buys the book of {lender}: {bn} billion yuan of its brand; its funders lose {bn2} billion",
        "收购{lender}的贷款：品牌余额{bn}亿元；其资金方损失{bn2}亿元",
    ),
    Phrase(
        "buys the book of {lender}: {bn} billion yuan of its brand",
        "收购{lender}的贷款：品牌余额{bn}亿元",
    ),
    Phrase(
        "enters the market as {licence} with {bn} billion yuan of capital, the minimum that the "
        "licence requires",
        "以{licence}牌照进入市场，资本{bn}亿元（牌照要求的最低额）",
    ),
    Phrase(
        "enters the market as {licence} with {bn} billion yuan of capital",
        "以{licence}牌照进入市场，资本{bn}亿元",
    ),
    Phrase(
        "waits for a licence: the quota of {licence} is full", "等待牌照：{licence}牌照名额已满"
    ),
    Phrase(
        "takes no new customers: {n} of the market is above the limit",
        "暂停新增客户：市场份额{n}超过上限",
    ),
    Phrase("takes new customers again: {n} of the market", "恢复新增客户：市场份额{n}"),
    Phrase(
        "inspected and fined {mn} million yuan for {parts}; no new customers for {m} months; "
        "it has {n} months to correct it",
        "被检查并罚款{mn}亿元：{parts}；{m}个月内不得新增客户，限{n}个月内整改",
    ),
    Phrase(
        "inspected and fined {mn} million yuan for {parts}; it has {n} months to correct it",
        "被检查并罚款{mn}亿元：{parts}；限{n}个月内整改",
    ),
    Phrase(
        "inspected and fined {mn} million yuan for {parts}; no new customers for {m} months",
        "被检查并罚款{mn}亿元：{parts}；{m}个月内不得新增客户",
    ),
    Phrase("inspected and fined {mn} million yuan for {parts}", "被检查并罚款{mn}亿元：{parts}"),
    Phrase("licence revoked {part}", "牌照被吊销：{part}"),
    Phrase(
        "one of {n} firms loses its licence {part}; the others take over its customers",
        "{n}家机构中有一家被吊销牌照：{part}；其余机构接收其客户",
    ),
    Phrase(
        "{incident}: costs {mn} million yuan and a fine of {mn2}, and trust; data are worse for "
        "some months",
        "{incident}：损失{mn}亿元，罚款{mn2}亿元，并失去信任；数据数月内变差",
    ),
    Phrase(
        "{incident}: costs {mn} million yuan and a fine of {mn2}, and trust",
        "{incident}：损失{mn}亿元，罚款{mn2}亿元，并失去信任",
    ),
    Phrase(
        "{incident}: costs {mn} million yuan, and trust; data are worse for some months",
        "{incident}：损失{mn}亿元，并失去信任；数据数月内变差",
    ),
    Phrase(
        "{incident}: costs {mn} million yuan, and trust", "{incident}：损失{mn}亿元，并失去信任"
    ),
    Phrase("{incident}: costs {mn} million yuan", "{incident}：损失{mn}亿元"),
    Phrase(
        "{n} of {m} firms close after a year's return on equity of {k}; the others take over their "
        "customers",
        "{m}家中有{n}家关闭（此前一年权益回报率{k}）；其余机构接收其客户",
    ),
    Phrase(
        "{n} of {m} firm closes after a year's return on equity of {k}; the others take over their "
        "customers",
        "{m}家中有{n}家关闭（此前一年权益回报率{k}）",
    ),
    Phrase(
        "{n} firm opens beside {m} after a year's return on equity of {k}",
        "在{m}家之外新开{n}家（此前一年权益回报率{k}）",
    ),
    Phrase(
        "{n} firms open beside {m} after a year's return on equity of {k}",
        "在{m}家之外新开{n}家（此前一年权益回报率{k}）",
    ),
    Phrase(
        "owners put in {bn} billion yuan to reach the minimum capital",
        "股东注资{bn}亿元以达到最低资本",
    ),
    Phrase(
        "owners put in {bn} billion yuan: they expect it to earn {bn2} billion a year",
        "股东注资{bn}亿元：预期年盈利{bn2}亿元",
    ),
    Phrase(
        "owners refuse {bn} billion yuan: they expect it to earn {bn2} billion a year",
        "股东拒绝注资{bn}亿元：预期年盈利{bn2}亿元",
    ),
    Phrase(
        "partners that fund its loans withdraw: these lose {n} a year, {m} at the opening; they "
        "fund {k} of what is asked",
        "联合贷款资金方撤出：其贷款年损失率{n}（期初{m}）；现仅提供所求资金的{k}",
    ),
    Phrase(
        "{n} of {m} firms merge into others to reach the minimum capital",
        "{m}家中有{n}家为达到最低资本而并入其他机构",
    ),
    Phrase("opening capital booked: {bn} billion yuan", "期初资本入账：{bn}亿元"),
    Phrase(
        "interest subsidy, {name}: cut, the year's budget of {bn} billion yuan runs out",
        "贴息（{name}）：因年度预算{bn}亿元用尽而削减",
    ),
    Phrase("{shock} begins, for {m} months; {parts}", "{shock}开始，持续{m}个月；{parts}"),
    Phrase(
        "short of cash, sells {lot} of {bn} billion yuan to {buyer} at {n} of face",
        "现金不足，以面值{n}向{buyer}出售{lot}{bn}亿元",
    ),
    Phrase(
        "short of cash, sells {lot} of {bn} billion yuan to {buyer}",
        "现金不足，按面值向{buyer}出售{lot}{bn}亿元",
    ),
    Phrase(
        "state loan guarantee, {name}: cut, the year's budget of {bn} billion yuan runs out",
        "国家贷款担保（{name}）：因年度预算{bn}亿元用尽而削减",
    ),
    Phrase("{technology}: nobody may use it any more", "{technology}：不再允许使用"),
)
"""Events, the longer form before the shorter that it begins with."""


def strategy_name(name: str, language: Language) -> str:
    """A strategy in words (`niche:farmer`, `follow:bigtech_1`)."""
    kind, _, whom = name.partition(":")
    if language == "en":
        return spaced(name.replace(":", ": "))
    if whom and kind == "niche":
        return f"专注{names_in_chinese.person(whom)}"
    if whom:
        return f"{STRATEGIES.get(kind, kind)}{lender_name(whom, language)}"
    return STRATEGIES.get(kind, kind)


def _hundred_millions(billions: str) -> str:
    """`22.04` thousand million yuan in hundred millions, as Chinese counts."""
    return f"{10 * float(billions.replace(',', '')):,.4g}"


def _of_millions(millions: str) -> str:
    """`532` million yuan in hundred millions."""
    return f"{float(millions.replace(',', '')) / 100:,.3g}"


def _part(words: str) -> str:
    return _PARTS.chinese(words) or words


_PARTS = PhraseBook(
    PARTS,
    {"figure": lambda words: FIGURES.get(words, words), "licence": names_in_chinese.licence},
)
_EVENTS = PhraseBook(
    SENTENCES,
    {
        "strategy": lambda words: strategy_name(words, "zh"),
        "funder": lambda words: FUNDERS.get(words, words),
        "incident": lambda words: INCIDENTS.get(words, words),
        "technology": lambda words: TECHNOLOGIES.get(words, words),
        "level": lambda words: words.replace(" times", "倍"),
        "lot": lambda words: LOTS.get(words, words),
        "buyer": lambda words: BUYERS.get(words) or names_in_chinese.lender(words),
        "name": lambda words: NAMES.get(words) or REACTIONS.get(words, words),
        "shock": lambda words: SHOCKS.get(words, words),
        "rule": lambda words: RULES.get(words, words),
        "licence": names_in_chinese.licence,
        "lender": names_in_chinese.lender,
        "part": _part,
        "parts": lambda words: "；".join(_part(one) for one in words.split("; ")),
        "bn": _hundred_millions,
        "mn": _of_millions,
    },
)


def happening_words(text: str, language: Language) -> str:
    """An event's text in a language; as it stands where its form is not known."""
    told = event_words(text, language)
    if language == "en":
        return told.replace("price_war", "a price war")
    return told if told != text else _EVENTS.chinese(text) or text
