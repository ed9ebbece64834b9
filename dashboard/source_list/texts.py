"""Strings of the list of what can be shown."""

from dashboard.catalogue import Catalogue, Words


class SourcesText(Catalogue):
    """Groups of the list and its items."""

    GROUP_RUNS = Words("Runs in the folder", "文件夹中的运行结果")
    SCENARIO_ITEM = Words("{title} · {name}", "{title} · {name}")
    RUN_ITEM = Words("{name} · {borrowers} × {seeds}", "{name} · {borrowers} × {seeds}")
    BASELINE = Words("Baseline", "基准")
    PRICE_CAPS = Words("Price caps", "利率上限")
    CAPITAL_AND_FUNDING = Words("Capital and funding", "资本与资金")
    SUPERVISION = Words("Supervision", "监管")
    DATA_AND_TECHNOLOGY = Words("Data and technology", "数据与技术")
    COMPETITION = Words("Competition", "竞争")
    STRATEGIES = Words("Strategies of lenders", "机构策略")
    MARKET_STRUCTURE = Words("Market structure", "市场结构")
    SUPPORT = Words("Support", "扶持政策")
    SHOCKS = Words("Shocks", "冲击")
    OTHER = Words("Other", "其他")


SUBJECT_NAMES: dict[str, SourcesText] = {
    "baseline": SourcesText.BASELINE,
    "price_caps": SourcesText.PRICE_CAPS,
    "capital_and_funding": SourcesText.CAPITAL_AND_FUNDING,
    "supervision": SourcesText.SUPERVISION,
    "data_and_technology": SourcesText.DATA_AND_TECHNOLOGY,
    "competition": SourcesText.COMPETITION,
    "strategies": SourcesText.STRATEGIES,
    "market_structure": SourcesText.MARKET_STRUCTURE,
    "support": SourcesText.SUPPORT,
    "shocks": SourcesText.SHOCKS,
    "other": SourcesText.OTHER,
}
"""Subject of a scenario -> its name."""
