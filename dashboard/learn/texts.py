"""Strings of the page Learn."""

from dashboard.catalogue import Catalogue, Words


class LearnText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Learn", "学习")
    INTRO = Words(
        "What the words mean, each with a chart of a real run: {name}. Then a tour that ends in a "
        "question of your own.",
        "各术语的含义，均配以一次真实运行（{name}）的图表；随后是一条导览，终点是您自己的问题。",
    )
    WAITING = Words("The run is under way; its charts appear here.", "模拟正在进行，图表随后显示。")
    NO_RUN = Words("There is no run to draw from: {error}", "没有可供绘图的运行结果：{error}")
    TO_MARKET = Words("To the market", "前往市场页面")
    HHI = Words("HHI: how concentrated", "HHI：集中程度")
    HHI_TEXT = Words(
        "The sum of squared market shares of all firms, in points: a single firm has 10,000, ten "
        "equal ones 1,000. Squares make the large count: half a dozen firms make up nearly all of "
        "it. Bars: what each brand adds, {month}.",
        "全部机构市场份额平方之和（点）：独家垄断为10,000，十家均分为1,000。平方使大机构权重更大，"
        "少数几家即构成绝大部分。条形：{month} 各品牌的贡献。",
    )
    ADDS = Words("points of HHI", "HHI点数")
    OTHERS = Words("all others", "其他合计")
    VINTAGE = Words("Vintage: loans that began together", "同期群：同时发放的贷款")
    VINTAGE_TEXT = Words(
        "Loans of one month followed as they age. A growing book looks healthy because most of it "
        "is young; cohorts of one age can be compared. Lines: share ever 90 days late, by months "
        "since the first draw.",
        "跟踪同一月份发放的贷款随账龄的变化。快速增长的贷款因多为新贷而显得健康；相同账龄的同期群才可比较。"
        "曲线：自首次提款以来累计逾期90天以上的占比。",
    )
    ROLL = Words("Roll rate: from late to lost", "滚动率：从逾期到损失")
    ROLL_TEXT = Words(
        "How much of what is late gets later. Lines: balance 30 and 90 days late, and the share of "
        "performing borrowers who reach 90 days in a month: the last roll, which counts as "
        "default here.",
        "逾期款项继续恶化的比例。曲线：逾期30天、90天以上的余额占比，"
        "以及正常借款人当月滚动至90天的比例，即此处所称违约。",
    )
    LEVERAGE = Words("Leverage: loans on own money", "杠杆：以自有资金支撑的贷款")
    LEVERAGE_TEXT = Words(
        "Loans at own risk, guarantees included, over equity. At ten times, a loss of a tenth of "
        "the loans is all the equity there is; rules bound it by licence. Bars: by kind of lender, "
        "{month}.",
        "自担风险贷款（含担保）与权益之比。十倍杠杆下，贷款损失十分之一即耗尽权益；各牌照均有上限。"
        "条形：{month} 各类机构。",
    )
    TIMES = Words("times equity", "倍（权益）")
    APR = Words("APR: what a loan costs a year", "年化利率：贷款一年的成本")
    APR_TEXT = Words(
        "The contract rate is interest alone; the all-in rate adds guarantee and service fees, as "
        "twelve times the monthly internal rate of return. A cap on the first leaks into the "
        "second. Lines: both, of new loans.",
        "合同利率仅含利息；综合年化利率另含担保费与服务费，按月内部收益率乘以十二计算。"
        "只限前者则成本会转向后者。曲线：新发放贷款的两种利率。",
    )
    LGD = Words("LGD: what a default costs", "违约损失率：违约的代价")
    LGD_TEXT = Words(
        "Loss given default: the part of charged-off principal that does not come back. Line: one "
        "less recoveries over charge-offs, sums of twelve months.",
        "违约后无法收回的核销本金占比。曲线：一减（回收额与核销额之比），按十二个月合计。",
    )
    LGD_AXIS = Words("loss given default, %", "违约损失率（%）")
    PAIRED = Words("Paired seeds: the same luck twice", "配对种子：同样的运气重来一次")
    PAIRED_TEXT = Words(
        "A seed is one draw of everybody's luck. Two scenarios with one seed share it, so their "
        "difference is due to the scenario; over several seeds the differences give an interval. "
        "Circles: what a price cap cut by 20 points changes in the price of new loans, seed by "
        "seed, in the runs of the scorecard.",
        "一个种子即一次全体运气的抽取。两个情景用同一种子，运气相同，差异便来自情景本身；"
        "多个种子的差异构成区间。圆圈：记分卡运行中，上限下调20个百分点对新贷利率的逐种子影响。",
    )
    TOUR = Words("A tour in five steps", "五步导览")
    TOUR_TEXT = Words(
        "Every step is a link that prepares the page; the last one is yours to change.",
        "每一步都是准备好状态的链接；最后一步由您修改。",
    )
    STEP_1 = Words(
        "See where the market goes under the rules as they are.", "看现行规则下市场走向何方。"
    )
    STEP_2 = Words(
        "Lay a cap of about 12% for all platforms against it, and look at the difference.",
        "与“全部平台约12%上限”对比，查看差异。",
    )
    STEP_3 = Words(
        "Read what that cap binds, and whom, in July 2026.", "查看该上限在2026年7月约束了谁。"
    )
    STEP_4 = Words(
        "Ask how far to trust it: what a lower cap does in the model and in published studies.",
        "检验可信度：模型与已发表研究中下调上限的效果。",
    )
    STEP_5 = Words(
        "Ask your own: a cap of 16% from July 2026 is set; move it, date it, and see the answer.",
        "提出自己的问题：已设2026年7月起16%上限，请移动滑块、修改日期并查看结果。",
    )
