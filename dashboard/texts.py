"""Strings of what surrounds every page, and of what several pages say."""

from dashboard.catalogue import Catalogue, Words


class Text(Catalogue):
    """The strings, in the order in which a page says them."""

    TITLE = Words("loansim · China's small-loan market", "loansim · 中国小额贷款市场")
    DESCRIPTION = Words(
        "Concentration and default paths of a simulated market for small loans",
        "模拟小额贷款市场的集中度与违约路径",
    )
    SKIP = Words("Skip to the charts", "跳到图表")
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
    SCENARIO = Words("Scenario", "情景")
    AGAINST = Words("Against", "对比")
    NOTHING = Words("nothing", "无")
    SEEDS = Words("Seeds", "随机种子数")
    BORROWERS = Words("Borrowers simulated", "模拟借款人数")
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
    SO_FAR_DETAIL = Words(
        "{name}: so far to {last}, {borrowers} borrowers, 1 seed. The full answer replaces it.",
        "{name}：目前算到 {last}，{borrowers} 名借款人，1 个种子；完整结果随后替换。",
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
        "it may be. HHI is a median, the others are means; below six seeds a median has only its "
        "lowest and highest seed, which is said and never bold. Years count from the first month "
        "in which a figure differs.",
        "基于{seeds}个种子的差异，每个种子在两个情景中运气相同；下方为95%置信区间。"
        "粗体：区间不含零，方向并非偶然；灰色：可能出于偶然。"
        "HHI取中位数，其余取均值；"
        "种子数少于六个时，中位数仅给出最低与最高种子，会注明且不加粗。"
        "年份自首个出现差异的月份起算。",
    )
    SEED_RANGE = Words(
        "seeds: {interval} (covers {coverage})", "种子范围：{interval}（覆盖率{coverage}）"
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
    MEASURE = Words("Measure", "指标")
    AGAINST_VALUE = Words("{difference} against {name}", "较{name} {difference}")
    LARGEST_FIRM = Words("largest firm, {month}", "最大机构，{month}")
    LARGEST_KIND = Words("{name}, {month}", "{name}，{month}")
    COHORT_AT = Words("cohort {cohort} after {age} months", "{cohort} 放款，{age} 个月后")
    SAVE_PICTURE = Words("Save as a picture (PNG)", "保存为图片（PNG）")
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
    BROKEN_CHANGES = Words("This what-if cannot be: {error}", "该假设无法成立：{error}")
    UPLOAD_GONE = Words(
        "The uploaded scenario is no longer here: it came from another server, or newer ones took "
        "its place. Upload the file again.",
        "上传的情景已不在服务器上（来自其他服务器，或已被更新的上传替换），请重新上传文件。",
    )
