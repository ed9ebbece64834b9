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
    DOTTED_BASE = Words("Dotted: {name}", "虚线：{name}")
