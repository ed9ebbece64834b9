"""Every string of the dashboard, in English and Chinese.

Names and units of figures come from the column declarations (sim/core/tables.py, sim/display.py);
what a policy event says, from policy_words.py. A test finds strings that are missing in one
language or used nowhere.
"""

from enum import Enum
from typing import Literal, NamedTuple, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Words(NamedTuple):
    """One string in both languages; {names} are filled in."""

    en: str
    zh: str


NO_WORDS = Words("", "")


def in_both(en: str, zh: str) -> Words:
    """Words of a scenario; where its file has none in Chinese, the English ones stand."""
    return Words(en, zh or en)


def said(words: Words, language: Language) -> str:
    """Words in a language."""
    return words.zh if language == "zh" else words.en


class Text(Enum):
    """The strings, in the order of the page."""

    TITLE = Words("loansim · China's small-loan market", "loansim · 中国小额贷款市场")
    DESCRIPTION = Words(
        "Concentration and default paths of a simulated market for small loans",
        "模拟小额贷款市场的集中度与违约路径",
    )
    SKIP = Words("Skip to the charts", "跳到图表")
    MARKET = Words("Market", "市场")
    PAGES = Words("Pages", "页面")
    OTHER_LANGUAGE = Words("中文", "EN")
    SWITCH_LANGUAGE = Words("中文版：切换到中文", "English: switch to English")
    SWITCH_COLOURS = Words("Switch between light and dark", "切换浅色与深色")
    NO_PAGE = Words("There is no such page.", "没有这个页面。")
    TO_MARKET = Words("To the market", "前往市场页面")

    LOADING = Words("Loading the charts ...", "正在加载图表……")
    NEEDS_SCRIPT = Words(
        "This page draws in the browser and needs JavaScript.",
        "本页在浏览器中绘图，需要启用 JavaScript。",
    )
    OFFLINE = Words("The server does not answer.", "服务器没有响应。")
    OFFLINE_DETAIL = Words(
        "What you see stays; nothing new can be drawn. Was it ended? Start it again with “loansim "
        "dashboard”; this page then comes back by itself.",
        "已显示的内容仍然有效，但无法绘制新内容。若服务已结束，请重新执行“loansim dashboard”，"
        "本页会自动恢复。",
    )
    TROUBLE = Words(
        "Something went wrong, and the page may show less than you asked for.",
        "出现错误，页面显示的内容可能不完整。",
    )
    TROUBLE_DETAIL = Words(
        "The terminal in which the dashboard runs says what.", "运行看板的终端中有详细说明。"
    )
    TRY_AGAIN = Words("Load the page again", "重新加载页面")

    CHOICE = Words("What is shown", "显示内容")
    SCENARIO = Words("Scenario", "情景")
    AGAINST = Words("Against", "对比")
    NOTHING = Words("nothing", "无")
    VIEW = Words("Charts show", "图表显示")
    PATHS = Words("both paths", "两条路径")
    DIFFERENCE = Words("the difference", "两者之差")
    NO_RUNS = Words(
        "There are no runs in the folder yet: what you choose here is simulated on the spot. "
        "“loansim run observed” keeps its results in runs/, where this list finds them.",
        "文件夹中尚无运行结果：所选情景将即时模拟。"
        "执行“loansim run observed”可将结果保存到 runs/，之后会出现在列表中。",
    )
    SEEDS = Words("Seeds", "随机种子数")
    BORROWERS = Words("Borrowers simulated", "模拟借款人数")
    GROUP_RUNS = Words("Runs in the folder", "文件夹中的运行结果")
    GROUP_SCENARIOS = Words("Scenarios, run on the spot", "情景（即时运行）")
    SCENARIO_ITEM = Words("{title} · {name}", "{title} · {name}")
    RUN_ITEM = Words("{name} · {borrowers} × {seeds}", "{name} · {borrowers} × {seeds}")

    STATUS = Words("How far the simulation is", "模拟进度")
    QUEUED = Words("{name}: waiting for a free worker", "{name}：等待空闲进程")
    COMPILING = Words(
        "{name}: compiling the borrower's month (only once, about a minute)",
        "{name}：正在编译借款人月度规则（仅首次，约一分钟）",
    )
    RUNNING = Words("{name}: simulating, {share} done", "{name}：模拟中，已完成 {share}")
    TIME_LEFT = Words("about {seconds} s left", "约剩 {seconds} 秒")
    MINUTES_LEFT = Words("about {minutes} min left", "约剩 {minutes} 分钟")
    ROUGH = Words("Rough answer", "粗略结果")
    ROUGH_DETAIL = Words(
        "{name}: {borrowers} borrowers, 1 seed. The full answer replaces it.",
        "{name}：{borrowers} 名借款人，1 个种子；完整结果随后替换。",
    )
    PARTIAL = Words("{done} of {seeds} seeds", "{done}/{seeds} 个种子")
    PARTIAL_DETAIL = Words(
        "{name}: {borrowers} borrowers; the other seeds follow.",
        "{name}：{borrowers} 名借款人；其余种子随后补上。",
    )
    READY = Words("Complete", "已完成")
    READY_DETAIL = Words(
        "{name}: {borrowers} borrowers, {seeds}, {first} to {last}",
        "{name}：{borrowers} 名借款人，{seeds}，{first} 至 {last}",
    )
    ONE_SEED = Words("1 seed (no band)", "1 个种子（无区间）")
    MANY_SEEDS = Words("{seeds} seeds", "{seeds} 个种子")
    CANCEL = Words("Stop", "停止")
    RETRY = Words("Run again", "重新运行")
    CANCELLED = Words("Stopped", "已停止")
    CANCELLED_DETAIL = Words(
        "{name} was stopped before it was complete.", "{name} 在完成之前已停止。"
    )
    FAILED = Words("No answer", "没有结果")
    FAILED_DETAIL = Words("{name}: {error}", "{name}：{error}")
    SHOW_USUAL = Words("Show {name} instead", "改为显示 {name}")
    BUSY = Words(
        "Too many simulations are waiting; try again in a moment.", "等待中的模拟过多，请稍后再试。"
    )
    UNKNOWN_RUN = Words("There is no run “{name}” in the folder.", "文件夹中没有运行结果“{name}”。")
    UNKNOWN_SCENARIO = Words(
        "There is no scenario “{name}”. Choose one from the list.",
        "没有情景“{name}”，请从列表中选择。",
    )
    BROKEN_RUN = Words(
        "The run “{name}” cannot be read: a file is missing, damaged or of another version.",
        "无法读取运行结果“{name}”：文件缺失、损坏或版本不符。",
    )
    BROKEN_SCENARIO = Words(
        "The scenario “{name}” cannot be used: {error}", "情景“{name}”无法使用：{error}"
    )

    EFFECTS = Words("What {other} changes against {base}", "{other} 相对 {base} 的影响")
    EFFECTS_TABLE = Words("Effects with their intervals", "影响及其区间")
    LEVELS = Words("Levels, {horizon}", "水平值（{horizon}）")
    YEAR_AFTER = Words("year {number}", "第{number}年")
    SINCE_CHANGE = Words("all months since the change", "变化以来各月")
    EFFECTS_NOTE = Words(
        "Differences over {seeds} seeds, each with the same luck in both scenarios; below each, "
        "its 95% interval. Bold: the interval leaves out zero, so the sign is hardly luck. Grey: "
        "it may be. HHI is a median (below six seeds its interval covers less than 95%), the "
        "others are means. Years count from the first month in which a figure differs.",
        "基于{seeds}个种子的差异，每个种子在两个情景中运气相同；下方为95%置信区间。"
        "粗体：区间不含零，方向并非偶然；灰色：可能出于偶然。"
        "HHI取中位数，其余取均值；种子数少于六个时，中位数区间的覆盖率低于95%。"
        "年份自首个出现差异的月份起算。",
    )
    EFFECTS_ONE_SEED = Words(
        "One seed, with the same luck in both scenarios: there is no interval, so nobody can tell "
        "which of these differences are luck. Choose more seeds.",
        "仅一个种子（两个情景运气相同）：没有区间，无法判断哪些差异出于偶然。请增加种子数。",
    )
    NO_EFFECT = Words(
        "Nothing: over {seeds} seeds every difference in every month is exactly zero.",
        "没有影响：{seeds}个种子、所有月份的每一项差异都恰好为零。",
    )
    PAIRS_LATER = Words(
        "Differences appear as soon as both have been simulated with as many borrowers.",
        "待两者以相同借款人数完成模拟后，即显示差异。",
    )
    NO_PAIRS = Words(
        "These two cannot be compared seed by seed: {error}.", "两者无法逐种子比较：{error}。"
    )
    INTERVAL_HEAD = Words("interval", "区间")
    INTERVAL = Words("{coverage} interval {interval}", "{coverage}置信区间 {interval}")
    DOTTED = Words("dotted: {name}", "虚线：{name}")
    ONLY_SHOWN = Words("{name} alone is shown", "仅显示{name}")
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
        "Share of the balance by brand, coloured by kind of lender. Point at a band for its name.",
        "按品牌的余额份额，颜色表示机构类型。将指针移到色带上可查看名称。",
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
    MEASURE = Words("Measure", "指标")
    BY_LENDER = Words("by lender", "按机构")
    BY_KIND = Words("by kind of lender", "按机构类型")
    COHORTS = Words("Ever 90+ days past due", "累计90天以上逾期")
    AGAINST_VALUE = Words("{difference} against {name}", "较{name} {difference}")
    LARGEST_FIRM = Words("largest firm, {month}", "最大机构，{month}")
    LARGEST_KIND = Words("{name}, {month}", "{name}，{month}")
    COHORT_AT = Words("cohort {cohort} after {age} months", "{cohort} 放款，{age} 个月后")
    AS_TABLE = Words("Table", "数据表")
    HIDE_TABLE = Words("Hide the table", "收起数据表")
    TABLE_OF = Words("{title} as a table", "{title}（数据表）")
    MONTH = Words("Month", "月份")
    BAND = Words("{label}, band", "{label}（区间）")
    RANGE = Words("{low} to {high}", "{low} 至 {high}")
    LENDER = Words("Lender", "机构")
    KIND = Words("Kind", "类型")
    AGE = Words("Months since the first draw", "首次提款以来的月数")
    WAITING = Words("Simulating; the first lines will appear here", "正在模拟，曲线将在此处出现")
    NO_LINES = Words("Nothing to draw yet", "暂无可绘制的内容")
    CHART_OF = Words("Chart: {title}. {note}", "图表：{title}。{note}")
    ONLY_IN = Words("{text} (only {name})", "{text}（仅{name}）")
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

    def say(self, language: Language, **values: object) -> str:
        """The string in a language, its {names} filled in."""
        return said(self.value, language).format(**values)
