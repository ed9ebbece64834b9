"""Checks of the core market: opening balances, the year 2024, stylised facts, published effects.

Tolerances of 5% for opening balances are those of the specification; the others are judgements
and say so. A rule says whether the mean has to lie inside or, for signs and orders, the interval.
"""

import math
from collections.abc import Iterator

from sim.evidence import panel_figures as panel
from sim.evidence import run_statistics as runs
from sim.evidence.check import Check, Figure, Rule, UnitOf, Use
from sim.evidence.known_figures import KINDS, KindOfLender, Known, fact
from sim.evidence.worlds import BASE, CALM, CUT, LOOK, NULL, SHOCK, TIGHT, UNCAPPED

TN = 1e12
JUDGED = "width judged, not measured (assumption)"
PLATFORMS = ("bigtech", "fintech", "fintech_fringe")
SMALL_LOAN = ("small_loan_online", "small_loan_offline", "small_loan_policy")


def core_checks() -> list[Check]:
    """All checks of a scenario of the core market."""
    return [*_opening(), *_year_2024(), *_facts(), *_published()]


# --- opening -------------------------------------------------------------------------------------


def _opening() -> Iterator[Check]:
    kinds = tuple(kind for group in KINDS for kind in group.kinds)
    total = sum(group.sum("balance_end_2023_tn") for group in KINDS) * TN
    yield _balance(
        "total", "all core lenders", "核心口径全部机构", kinds, total, "sum of the table"
    )
    for group in KINDS:
        data = group.sum("balance_end_2023_tn") * TN
        source = group.source("balance_end_2023_tn")
        yield _balance(group.name, group.title_en, group.title_zh, group.kinds, data, source)
    yield Check(
        name="opening_hhi",
        group="opening",
        title_en="HHI by brand at the opening",
        title_zh="期初HHI（按品牌）",
        about_en="HHI of the first reported month",
        about_zh="首个报告月的HHI",
        unit=UnitOf.POINTS,
        data=740.0,
        low=680.0,
        high=800.0,
        margin=60.0,
        source="scenarios/data: opening balances by brand come to about 740 (derived)",
        tolerance=JUDGED,
        use="imposed",
        worlds=(BASE,),
        figure=runs.market_at("hhi", runs.FIRST),
    )


def _balance(
    name: str, title_en: str, title_zh: str, kinds: tuple[str, ...], data: float, source: str
) -> Check:
    return Check(
        name=f"opening_{name}",
        group="opening",
        title_en=f"Opening balance, {title_en}",
        title_zh=f"期初余额：{title_zh}",
        about_en="Balance by brand at the end of the first reported month",
        about_zh="首个报告月末按品牌的余额",
        unit=UnitOf.YUAN,
        data=data,
        low=0.95 * data,
        high=1.05 * data,
        margin=0.05 * data,
        source=source,
        tolerance="within 5% (specification); near: 10%",
        use="imposed",
        worlds=(BASE,),
        figure=runs.balance_at(kinds, runs.FIRST),
    )


# --- 2024 ----------------------------------------------------------------------------------------


def _year_2024() -> Iterator[Check]:
    for group in KINDS:
        yield from _kind_in_2024(group)
    yield from _flows()
    yield from _firms_and_shares()


def _kind_in_2024(group: KindOfLender) -> Iterator[Check]:
    end = group.sum("balance_end_2024_tn") * TN
    yield _in_2024(
        f"balance_{group.name}",
        (f"Balance at the end of 2024, {group.title_en}", f"2024年末余额：{group.title_zh}"),
        ("Balance by brand in December 2024", "2024年12月按品牌的余额"),
        UnitOf.YUAN,
        Known(end, group.source("balance_end_2024_tn")),
        (0.05 * end, 0.05 * end),
        "never",
        runs.balance_at(group.kinds, runs.LAST_OF_2024),
    )
    yield _in_2024(
        f"price_{group.name}",
        (f"All-in price of new loans, {group.title_en}", f"新发放综合年化利率：{group.title_zh}"),
        ("Mean of 2024, weighted by new lending", "2024年均值，按新发放额加权"),
        UnitOf.YEARLY,
        Known(group.mean("all_in_apr"), group.source("all_in_apr")),
        (0.015, 0.015),
        "compared",
        runs.weighted(group.kinds, "apr_new", "originations"),
    )
    late = group.mean("dpd90")
    yield _in_2024(
        f"dpd90_{group.name}",
        (f"90+ days past due, {group.title_en}", f"逾期90天以上占比：{group.title_zh}"),
        ("Share of the balance by brand, mean of 2024", "占品牌余额之比，2024年均值"),
        UnitOf.SHARE,
        Known(late, group.source("dpd90")),
        (0.3 * late, 0.2 * late),
        "compared",
        runs.weighted(group.kinds, "dpd90_ratio", "balance"),
    )


def _flows() -> Iterator[Check]:
    volume = fact("2024", "loan facilitation and origination volume", "Qfin", 1e9)
    ends = [
        fact(date, "outstanding loan balance", "Qfin", 1e9).value
        for date in ("2024-06-30", "2024-09-30", "2024-12-31")
    ]
    mean = sum(ends) / len(ends)
    income = fact("2024", "net income", "Qfin", 1e9)
    day_1 = fact("2024Q4", "day-1 delinquency", "Qfin", 0.01)
    collected = fact("2024Q2", "30-day collection rate", "Qfin", 0.01)
    yield _in_2024(
        "turnover",
        ("Turnover of a large facilitator", "大型助贷平台的年周转次数"),
        (
            "New lending of fintech_1 in 2024 over its mean balance",
            "fintech_1 2024年新发放额除以平均余额",
        ),
        UnitOf.TIMES,
        Known(volume.value / mean, f"{volume.source}, over the mean of three balances"),
        (0.3, 0.3),
        "compared",
        runs.of_lender("fintech_1", "originations"),
    )
    yield _in_2024(
        "net_income",
        ("Net income of a large facilitator", "大型助贷平台净利润与余额之比"),
        ("Profit of fintech_1 in 2024 over its mean balance", "fintech_1 2024年利润除以平均余额"),
        UnitOf.SHARE,
        Known(income.value / mean, f"{income.source}, over the mean of three balances"),
        (0.01, 0.01),
        "compared",
        runs.of_lender("fintech_1", "profit"),
    )
    yield _in_2024(
        "entry_30",
        ("Entry into 30+ days past due", "每月进入逾期30天以上"),
        (
            "Principal that comes to be 30+ days late in a month over the balance, mean of 2024",
            "当月进入逾期30天以上的本金除以月初余额，2024年均值",
        ),
        UnitOf.MONTHLY,
        Known(
            day_1.value * (1 - collected.value),
            f"{day_1.source}, not collected in 30 days: {collected.source}",
        ),
        (0.0015, 0.0015),
        "never",
        runs.entry_into_30,
    )
    for lender, (date, row, entity, place), names in (
        ("internet_bank_1", ("2024-12-31", "NPL ratio", "WeBank", 0), ("the larger", "较大一家")),
        (
            "internet_bank_2",
            ("2024-12-31", "loans / NPL", "MYbank", 1),
            ("the smaller", "较小一家"),
        ),
    ):
        yield _in_2024(
            f"npl_{lender}",
            (
                f"Non-performing loans, {names[0]} internet bank",
                f"不良率：互联网银行（{names[1]}）",
            ),
            (
                f"Share of what {lender} holds, mean of 2024",
                f"{lender} 自持余额之不良率，2024年均值",
            ),
            UnitOf.SHARE,
            fact(date, row, entity, 0.01, place),
            (0.003, 0.003),
            "compared",
            runs.npl_of_lender(lender),
        )


def _firms_and_shares() -> Iterator[Check]:
    counts = [
        fact(f"{year}-12-31", "microloan companies: number", "PBoC", 1.0) for year in (2023, 2024)
    ]
    loans = [
        fact("2023-12-31", "microloan companies: loan balance, like-for-like", "PBoC", 1e8),
        fact("2024-12-31", "microloan companies: loan balance", "PBoC", 1e8),
    ]
    added = fact("2024", "net change of that balance", "market (iResearch)", 1e9)
    five = fact("2024-12-31", "CR5 of internet loan-facilitation", "market (iResearch)", 0.01)
    group = next(kind for kind in KINDS if kind.name == "consumer_finance")
    grown = group.sum("balance_end_2024_tn") / group.sum("balance_end_2023_tn") - 1
    yield _in_2024(
        "small_loan_firms",
        ("Change of the number of small-loan companies", "小贷公司数量变化"),
        ("December 2024 over the opening", "2024年12月较期初"),
        UnitOf.SHARE,
        Known(counts[1].value / counts[0].value - 1, f"{counts[1].source}, against 2023"),
        (0.015, 0.015),
        "never",
        runs.firms_change(SMALL_LOAN),
    )
    yield _in_2024(
        "small_loan_balance",
        ("Change of the balance of small-loan companies", "小贷公司余额变化"),
        (
            "Brands of their own, December over January 2024, as a year",
            "自有品牌，2024年12月较1月，折年",
        ),
        UnitOf.SHARE,
        Known(
            loans[1].value / loans[0].value - 1,
            f"{loans[1].source}; by holder, so with big-tech's licences",
        ),
        (0.03, 0.03),
        "never",
        runs.balance_change(SMALL_LOAN),
    )
    yield _in_2024(
        "facilitation_added",
        ("Growth of internet loan facilitation", "互联网助贷余额增量"),
        (
            "Balance of all platforms, December less January 2024, as a year",
            "全部平台余额，12月减1月，折年",
        ),
        UnitOf.YUAN,
        added,
        (0.1 * TN, 0.1 * TN),
        "compared",
        runs.balance_added(PLATFORMS),
    )
    yield _in_2024(
        "consumer_finance_growth",
        ("Growth of consumer-finance companies", "消费金融公司余额增速"),
        ("Own brands, December over January 2024, as a year", "自有品牌，2024年12月较1月，折年"),
        UnitOf.SHARE,
        Known(grown, group.source("balance_end_2024_tn")),
        (0.05, 0.05),
        "never",
        runs.balance_change(group.kinds),
    )
    yield _in_2024(
        "five_platforms",
        ("Share of the five largest in facilitation", "助贷前五大平台份额"),
        (
            "Five big-tech brands over all platforms, December 2024",
            "五家大型科技平台除以全部平台，2024年12月",
        ),
        UnitOf.SHARE,
        five,
        (0.03, 0.03),
        "compared",
        runs.share_of_five,
    )


def _in_2024(
    name: str,
    title: tuple[str, str],
    about: tuple[str, str],
    unit: str,
    known: Known,
    widths: tuple[float, float],
    use: Use,
    figure: Figure,
) -> Check:
    """A figure of 2024. widths : accepted on either side, and how far beyond counts as near."""
    return Check(
        name=f"y2024_{name}",
        group="year_2024",
        title_en=title[0],
        title_zh=title[1],
        about_en=about[0],
        about_zh=about[1],
        unit=unit,
        data=known.value,
        low=known.value - widths[0],
        high=known.value + widths[0],
        margin=widths[1],
        source=known.source,
        tolerance=JUDGED,
        use=use,
        worlds=(BASE,),
        figure=figure,
    )


# --- facts ---------------------------------------------------------------------------------------

NULL_BANDS = (
    ("balance", "balance", "余额", 0.08),
    ("hhi", "HHI", "HHI", 0.20),
    ("apr_new", "price of new loans", "新贷利率", 0.05),
    ("default_rate_12m", "12-month default", "12个月违约率", 0.15),
    ("borrowers_active", "active borrowers", "活跃借款人", 0.15),
)
"""Columns with the bands that the null world states of itself."""


def _facts() -> Iterator[Check]:
    for column, en, zh, band in NULL_BANDS:
        yield _fact(
            f"null_{column}",
            (f"A null world stands still: {en}", f"外部不变的世界保持不动：{zh}"),
            (
                "Log change from 2024 to 2030, nothing changing outside",
                "外部不变时2024至2030年的对数变化",
            ),
            UnitOf.SHARE,
            0.0,
            (-band, band, band / 2),
            "the band that null_world states",
            (NULL,),
            runs.drift(column),
        )
    yield _fact(
        "seasoning_peak",
        ("Seasoning: risk peaks early", "账龄：风险早期见顶"),
        ("Age at the greatest 90+ hazard, loans of 12 months", "12个月贷款90天逾期风险最高的账龄"),
        UnitOf.MONTHS,
        math.nan,
        (4.0, 10.0, 1.0),
        "4 to 10 months (specification)",
        (BASE,),
        panel.seasoning_peak,
    )
    yield _fact(
        "seasoning_end",
        ("Seasoning: risk falls towards the end", "账龄：风险末期回落"),
        ("90+ hazard of the last two months over its peak", "最后两个月的逾期风险除以峰值"),
        UnitOf.SHARE,
        math.nan,
        (-math.inf, 0.8, 0.1),
        "at most 0.8 (specification)",
        (BASE,),
        panel.seasoning_end,
    )
    yield _fact(
        "price_slope",
        ("Default rises with price", "违约随价格上升"),
        (
            "Log-odds of 90+ in 12 months per point, within lender and decile of score",
            "同一机构、同一评分十分位内，价格每高一个百分点的对数几率",
        ),
        UnitOf.NUMBER,
        math.nan,
        (0.0, math.inf, 0.0),
        "sign (specification)",
        (BASE,),
        panel.price_slope,
        "interval",
    )
    yield _fact(
        "many_lenders",
        ("Three or more lenders default more", "三家及以上借款人违约更多"),
        (
            "12-month default over that of people with one lender, within segment and income",
            "12个月违约率之比（对比只欠一家者），客群与收入相同",
        ),
        UnitOf.TIMES,
        math.nan,
        (1.0, math.inf, 0.0),
        "above one (specification)",
        (BASE,),
        panel.many_lenders,
        "interval",
    )
    yield _fact(
        "multi3",
        ("Multi-platform borrowing", "多头借贷"),
        (
            "Share of active borrowers with three or more brands, end of 2025",
            "2025年末欠三家及以上者占比",
        ),
        UnitOf.SHARE,
        math.nan,
        (0.02, 0.15, 0.05),
        "no credible figure; the range that tests take (assumption)",
        (BASE,),
        panel.owe_to_three(LOOK),
    )
    yield _fact(
        "downturn_delay",
        ("Arrears peak some months after a downturn begins", "下行之后数月逾期见顶"),
        (
            "Months from a loss of income to the greatest rise of 30+",
            "收入受损后逾期30天以上升幅最大的月数",
        ),
        UnitOf.MONTHS,
        math.nan,
        (3.0, 18.0, 1.0),
        "3 to 18 months (specification)",
        (CALM, SHOCK),
        runs.peak_after_shock,
    )
    yield _fact(
        "tightening",
        ("Tightening after growth raises defaults", "扩张后收紧推高违约"),
        (
            "12-month default of who performs at the end of 2025, market funding shut less not",
            "2025年末正常借款人的12个月违约率：资金市场关闭减未关闭",
        ),
        UnitOf.SHARE,
        math.nan,
        (0.0, math.inf, 0.0),
        "sign (specification)",
        (BASE, TIGHT),
        panel.default_when_tight,
        "interval",
    )


def _fact(
    name: str,
    title: tuple[str, str],
    about: tuple[str, str],
    unit: str,
    data: float,
    band: tuple[float, float, float],
    tolerance: str,
    worlds: tuple[str, ...],
    figure: Figure,
    rule: Rule = "mean",
) -> Check:
    """A stylised fact. band : accepted from, to, and how far beyond still counts as near."""
    return Check(
        name=f"fact_{name}",
        group="facts",
        title_en=title[0],
        title_zh=title[1],
        about_en=about[0],
        about_zh=about[1],
        unit=unit,
        data=data,
        low=band[0],
        high=band[1],
        margin=band[2],
        source="stylised fact of the literature, as the specification states it",
        tolerance=tolerance,
        use="never",
        worlds=worlds,
        figure=figure,
        rule=rule,
    )


# --- published effects ---------------------------------------------------------------------------

FACTOR_OF_TWO = "half to twice the published effect; near: a quarter at least (assumption)"
YEAR = 2027
"""The second year under the lower cap."""


def _published() -> Iterator[Check]:
    both = (UNCAPPED, CUT)
    yield _effect(
        "pandemic",
        ("A pandemic-size loss of income: 30+ arrears", "疫情规模的收入损失：逾期30天以上"),
        ("In the fifth month, over those without the loss", "第五个月，与未受损时之比"),
        UnitOf.NUMBER,
        3.01 / 1.76,
        (1.4, 2.0, 0.3),
        "market_facts_to_2024.csv: Ant, January to May 2020, 1.76 to 3.01% (seen in source)",
        "1.4 to 2.0: the size of the loss is assumed",
        (BASE, SHOCK),
        runs.arrears_after(5),
    )
    yield _effect(
        "cap_price",
        ("A cap cut by 20 points: rates", "上限下调20个百分点：利率"),
        (
            "All-in price of new loans in 2027, cap of 16% against 36%",
            "2027年新贷利率，16%上限较36%",
        ),
        UnitOf.SHARE,
        -0.09,
        (-0.18, -0.045, 0.0225),
        "Chile, consumer loans (recollected: assumption)",
        FACTOR_OF_TWO,
        both,
        runs.change("apr_new", CUT, UNCAPPED, YEAR),
    )
    yield _effect(
        "cap_loans",
        ("A cap cut by 20 points: new loans", "上限下调20个百分点：新发放额"),
        ("New lending in 2027, cap of 16% against 36%", "2027年新发放额，16%上限较36%"),
        UnitOf.SHARE,
        -0.19,
        (-0.38, -0.095, 0.0475),
        "Chile, consumer loans (recollected: assumption)",
        FACTOR_OF_TWO,
        both,
        runs.change("originations", CUT, UNCAPPED, YEAR),
    )
    yield _effect(
        "cap_riskiest",
        ("A cap cut by 20 points: the risky lose most", "上限下调20个百分点：高风险者失去最多"),
        (
            "Share who still owe two years on, cut less not, riskiest less safest fifth",
            "两年后仍有余额者占比之差，最高风险五分之一减最低",
        ),
        UnitOf.SHARE,
        math.nan,
        (-math.inf, 0.0, 0.0),
        "Chile: more for the risky (recollected: assumption)",
        "sign, all of the interval",
        both,
        panel.riskiest_lose_most,
        "interval",
    )
    yield _effect(
        "cap_access",
        ("A lower cap: access", "下调上限：信贷可得性"),
        (
            "Borrowers with a balance in 2027, cap of 16% against 36%",
            "2027年有余额借款人数，16%上限较36%",
        ),
        UnitOf.SHARE,
        -0.087,
        (-0.174, -0.0435, 0.02175),
        "Madeira, another cut of another cap (recollected: assumption)",
        FACTOR_OF_TWO,
        both,
        runs.change("borrowers_active", CUT, UNCAPPED, YEAR),
    )
    yield _effect(
        "cap_micro",
        ("A lower cap: loans to micro-enterprises and farmers", "下调上限：小微与农户贷款"),
        ("Their balance in 2027, cap of 16% against 36%", "2027年其余额，16%上限较36%"),
        UnitOf.SHARE,
        -0.26,
        (-0.52, -0.13, 0.065),
        "Bolivia, micro-finance portfolios (recollected: assumption)",
        FACTOR_OF_TWO,
        both,
        runs.segment_change(("micro", "farmer"), CUT, UNCAPPED, YEAR),
    )
    yield _effect(
        "higher_cap_funding",
        ("A higher cap: more lending", "上调上限：放款增加"),
        (
            "New lending in 2026, cap of 36% against the rules in force",
            "2026年新发放额，36%上限较现行规则",
        ),
        UnitOf.SHARE,
        math.nan,
        (0.0, math.inf, 0.0),
        "Prosper: a higher cap brought more funding (recollected: assumption)",
        "sign, all of the interval",
        (BASE, UNCAPPED),
        runs.change("originations", UNCAPPED, BASE, 2026),
        "interval",
    )
    yield _effect(
        "higher_cap_default",
        ("A higher cap: no more default", "上调上限：违约并未增加"),
        (
            "12-month default in 2026, cap of 36% against the rules in force",
            "2026年12个月违约率，36%上限较现行规则",
        ),
        UnitOf.SHARE,
        0.0,
        (-0.005, 0.005, 0.005),
        "Prosper: no more default (recollected: assumption)",
        "half a point either way (assumption)",
        (BASE, UNCAPPED),
        runs.difference("default_rate_12m", UNCAPPED, BASE, 2026),
    )
    yield _effect(
        "online_default",
        ("Loans made online default more", "线上贷款违约更多"),
        (
            "Ever 90+ within 12 months, online less offline",
            "12个月内曾逾期90天以上占比，线上减线下",
        ),
        UnitOf.SHARE,
        0.011,
        (0.0055, 0.022, 0.00275),
        "online borrowers default 1.1 points more (recollected: assumption)",
        FACTOR_OF_TWO,
        (BASE,),
        panel.online_excess,
    )


def _effect(
    name: str,
    title: tuple[str, str],
    about: tuple[str, str],
    unit: str,
    data: float,
    band: tuple[float, float, float],
    source: str,
    tolerance: str,
    worlds: tuple[str, ...],
    figure: Figure,
    rule: Rule = "mean",
) -> Check:
    """A published effect. band : accepted from, to, and how far beyond still counts as near."""
    return Check(
        name=f"published_{name}",
        group="published",
        title_en=title[0],
        title_zh=title[1],
        about_en=about[0],
        about_zh=about[1],
        unit=unit,
        data=data,
        low=band[0],
        high=band[1],
        margin=band[2],
        source=source,
        tolerance=tolerance,
        use="never",
        worlds=worlds,
        figure=figure,
        rule=rule,
    )
