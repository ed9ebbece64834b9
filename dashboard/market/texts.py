"""Strings of the page Market."""

from dashboard.catalogue import Catalogue, Words


class MarketText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Market", "市场")
    CHOICE = Words("What is shown", "显示内容")
    VIEW = Words("Charts show", "图表显示")
    PATHS = Words("both paths", "两条路径")
    DIFFERENCE = Words("the difference", "两者之差")
    NO_RUNS = Words(
        "There are no runs in the folder yet: what you choose here is simulated on the spot. "
        "“loansim run observed” keeps its results in runs/, where this list finds them.",
        "文件夹中尚无运行结果：所选情景将即时模拟。"
        "执行“loansim run observed”可将结果保存到 runs/，之后会出现在列表中。",
    )
    CONCENTRATION = Words("Concentration", "集中度")
    CONCENTRATION_NOTE = Words(
        "HHI over real firms: 10,000 points is a single firm. A loan counts for the brand that "
        "made it, the holder of its balance, or the bearer of its risk.",
        "按真实机构计算的HHI：10,000点即独家垄断。贷款可计入品牌方、余额持有方或风险承担方。",
    )
    DEFAULTS = Words("Default path", "违约路径")
    DEFAULTS_NOTE = Words(
        "12 months: of those performing a year ago, the share since 90 days late. The other "
        "measures are shares of today's balance or of last month's borrowers.",
        "12个月：一年前正常的借款人中，此后逾期90天的占比。其余指标为当前余额或上月借款人的占比。",
    )
    SHARES = Words("Who has the market", "市场份额")
    SHARES_NOTE = Words(
        "Share of the balance by brand, coloured by kind of lender. Point at a band for its name; "
        "a click opens its lender.",
        "按品牌的余额份额，颜色表示机构类型。将指针移到色带上可查看名称，点击可打开该机构。",
    )
    VINTAGES = Words("Cohort curves", "同期群曲线")
    VINTAGES_NOTE = Words(
        "Share of relationships ever 90 days late, by age; newer cohorts stand out more.",
        "按账龄的累计90天以上逾期占比；颜色越醒目，放款月份越新。",
    )
    PRICES = Words("Price", "价格")
    PRICES_NOTE = Words(
        "All-in rates count guarantee and service fees; the contract rate does not.",
        "综合年化利率含担保费与服务费，合同利率不含。",
    )
    BALANCES = Words("Balance and access", "余额与可得性")
    BALANCES_NOTE = Words(
        "Principal outstanding with arrears, without charged-off loans; and who gets credit.",
        "未偿本金含逾期、不含已核销；以及谁能获得贷款。",
    )
    LORENZ = Words("How unequal lenders are", "机构间的不均等")
    LORENZ_NOTE = Words(
        "Real firms from the smallest to the largest, and what they have of the balance together. "
        "Gini: 0 where all are equal, 1 where one has all. Firms of a fringe are spread around "
        "their mean as their size dispersion says (lognormal).",
        "真实机构由小到大排列，及其合计占有的余额。基尼系数：0为完全均等，1为一家独占。"
        "边缘机构按其规模离散系数围绕均值分布（对数正态）。",
    )
    LORENZ_X = Words("Share of firms, smallest first, %", "机构累计占比（由小到大），%")
    LORENZ_Y = Words("Share of the balance, %", "余额累计占比，%")
    EQUAL = Words("all equal", "完全均等")
    GINI = Words("{value} Gini", "{value} 基尼系数")
    GINI_CHANGE = Words("{difference} since {month}", "较{month} {difference}")
    GINI_RANGE = Words("{month}; seeds {low} to {high}", "{month}；各种子 {low} 至 {high}")
    BY_BRAND = Words("by brand", "按品牌方")
    BY_HOLDER = Words("by holder of the balance", "按余额持有方")
    BY_RISK = Words("by bearer of the risk", "按风险承担方")
    BY_LENDER = Words("by lender", "按机构")
    BY_KIND = Words("by kind of lender", "按机构类型")
    COHORTS = Words("Ever 90+ days past due", "累计90天以上逾期")
    HAPPENED = Words("What happened", "大事记")
    HAPPENED_NOTE = Words(
        "Rules, strategies, runs, entries, failures, mergers and shocks. Firms of a fringe that "
        "open and close every month are in the number of lenders.",
        "规则、策略、挤兑、进入、退出、并购与冲击。边缘机构每月的增减见机构数。",
    )
    HAPPENED_MORE = Words("{count} later ones are not listed.", "另有{count}条较晚的未列出。")
    READING = Words(
        "Dotted lines are policy changes; point at the mark on top to read them. Lines are medians "
        "over seeds; bands run from the lowest to the highest seed, from ten seeds on from the "
        "10th to the 90th percentile; where differences are drawn, bands are their intervals. With "
        "fewer borrowers concentration is higher and more a matter of luck, so lay only answers of "
        "one size side by side. A simulation says what follows from stated assumptions; it is not "
        "a forecast.",
        "虚线表示政策变化，将指针移到顶部标记可查看说明。实线为各随机种子的中位数；"
        "色带为最小值至最大值，种子数达到十个时为第10至第90百分位；"
        "绘制差异时，色带为其区间。借款人越少，集中度越高、越受运气左右，因此只应比较同等规模的结果。"
        "模拟说明既定假设下的结果，并非预测。",
    )
