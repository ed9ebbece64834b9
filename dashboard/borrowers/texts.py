"""Strings of the page Borrowers."""

from dashboard.catalogue import Catalogue, Words


class BorrowersText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Borrowers", "借款人")
    CHOICE = Words("Who is shown", "显示哪些人群")
    BY = Words("Lines by", "分组")
    BY_SEGMENT = Words("segment", "客群")
    BY_REGION = Words("region", "地区")
    BY_PLACE = Words("town and country", "城乡")
    ONLY_SEGMENT = Words("Segment", "客群范围")
    ONLY_REGION = Words("Region", "地区范围")
    ONLY_PLACE = Words("Town or country", "城乡范围")
    EVERYBODY = Words("all", "全部")
    TOWN = Words("town", "城镇")
    COUNTRY = Words("country", "农村")

    ACCESS = Words("Access", "信贷可得性")
    ACCESS_NOTE = Words(
        "Approved applications for a new relationship.", "新客户申请中获批准的占比。"
    )
    ACTIVE = Words("People with a loan", "有贷款的人")
    ACTIVE_NOTE = Words("Of the potential borrowers.", "占潜在借款人之比。")
    DEFAULT = Words("Default", "违约")
    DEFAULT_NOTE = Words(
        "Of those performing a year ago, the share since 90 days late; cells weighed by active "
        "borrowers.",
        "一年前正常者此后逾期90天的占比；各单元按活跃借款人加权。",
    )
    OVER = Words("Over-indebtedness", "过度负债")
    OVER_NOTE = Words(
        "Active borrowers whose debt service takes more than half of their income.",
        "还款额超过收入一半的活跃借款人占比。",
    )
    MULTI = Words("Several lenders at once", "多头借贷")
    MULTI_NOTE = Words(
        "Active borrowers who owe three lenders or more.", "欠三家及以上机构的活跃借款人占比。"
    )
    ROLLOVER = Words("Loans to pay loans", "以贷还贷")
    ROLLOVER_NOTE = Words(
        "Active borrowers who drew in the month to pay what falls due.",
        "当月借款以偿还到期债务的活跃借款人占比。",
    )
    PRICE = Words("Price paid", "支付的价格")
    PRICE_NOTE = Words("All-in rate of new loans.", "新发放贷款的综合年化利率。")
    UNMET = Words("Unmet demand", "未满足的需求")
    UNMET_NOTE = Words(
        "Yuan wanted in searches that ended without a loan, of these and new lending together.",
        "搜寻后未获贷款的金额，占其与新发放额之和。",
    )
    CAUSES = Words("Why demand is not met", "需求未满足的原因")
    CAUSES_NOTE = Words(
        "The last twelve months: unmet demand by cause, as a part of unmet demand and new lending "
        "together. Hatched: {name}.",
        "最近12个月：按原因的未满足需求，占其与新发放额之和。斜线：{name}。",
    )
    CAUSES_ALONE = Words(
        "The last twelve months: unmet demand by cause, as a part of unmet demand and new lending "
        "together.",
        "最近12个月：按原因的未满足需求，占其与新发放额之和。",
    )
    MAP = Words("Where and who: all measures", "分客群与地区的各项指标")
    MAP_NOTE = Words(
        "The last twelve months, means over seeds; below each figure the change against {name}.",
        "最近12个月，各种子均值；下方为相对{name}的变化。",
    )
    MAP_ALONE = Words("The last twelve months, means over seeds.", "最近12个月，各种子均值。")
    WHO = Words("Who", "人群")
    LIFE = Words("One borrower's life", "一位借款人的经历")
    LIFE_NOTE = Words(
        "One simulated borrower, month by month: the same market is lived through once more, with "
        "its first seed, and whatever he asked and was answered is noted on the way.",
        "逐月讲述一位模拟借款人：以首个种子重演同一市场，并记录其每次申请与答复。",
    )
    LIFE_WHOM = Words("Whose", "选择谁")
    LIFE_NOBODY = Words("nobody yet", "暂不选择")
    LIFE_NUMBER = Words("a borrower by number", "按编号")
    LIFE_DEFAULTED = Words("somebody who defaulted", "曾违约的人")
    LIFE_IN_VAIN = Words("somebody who was refused or found no loan", "曾被拒或未借到款的人")
    LIFE_LOST = Words("somebody who lost access", "失去借款渠道的人")
    LIFE_THREE = Words("somebody with three lenders", "同时欠三家机构的人")
    LIFE_WHICH_NUMBER = Words("Number, from 0", "编号（自0起）")
    LIFE_ANOTHER = Words("Somebody else", "换一位")
    LIFE_LOOKING = Words("Looking for somebody: the market is lived through", "正在寻找：重演市场")
    LIFE_TELLING = Words(
        "Living through the market with borrower {place}", "正在重演借款人{place}所在的市场"
    )
    LIFE_COMPILING = Words(
        "compiling the borrower's month (only once, about a minute)",
        "正在编译借款人月度规则（仅首次，约一分钟）",
    )
    LIFE_EMPTY = Words(
        "It happened to nobody in this group, in {borrowers} simulated borrowers.",
        "在{borrowers}名模拟借款人中，该群体无人发生此情况。",
    )
    LIFE_FAILED = Words("This life cannot be told: {error}", "无法讲述：{error}")
    LIFE_BUSY = Words(
        "Too many questions are waiting; the page asks again by itself.",
        "等待处理的请求过多，页面会自动重试。",
    )
    LIFE_ONE_OF = Words(
        "First in {month}. It happened to {count} of {borrowers} simulated borrowers{group}.",
        "首次发生于{month}。{borrowers}名模拟借款人中共有{count}人发生{group}。",
    )
    LIFE_IN_GROUP = Words(" in the group chosen above", "（限上方所选群体）")
    LIFE_SMALLER = Words(
        "The run has more borrowers than can be lived through here; {borrowers} stand for them.",
        "该结果的借款人数超过此处可重演的上限，以{borrowers}名代替。",
    )
    LIFE_CHART = Words("Debts, arrears and events", "债务、逾期与事件")
    LIFE_CHART_NOTE = Words(
        "Bars: what is owed at each month's end, by lender; line: income of the month. Below: "
        "months missed on the worst loan.",
        "柱形：各月末欠各机构的金额；折线：当月收入；下方：最差一笔贷款的逾期程度。",
    )
    LIFE_OWED = Words("Owed and income, yuan", "欠款与收入（元）")
    LIFE_INCOME = Words("income of the month", "当月收入")
    LIFE_LATE_AXIS = Words("Days late", "逾期天数")
    LIFE_LATE = Words("late", "逾期")
    LIFE_STORY = Words("The story", "经历")
    LIFE_COMMAND = Words("In a terminal: {command}", "在终端中：{command}")
    SORT_LOAN = Words("borrows or draws", "借款或提款")
    SORT_PAID = Words("paid off", "还清")
    SORT_LINE = Words("line granted, moved or closed", "额度授予、调整或关闭")
    SORT_SEARCH = Words("looks for a loan", "寻找贷款")
    SORT_LATE = Words("falls behind or catches up", "逾期或补缴")
    SORT_DEFAULT = Words("default", "违约")
    SORT_WORK = Words("work lost or found", "失业或复业")
    SORT_NEW = Words("somebody new", "新借款人")
    DOTTED_BASE = Words("Dotted: {name}", "虚线：{name}")
