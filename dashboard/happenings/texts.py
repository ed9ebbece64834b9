"""Strings of what happened."""

from dashboard.catalogue import Catalogue, Words


class HappeningsText(Catalogue):
    """Sorts of happenings, and how a line is put together."""

    POLICY = Words("Rule", "规则")
    SHOCK = Words("Shock to the economy", "经济冲击")
    REACTION = Words("Reaction of the regulator", "监管反应")
    STRATEGY = Words("Strategy", "策略")
    ENTRY = Words("Entry", "进入")
    MERGER = Words("Merger or takeover", "并购")
    FAILURE = Words("Failure", "退出倒闭")
    RUN = Words("Run", "挤兑")
    FIRE_SALE = Words("Loans sold in need", "应急出售贷款")
    PENALTY = Words("Fine, licence or limit", "处罚与限制")
    INCIDENT = Words("Incident", "事故")
    FIRMS = Words("Firms open or close", "机构增减")
    CAPITAL = Words("Capital", "资本变动")
    REGULATOR = Words("Regulator", "监管机构")
    ECONOMY = Words("Economy", "宏观经济")
    SORT = Words("Sort", "类别")
    WHO = Words("Who", "主体")
    WHAT = Words("What happened", "事件")
    WHO_WHAT = Words("{who}: {what}", "{who}：{what}")
    IN_SEEDS = Words("{text} ({seeds} of {of} seeds)", "{text}（{of}个种子中的{seeds}个）")
