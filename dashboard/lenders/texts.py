"""Strings of the page Lenders."""

from dashboard.catalogue import Catalogue, Words


class LendersText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Lenders", "机构")
    CHOICE = Words("Which lender is shown", "显示哪家机构")
    FIRM = Words("Lender", "机构")
    BESIDE = Words("Beside", "并列比较")
    BESIDE_HINT = Words("up to three others", "最多三家")
    KINDS = Words("Kinds in the table", "表中的机构类型")
    ALL_KINDS = Words("all kinds", "全部类型")
    UNKNOWN_FIRM = Words(
        "There is no lender “{name}” in {source}; {shown} is shown.",
        "{source}中没有机构“{name}”；现显示{shown}。",
    )
    IN_BASE = Words("{month}; {name}: {value}", "{month}；{name}：{value}")
    PORTRAIT = Words("{kind} · {licence} licence", "{kind} · {licence}牌照")
    PORTRAIT_MANY = Words(
        "{kind} · {licence} licence · {firms} firms at the end, drawn as one",
        "{kind} · {licence}牌照 · 期末共{firms}家，合并显示",
    )
    NO_BRAND = Words(
        "It funds other lenders' loans and has no brand of its own: shares, prices and scores of "
        "customers do not apply.",
        "该机构为其他机构的贷款提供资金，没有自有品牌：份额、价格与评分均不适用。",
    )

    SHARE = Words("Market share", "市场份额")
    SHARE_NOTE = Words(
        "Loans under its brand, whoever funds them, of the balance of all brands.",
        "该品牌下的贷款（不论由谁出资）占全部品牌余额之比。",
    )
    PRICE = Words("Price of new loans", "新发放价格")
    PRICE_NOTE = Words(
        "All-in rate, fees included, weighted by draws.", "按放款额加权的综合年化利率，含费用。"
    )
    MARKUP = Words("Markup", "加价")
    MARKUP_NOTE = Words(
        "Price above what covers funding, losses and running costs of such a loan.",
        "价格高出该类贷款资金、损失与运营成本之和的部分。",
    )
    APPROVALS = Words("Approvals", "批准")
    APPROVALS_NOTE = Words(
        "Of applications for a new relationship in the month.", "占当月新客户申请之比。"
    )
    AUC = Words("Scorecard: AUC", "评分卡：AUC")
    AUC_NOTE = Words(
        "50%: the score is blind; 100%: it ranks bad loans perfectly.",
        "50%为毫无区分力，100%为完美排序。",
    )
    CALIBRATION = Words("Scorecard: calibration", "评分卡：校准")
    CALIBRATION_NOTE = Words(
        "Slope of outcomes on scores: 1 if differences mean what they say, less if overstated.",
        "结果对评分的斜率：1表示评分差异名副其实，小于1表示夸大。",
    )
    COST = Words("Cost of funding", "资金成本")
    COST_NOTE = Words(
        "Interest on its funding; thin lines: what each source asks.",
        "融资利率；细线为各来源要价。",
    )
    LENDING = Words("New lending", "新发放")
    LENDING_NOTE = Words(
        "Draws paid out under its brand, refinancing left out.", "品牌项下发放额，不含借新还旧。"
    )
    USERS = Words("Customers", "客户")
    USERS_NOTE = Words(
        "People with an open relationship under its brand.", "在该品牌下有未结清关系的人数。"
    )
    CAPITAL = Words("Capital: leverage and its limit", "资本：杠杆与上限")
    CAPITAL_NOTE = Words(
        "Loans held over equity (the capital ratio turned round). Dashed, for one lender: what its "
        "licences allow, and leverage with the loans that it guarantees.",
        "自持贷款与权益之比（即资本充足率的倒数）。单家机构时虚线为牌照上限及含担保的杠杆。",
    )
    RETURN = Words("Return on equity", "权益回报率")
    RETURN_NOTE = Words(
        "Profit of the last twelve months over their mean equity.",
        "最近12个月利润与平均权益之比。",
    )
    LATE = Words("90+ days late", "逾期90天以上")
    LATE_NOTE = Words(
        "Of the balance under its brand, whoever funds or guarantees it.",
        "占该品牌余额之比，不论由谁出资或担保。",
    )
    FUNDING = Words("Where its money comes from", "资金来源")
    FUNDING_NOTE = Words(
        "Its own book: equity and funding by source. Loans that partners hold are not on it.",
        "自有账面：权益与各来源融资；合作方持有的贷款不在其内。",
    )
    BRIDGE = Words("From income to profit", "从收入到利润")
    BRIDGE_NOTE = Words(
        "{first} to {last}, a year's sums over mean loans: those under its brand or those on its "
        "book, whichever are more. Credit losses: charge-offs and provisions, less recoveries and "
        "guarantees, and what sales in need lost. Means over seeds.",
        "{first} 至 {last}，年度合计与平均贷款（品牌项下或自持，取大者）之比，为各种子的均值。"
        "信用损失含核销与拨备，扣除回收与担保代偿，并含应急出售损益。",
    )
    OF_LOANS = Words("% of mean loans a year", "占平均贷款的年化百分比")
    INCOME = Words("Interest and fees", "利息与费用收入")
    FUNDING_LINE = Words("Funding", "资金成本")
    LOSSES_LINE = Words("Credit losses", "信用损失")
    OPERATING_LINE = Words("Running costs", "运营成本")
    TECHNOLOGY_LINE = Words("Technology", "技术")
    MARKETING_LINE = Words("Marketing", "获客营销")
    FINES_LINE = Words("Fines", "罚款")
    TAX_LINE = Words("Tax", "所得税")
    PROFIT = Words("Profit", "利润")
    SHEET = Words("Balance sheet", "资产负债表")
    SHEET_NOTE = Words(
        "bn yuan at month-end, means over seeds. Guaranteed and arranged loans of partners stand "
        "on theirs.",
        "亿元，月末，各种子均值。为合作方担保或撮合的贷款记在对方账上。",
    )
    SHEET_UNIT = Words("bn yuan", "亿元")
    LOANS = Words("Loans held", "自持贷款")
    BRANDED = Words("Memo: loans under its brand", "备注：品牌项下贷款")
    AT_RISK = Words("Memo: loans at its risk", "备注：承担风险的贷款")
    EVENTS = Words("What happened to it", "大事记")
    NO_EVENTS = Words("Nothing worth an event.", "没有值得记录的事件。")
    MORE_EVENTS = Words("{count} earlier or smaller ones are not listed.", "另有{count}条未列出。")

    TABLE = Words("All lenders", "全部机构")
    TABLE_NOTE = Words(
        "At the end of {month}; flows of the last twelve months; means over seeds. Choose a row to "
        "see the lender; point at a head for what it means.",
        "截至{month}；流量为最近12个月；各种子均值。选中一行可查看该机构，表头提示含义。",
    )
    HEAD_KIND = Words("Kind", "类型")
    HEAD_FIRMS = Words("Firms", "家数")
    HEAD_BALANCE = Words("Balance, bn yuan", "余额，亿元")
    HEAD_SHARE = Words("Share, %", "份额，%")
    HEAD_CHANGE = Words("Change, pp", "变化，百分点")
    HEAD_PRICE = Words("Price, % a year", "价格，%/年")
    HEAD_APPROVED = Words("Approved, %", "批准率，%")
    HEAD_LATE = Words("90+ days, %", "逾期90天+，%")
    HEAD_AUC = Words("Score AUC, %", "评分AUC，%")
    HEAD_FUNDING = Words("Funding, % a year", "资金成本，%/年")
    HEAD_CAPITAL = Words("Held / equity", "自持/权益，倍")
    HEAD_RETURN = Words("Return, % a year", "权益回报，%/年")
    MEANS_FIRMS = Words("real firms that the row stands for", "该行代表的真实机构数")
    MEANS_BALANCE = Words("loans under its brand, whoever funds them", "品牌项下贷款，不论由谁出资")
    MEANS_SHARE = Words(
        "of the balance of all brands; of all its firms together",
        "占全部品牌余额之比；多家机构合并计算",
    )
    MEANS_CHANGE = Words("of the share since the first month", "份额自首月以来的变化")
    MEANS_PRICE = Words("all-in rate of new loans", "新发放贷款的综合年化利率")
    MEANS_APPROVED = Words("of applications for a new relationship", "占新客户申请之比")
    MEANS_LATE = Words("of the balance under its brand", "占品牌余额之比")
    MEANS_AUC = Words(
        "how well its score ranks customers; 50% is blind", "评分排序能力；50%为无区分力"
    )
    MEANS_FUNDING = Words("interest on its funding", "融资利率")
    MEANS_CAPITAL = Words("loans on its own book over equity", "自持贷款与权益之比")
    MEANS_RETURN = Words("profit over mean equity", "利润与平均权益之比")
    NO_DATA = Words("This lender has no such figure.", "该机构没有这一指标。")
