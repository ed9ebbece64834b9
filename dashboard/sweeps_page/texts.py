"""Strings of the page Sweeps."""

from dashboard.catalogue import Catalogue, Words


class SweepsText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Sweeps", "批量模拟")
    INTRO = Words(
        "A sweep asks one question of many worlds: every point of a design, lived with several "
        "seeds. Here is what its runs say together.",
        "批量模拟就一个问题考察许多世界：设计中的每个点都用多个随机种子运行。此处汇总这些运行的结果。",
    )
    NONE = Words("There is no sweep in the results folder.", "结果文件夹中没有批量模拟。")
    NONE_DETAIL = Words(
        "Make one with “loansim sweep run cap_and_competition --out runs/cap”; “loansim sweep "
        "plans” lists the plans that come with the program. This page finds it while it runs.",
        "可执行“loansim sweep run cap_and_competition --out runs/cap”生成；"
        "“loansim sweep plans”列出自带的计划。运行期间本页即可显示。",
    )
    TO_DOCS = Words("Look again", "重新查找")
    CHOICE = Words("Which sweep, and what of it", "选择批量模拟及查看内容")
    SWEEP = Words("Sweep", "批量模拟")
    VIEW = Words("Show", "查看")
    SURFACE = Words("Response surface", "响应曲面")
    PARALLEL = Words("Parallel coordinates", "平行坐标")
    SENSITIVITY = Words("Sensitivity", "敏感性")
    FRONT = Words("Trade-offs (Pareto front)", "权衡（帕累托前沿）")
    BOXES = Words("Where something happens (boxes)", "何处发生（情景发现）")
    EFFECTS = Words("Paired effects", "配对效应")
    BANDS = Words("Luck against parameters (two bands)", "运气与参数（两条区间）")
    MEASURE = Words("Measure", "指标")
    HORIZON = Words("When", "时点")
    ACROSS = Words("Across", "横轴")
    UP = Words("Up", "纵轴")
    USUAL_AXIS = Words("the usual", "默认")
    CONDITION = Words("Condition", "条件")
    CONDITION_HELP = Words(
        "Such as default_rate_12m>7%. Empty: the highest quarter.",
        "例如 default_rate_12m>7%。留空表示最高的四分之一。",
    )
    AIMS = Words("Aims, two or three", "目标，两个或三个")
    MORE = Words("more: {measure}", "越高越好：{measure}")
    LESS = Words("less: {measure}", "越低越好：{measure}")
    UNKNOWN = Words("There is no sweep “{name}” in the folder.", "文件夹中没有批量模拟“{name}”。")
    BROKEN = Words("The sweep “{name}” cannot be read.", "无法读取批量模拟“{name}”。")
    DETAIL = Words("What the program says: {error}", "程序提示：{error}")
    NO_DETAIL = Words("Its files are damaged or of another version.", "文件已损坏或版本不符。")
    SHOW_OTHER = Words("Show {name} instead", "改为显示 {name}")
    OPENING = Words("Opening the sweep ...", "正在打开批量模拟……")
    WORKING = Words("Reading the runs and drawing ...", "正在读取运行结果并绘图……")
    BUSY = Words("Too much is being asked; a moment, please.", "请求过多，请稍候。")
    NOT_POSSIBLE = Words("This sweep does not give that.", "此批量模拟无法给出该分析。")
    FACTS = Words(
        "{design} design, {points} points × {seeds} seeds, {runs} different runs of {borrowers} "
        "borrowers, "
        "{first} to {last}, from {bases}; loansim {version}",
        "设计：{design}；{points} 个点 × {seeds} 个种子，共 {runs} 次不同的运行，"
        "每次 {borrowers} 名借款人，"
        "{first} 至 {last}，基准情景：{bases}；loansim {version}",
    )
    FACTORS = Words("What is varied", "变化的因素")
    FACTOR = Words("Factor", "因素")
    LEVELS = Words("Levels", "水平")
    ROLE = Words("Who decides", "由谁决定")
    LEVER = Words("a lever: somebody decides it", "杠杆：有人可以决定")
    UNCERTAINTY = Words("an uncertainty: nobody does", "不确定因素：无人可以决定")
    WHERE = Words("Place in a scenario", "情景中的位置")
    PROGRESS = Words("Progress", "进度")
    PROGRESS_LINE = Words(
        "{done} of {runs} runs done, {failed} failed, {waiting} waiting",
        "{runs} 次运行中已完成 {done} 次，失败 {failed} 次，等待 {waiting} 次",
    )
    RUNNING = Words("It is running now.", "正在运行。")
    GO_ON = Words("Go on with: loansim sweep resume", "继续运行：loansim sweep resume")
    FAILURES = Words("Failed runs, and why", "失败的运行及原因")
    NOT_COMPLETE = Words(
        "Not complete: of {runs} runs {failed} failed and {waiting} wait.",
        "尚不完整：{runs} 次运行中失败 {failed} 次，等待 {waiting} 次。",
    )
    ROWS_LEFT = Words(
        "{rows} more rows; “loansim sweep” writes them all.",
        "另有 {rows} 行；“loansim sweep”可写出全部。",
    )
    SURFACE_NOTE = Words(
        "A quadratic in all factors, fitted to the means of {points} points; factors not drawn "
        "stand in the middle. It fits {r2} of the variance and predicts {q2} of points left out; "
        "far below means that it is not to be trusted.",
        "对 {points} 个点的均值拟合的全因素二次曲面；未绘制的因素取中值。解释方差 {r2}，"
        "留一预测 {q2}；后者远低于前者则不可信。",
    )
    PARALLEL_NOTE = Words(
        "Every line is one of {points} design points, mean over seeds; the last axis is the "
        "measure, and colours are its fifths.",
        "每条线为 {points} 个设计点之一（种子均值）；最后一轴为指标，颜色表示其五分位。",
    )
    SENSITIVITY_NOTE = Words(
        "Bars with 95% intervals, from {blocks} trajectories or base points. S1: share of variance "
        "explained alone; ST: with all interactions; mu*: mean size of the effect of moving the "
        "factor over its range. Luck of the seeds: {luck} of the variance.",
        "条形附95%区间，基于 {blocks} 条轨迹或基点。S1：单独解释的方差占比；ST：含全部交互作用；"
        "mu*：因素在其范围内移动的平均效应。种子运气占方差 {luck}。",
    )
    UNUSABLE = Words(
        " Pale and hatched: unusable at this size of sample ({count} of {of} indices); point at a "
        "bar, or see the table, to know why.",
        " 浅色斜纹：样本过小而不可用（{of} 个指标中的 {count} 个）；原因见表，或指向条形。",
    )
    INDEX_NOTE = Words("Can it be used?", "能否使用")
    FEW_BLOCKS = Words(
        "no: {blocks} blocks, fewer than {fewest}; take more {more}",
        "不可用：仅 {blocks} 组，少于 {fewest}；请增加{more}",
    )
    ABOVE_ONE = Words(
        "no: a share above 1; take more {more}",
        "不可用：占比大于1；请增加{more}",
    )
    WIDE_STAR = Words(
        "no: interval wider than {widest} of the largest mu*; take more {more}",
        "不可用：区间宽于最大mu*的 {widest}；请增加{more}",
    )
    WIDE_SHARE = Words(
        "no: interval wider than {widest}; take more {more}",
        "不可用：区间宽于 {widest}；请增加{more}",
    )
    CONSTANT = Words("constant", "常数项")
    SQUARED = Words(" squared", "的平方")
    FULL = Words("full", "完全组合")
    LHS = Words("lhs", "拉丁超立方")
    POSTERIOR = Words("posterior", "后验抽样")
    MORE_POINTS = Words("design points", "设计点数")
    MORE_SEEDS = Words("seeds", "种子数")
    MORE_EITHER = Words("design points or seeds", "设计点数或种子数")
    BANDS_NOTE = Words(
        "Line: mean over {points} draws of the parameters that a calibration leaves open, and "
        "{seeds} seeds. Filled: luck, by which a single run at known parameters may differ. "
        "Dashed: parameters, by which the mean over endless seeds differs from draw to draw. Both "
        "95%, if normal.",
        "实线：对校准未能确定的参数抽样 {points} 次、每次 {seeds} 个种子的均值。"
        "阴影：运气，即参数已知时单次运行可能的偏离。虚线：参数，即无穷多种子之均值随抽样的变化。"
        "均为正态假设下的95%区间。",
    )
    BANDS_SHARE = Words(
        "{horizon}: {share} of the variance of a single run lies in the parameters, the rest is "
        "luck.",
        "{horizon}：单次运行方差的 {share} 来自参数，其余为运气。",
    )
    MEAN = Words("Mean", "均值")
    OF_SEEDS = Words("Luck (seeds), 95%", "运气（种子），95%")
    OF_PARAMETERS = Words("Parameters, 95%", "参数，95%")
    OF_BOTH = Words("Both, 95%", "合计，95%")
    SHARE_OF_PARAMETERS = Words("Share of parameters in the variance", "参数占方差")
    FRONT_NOTE = Words(
        "Wanted: {aims}. {points} points are on the front: no other point betters them in one aim "
        "without losing in another.",
        "目标：{aims}。前沿上有 {points} 个点：没有其他点能改善其一而不损其他。",
    )
    FRONT_FATES = Words(
        " Nobody decides {factors}: compare points of the same level; “loansim sweep pareto --by” "
        "gives a front for each.",
        " {factors}无人可以决定：请在同一水平内比较；“loansim sweep pareto --by”给出各水平的前沿。",
    )
    BOX = Words("The chosen box", "选中的箱")
    BOX_NOTE = Words(
        "{condition} holds at {density} of the points inside; the box holds {coverage} of all such "
        "points and {mass} of all points. Factors not drawn may take any level.",
        "箱内 {density} 的点满足 {condition}；该箱覆盖全部此类点的 {coverage}，占所有点的 {mass}。"
        "未绘制的因素可取任意水平。",
    )
    BOXES_TRIED = Words("All boxes that were tried", "试过的全部箱")
    BOXES_NOTE = Words(
        "PRIM peels the space of levels step by step: fewer points, more of them cases.",
        "PRIM逐步剥离水平空间：点越来越少，命中比例越来越高。",
    )
    EFFECTS_NOTE = Words(
        "What a level changes against another, seed by seed, other factors averaged over; bars are "
        "95% intervals over {seeds} seeds.",
        "某一水平相对另一水平的影响，逐种子配对，其他因素取平均；"
        "误差线为 {seeds} 个种子的95%区间。",
    )
    PAIRING = Words("What pairing bought", "配对的收益")
    PAIRING_NOTE = Words(
        "How many times as many seeds one would need without common random numbers.",
        "若不使用共同随机数，所需种子数的倍数。",
    )
    TERM = Words("Term", "项")
    VALUE = Words("Value", "值")
    INTERVAL = Words("95% interval", "95%区间")
    INDEX = Words("Index", "指数")
    RANGE = Words("{low} to {high}", "{low} 至 {high}")
    ON_FRONT = Words("On the front", "在前沿上")
    CERTAINTY = Words("In resamples of seeds", "种子重抽样中的比例")
    YES = Words("yes", "是")
    NO = Words("no", "否")
    BOX_NUMBER = Words("Box (* chosen)", "箱（*选中）")
    LIMITS = Words("Limits", "界限")
    COVERAGE = Words("Coverage", "覆盖率")
    DENSITY = Words("Density", "密度")
    MASS = Words("Share of points", "点占比")
    LINE = Words("{factor} {level} against {against}", "{factor} {level} 对 {against}")
    EFFECT_OF = Words("Effect of", "效应来源")
    EFFECT = Words("Effect", "效应")
    SEEDS_USED = Words("Seeds", "种子数")
