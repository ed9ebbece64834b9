"""The sentences of a borrower's life, in English and Chinese.

What happened is told by `sim/inspection.py` and `sim/search_words.py`; how it is said stands here,
so that a life can be read in either language. `sim/names.py` names lenders, people and loans.
"""

from enum import Enum
from typing import NamedTuple


class Said(NamedTuple):
    """One sentence, or part of one, in both languages; {names} are filled in."""

    en: str
    zh: str


class LifeText(Enum):
    """The sentences."""

    PORTRAIT = Said(
        "{person}, {region}, {place}; lasting income about {income} a month at the incomes of the "
        "opening, {buffer} at hand{work}.",
        "{person}，{region}，{place}；按期初收入水平，持久月收入约{income}，手头有{buffer}{work}。",
    )
    COUNTRY = Said("countryside", "农村")
    TOWN = Said("town", "城镇")
    OUT_OF_WORK = Said(", out of work at the moment", "，目前失业或停业")
    WHO = Said("Borrower {place}: {portrait}", "借款人{place}：{portrait}")
    AT_END = Said("At the end of {month}: {debts}.", "{month}末：{debts}。")
    NO_LOANS = Said("no loans", "没有贷款")
    BETWEEN_DEBTS = Said("; ", "；")
    DEBT = Said("owes {brand} {amount} at {rate}{late}", "欠{brand}贷款{amount}，年化{rate}{late}")
    LATE = Said(", {days} late", "，逾期{days}")
    DAYS_1 = Said("1 to 30 days", "1至30天")
    DAYS_2 = Said("31 to 60 days", "31至60天")
    DAYS_3 = Said("61 to 90 days", "61至90天")
    DAYS_MORE = Said("more than 90 days", "90天以上")
    YUAN = Said("{amount} yuan", "{amount}元")
    ONE_MONTH = Said("1 month", "1个月")
    MONTHS = Said("{count} months", "{count}个月")

    SPAN = Said("{first} to {last}", "{first}至{last}")
    PAYS_WHAT_IS_DUE = Said("pays what falls due; owes {owed}.", "按期还款；共欠{owed}。")
    NOTHING_TO_TELL = Said("nothing to tell; owes {owed}.", "没有变化；共欠{owed}。")
    MONEY = Said(
        "earns {income} (lasting income {lasting}), needs {essentials} to live on; {due} fall due.",
        "收入{income}（持久收入{lasting}），生活所需{essentials}；到期应还{due}。",
    )
    MONTH_END = Said(
        "at the end of the month: {buffer} at hand; {debts}.", "月末：手头有{buffer}；{debts}。"
    )

    NEWCOMER = Said(
        "leaves the market; somebody new takes the place: {portrait}",
        "离开市场；由新的借款人接替：{portrait}",
    )
    LOSES_WORK = Said("loses work or business; income falls.", "失业或停业，收入下降。")
    EARNS_AGAIN = Said("is earning again.", "恢复收入。")

    CHARGED_OFF = Said(
        "{brand} charges off {amount} after {count} missed months.",
        "{brand}在其{count}个月未还款后核销{amount}。",
    )
    REPAYS_LAST = Said(
        "repays the last {amount} to {brand}, which closes the line.",
        "向{brand}还清最后{amount}，该机构关闭额度。",
    )
    RELATIONSHIP_ENDS = Said(
        "the relationship with {brand} ends{why}.", "与{brand}的往来结束{why}。"
    )
    CLOSES_UNUSED = Said(
        "{brand} closes an unused line of {line}{why}.", "{brand}关闭未使用的额度{line}{why}。"
    )
    GRANTED = Said("is granted a line of {line} by {brand}.", "获{brand}授信{line}。")
    BORROWS = Said(
        "borrows {amount} from {brand}, {channel}{funding}: {product}, {rate} all-in, {months}, "
        "line {line}.",
        "向{brand}借款{amount}（{channel}{funding}）：{product}，综合年化{rate}，{months}，额度{line}。",
    )
    ONLINE = Said("online", "线上")
    AT_BRANCH = Said("at a branch", "线下网点")
    LENT_TOGETHER = Said(", lent together with {partner}", "，与{partner}联合放贷")
    FUNDED = Said(", funded by {partner}", "，由{partner}出资")
    FUNDED_GUARANTEED = Said(
        ", funded by {partner}, guaranteed by the brand", "，由{partner}出资、品牌方担保"
    )

    TAKES_ONTO_BOOKS = Said(
        "{brand} takes the loan onto its own books, as it had guaranteed.",
        "{brand}按担保约定将该贷款转入自身表内。",
    )
    WALKS_AWAY = Said(
        "stops paying {brand} for good: little is left to lose there.",
        "从此不再偿还{brand}：在那里已没有多少可失去的。",
    )
    BROUGHT_BACK = Said("is brought back to paying {brand}.", "经催收恢复偿还{brand}。")
    PAID_OFF = Said("has paid {brand} off.", "还清{brand}的贷款。")
    PAID_OFF_LINE_STAYS = Said(
        "has paid {brand} off; the line of {line} stays open.",
        "还清{brand}的贷款；额度{line}仍然有效。",
    )
    DRAWS = Said(
        "draws on the line with {brand}: owes {amount}, {more} more, at {rate}.",
        "在{brand}额度内提款：欠{amount}，增加{more}，年化{rate}。",
    )
    PAYS = Said(
        "pays {brand}; {amount} left ({less} less).", "偿还{brand}；剩余{amount}（减少{less}）。"
    )
    IN_DEFAULT = Said(
        "is now more than 90 days late with {brand}, on {amount}.",
        "对{brand}逾期已超过90天，涉及{amount}。",
    )
    MISSES = Said(
        "misses a payment to {brand}: {days} late on {amount}.",
        "未按期偿还{brand}：{amount}逾期{days}。",
    )
    UP_TO_DATE = Said("is up to date again with {brand}.", "补足对{brand}的欠款，恢复正常。")
    CATCHES_UP = Said("catches up in part with {brand}.", "补上对{brand}的部分欠款。")
    STAYS_LATE = Said(
        "pays {brand} one month, but stays {days} late.", "偿还{brand}一个月，但仍逾期{days}。"
    )
    CLOSES_LINE = Said("{brand} closes the line of {line}{why}.", "{brand}关闭额度{line}{why}。")
    OPENS_LINE_AGAIN = Said(
        "{brand} opens the line again, up to {line}{why}.", "{brand}重新开放额度，最高{line}{why}。"
    )
    RAISES_LINE = Said(
        "{brand} raises the line from {old} to {new}{why}.",
        "{brand}将额度从{old}提高到{new}{why}。",
    )
    CUTS_LINE = Said(
        "{brand} cuts the line from {old} to {new}{why}.", "{brand}将额度从{old}下调到{new}{why}。"
    )

    LEAVES_ALONE = Said(
        "leaves the line of {line} with {lender} alone: {why}.",
        "未动用{lender}的额度{line}：{why}。",
    )
    IDLE_LATE = Said("while a payment is missed nothing can be drawn", "有款项逾期时不能提款")
    IDLE_CALLED = Said(
        "what is owed there has been called, and will not be lent again",
        "所欠款项已被要求收回，不再续贷",
    )
    IDLE_CLOSED = Said("its lender has closed it to further draws", "该机构已停止其继续提款")
    IDLE_CHEAPER = Said("cheaper lines are asked for all of it", "所需金额已全部向更便宜的额度申请")
    CUT_OFF_RISK = Said(
        "its lender expects {risk} of such customers to go bad in six months by now, and takes "
        "{worst} at most",
        "该机构目前预计此类客户有{risk}会在六个月内变坏，而最多接受{worst}",
    )
    CUT_OFF_PRICE = Said(
        "at this risk its lender would need {cost}, and may ask {ceiling} at most",
        "此类风险该机构需要{cost}的利率，而上限为{ceiling}",
    )
    CUT_OFF_FUNDERS = Said(
        "nobody who funds the lender's loans takes this risk", "该机构的出资方无人愿意承担此风险"
    )
    BECAUSE = Said(": {reason}", "：{reason}")
    GIVES_WAY = Said(
        ", which gives way to the new one: nobody can hold more than four",
        "，为新的额度让位：每人最多持有四个",
    )
    PAYMENT_MISSED = Said("a payment is missed", "有款项逾期")
    FOUND_UNUSED = Said(
        "it was found unused at two half-yearly reviews in a row", "连续两次半年审查均未使用"
    )
    SEEN_AT_REVIEW = Said(
        "it sees {debts} owed elsewhere, is told an income of {income} and expects {risk} of such "
        "customers to go bad in six months",
        "其所见在他处的欠款为{debts}，申报收入为{income}，预计此类客户有{risk}会在六个月内变坏",
    )

    WANTS_PLANNED = Said("wants {amount} for planned spending", "计划内支出需要{amount}")
    WANTS_TO_LIVE = Said("wants {amount} to live on", "维持生活需要{amount}")
    WANTS_TO_PAY = Said("wants {amount} to pay what falls due", "偿还到期债务需要{amount}")
    SENTENCE = Said("{words}.", "{words}。")
    WANTED_IN_VAIN = Said("{wants} and {outcome}.", "{wants}，{outcome}。")
    WITH_COUNTED = Said("{outcome}; {counted}", "{outcome}；{counted}")
    STILL_WITHOUT = Said("has no loan after {months} of searching", "寻找{months}后仍未获得贷款")
    GIVES_UP = Said("has no loan and gives up for {months}", "未获得贷款，放弃寻找{months}")

    NOBODY_IN_MIND = Said("no lender comes to mind.", "想不到任何可借款的机构。")
    HAS_AS_MANY = Said(
        "has as many lenders as anybody can have, none of them unused; asks no other.",
        "借款机构数已达上限且均在使用，不再向其他机构申请。",
    )
    ASKS = Said("asks {lender}, which {answer}.", "向{lender}申请，结果：{answer}。")
    NO_MONEY = Said(
        "{lender} has not the money for it: it can pay out {share} of what is asked of it this "
        "month.",
        "{lender}资金不足：本月只能满足申请金额的{share}。",
    )
    NOT_ASKED = Said("came to mind too, and was not asked: {names}.", "也曾想到但未申请：{names}。")
    OFFERS = Said("offers a line of {line} at {rate}", "愿授信{line}，年化{rate}")
    TOO_DEAR = Said(
        "{offered}: too dear, the most for this borrower is {most}",
        "{offered}：太贵，该借款人最高接受{most}",
    )
    REFUSES_FORGED = Said("refuses: it takes the papers for forged", "拒绝：认为材料系伪造")
    REFUSES_CAP = Said(
        "refuses: at this risk ({risk} go bad in six months) it would need {cost}, and may ask "
        "{ceiling} at most",
        "拒绝：此类风险（{risk}会在六个月内变坏）需要{cost}的利率，而上限为{ceiling}",
    )
    REFUSES_RISK = Said(
        "refuses: it expects {risk} of such borrowers to go bad in six months, and takes {worst} "
        "at most",
        "拒绝：预计此类借款人有{risk}会在六个月内变坏，而最多接受{worst}",
    )
    REFUSES_FUNDERS = Said(
        "refuses: nobody who funds its loans takes this risk", "拒绝：没有出资方愿意承担此风险"
    )
    REFUSES_NO_ROOM = Said(
        "refuses: with the debts that it sees, income leaves no room for a line",
        "拒绝：就其所见的负债，收入已无授信空间",
    )
    REFUSES_SMALL = Said(
        "refuses: it would grant a line of {line}, less than the smallest loan of this sort "
        "({smallest})",
        "拒绝：可授信{line}，低于此类贷款的最低金额（{smallest}）",
    )
    COUNTED = Said("counted as unmet demand: {cause}", "计入未满足需求：{cause}")
    COUNTED_RISK = Said("judged too risky", "被认为风险过高")
    COUNTED_CAP = Said("priced out by a cap", "因利率上限被排除")
    COUNTED_PRICE = Said("found too dear", "嫌价格过高")
    COUNTED_FUNDING = Said("turned away for want of funds", "因机构缺乏资金被拒")
    COUNTED_UNREACHABLE = Said("reached by no lender", "没有机构可触达")

    def say(self, language: str = "en", **values: object) -> str:
        """The sentence in a language, its {names} filled in."""
        return (self.value.zh if language == "zh" else self.value.en).format(**values)


DAYS_LATE = {1: LifeText.DAYS_1, 2: LifeText.DAYS_2, 3: LifeText.DAYS_3}
"""Missed count -> how late that is; any higher count is `DAYS_MORE`."""


def yuan(amount: float, language: str) -> str:
    """An amount in whole yuan."""
    return LifeText.YUAN.say(language, amount=f"{amount:,.0f}")


def days_late(missed: int, language: str) -> str:
    """How late a loan is."""
    return DAYS_LATE.get(missed, LifeText.DAYS_MORE).say(language)


def months_in_words(count: int, language: str) -> str:
    """A number of months."""
    if count == 1:
        return LifeText.ONE_MONTH.say(language)
    return LifeText.MONTHS.say(language, count=count)
