"""Strings of the page What-if."""

from dashboard.catalogue import Catalogue, Words


class WhatIfText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("What-if", "假设分析")
    LEVERS = Words("What is changed", "调整内容")
    NO_SUCH_RUN = Words(
        "There is no run “{run}” in the folder; the base is {base} instead.",
        "文件夹中没有运行结果“{run}”，基准情景改为{base}。",
    )
    RUN_OF_UNKNOWN = Words(
        "The scenario “{scenario}” of the run “{run}” does not come with the program; the base is "
        "{base} instead. Upload its file to use it.",
        "运行结果“{run}”的情景“{scenario}”并非程序自带，基准情景改为{base}。如需使用，请上传其文件。",
    )
    BASE = Words("Base scenario", "基准情景")
    BASE_ITEM = Words("{title} · {name}", "{title} · {name}")
    GROUP_UPLOADED = Words("Uploaded", "已上传")
    SUBJECT_BASELINE = Words("Baseline", "基准")
    SUBJECT_PRICE_CAPS = Words("Price caps", "价格上限")
    SUBJECT_CAPITAL = Words("Capital and funding", "资本与融资")
    SUBJECT_SUPERVISION = Words("Supervision", "监管")
    SUBJECT_DATA = Words("Data and technology", "数据与技术")
    SUBJECT_COMPETITION = Words("Competition", "竞争")
    SUBJECT_STRATEGIES = Words("Strategies", "机构策略")
    SUBJECT_STRUCTURE = Words("Market structure", "市场结构")
    SUBJECT_SUPPORT = Words("Support", "扶持政策")
    SUBJECT_SHOCKS = Words("Shocks", "冲击")
    SUBJECT_OTHER = Words("Other", "其他")
    CAP = Words("Price cap, all-in", "综合融资成本上限")
    CAP_NOTE = Words(
        "No new loan of any lender may cost more. Caps of the base that are tighter stay.",
        "所有机构新发放贷款的综合年化成本不得超过此水平；基准中更严的上限仍然有效。",
    )
    LEVERAGE = Words("Leverage limit", "杠杆上限")
    LEVERAGE_NOTE = Words(
        "Loans to equity of small-loan and consumer-finance companies, at most.",
        "小额贷款公司与消费金融公司的贷款与净资产之比上限。",
    )
    JOINT = Words("Own share in joint loans", "联合贷款出资比例下限")
    JOINT_NOTE = Words(
        "What small-loan companies put into every joint loan, at least.",
        "小额贷款公司在每笔联合贷款中的最低出资比例。",
    )
    DATA = Words("Data rule: errors of signals", "数据规则：信号误差")
    DATA_NOTE = Words(
        "How many times as large lenders' errors about applicants are, with less data.",
        "数据受限后，机构对申请人判断的误差放大倍数。",
    )
    BUREAU = Words("Debts that the bureau shows", "征信可见负债下限")
    BUREAU_NOTE = Words(
        "Share of all other debts that every lender sees, at least.",
        "每家机构至少能看到的他处负债占比。",
    )
    SUBSIDY = Words("Interest subsidy for farmers", "农户贷款贴息")
    SUBSIDY_NOTE = Words(
        "Points of interest that the state pays on farmers' loans from small-loan companies and "
        "internet banks.",
        "财政为农户在小额贷款公司与互联网银行的贷款承担的利息百分点。",
    )
    FUNDING = Words("Funding freeze", "融资冻结")
    FUNDING_NOTE = Words(
        "Share of market funding that is shut for some months.", "若干月内中断的市场化融资占比。"
    )
    RECESSION = Words("Recession", "经济衰退")
    RECESSION_NOTE = Words(
        "Share of borrowers who lose a fifth of their income; at 20% unemployment is two points "
        "higher and growth four points lower, else in proportion.",
        "收入减少五分之一的借款人占比；占比为20%时，失业率上升2个百分点、增速下降4个百分点，其余按比例。",
    )
    COMPETITION = Words("Competition and entry", "竞争与准入")
    COMPETITION_NOTE = Words(
        "Number and size of brands, open licences, how much borrowers compare. It holds from the "
        "start, so that no past is shared and the answer takes longer.",
        "品牌数量与规模、牌照开放度、借款人的比较程度。自起点生效，无法共用历史，计算较慢。",
    )
    AS_BASE = Words("as in the base", "与基准相同")
    MONOPOLY = Words("monopoly", "垄断")
    LOW = Words("low", "低")
    MEDIUM = Words("medium (as observed)", "中（观察值）")
    HIGH = Words("high", "高")
    STRATEGY = Words("One lender's strategy", "单一机构策略")
    STRATEGY_NOTE = Words(
        "The others keep to the base and answer as rivals do.",
        "其他机构维持基准行为并作出竞争反应。",
    )
    LENDER = Words("Lender", "机构")
    NOBODY = Words("nobody", "无")
    STRATEGY_NAME = Words("Strategy", "策略")
    PRICE_WAR = Words("price war", "价格战")
    PREMIUM = Words("few and good customers", "少而优的客户")
    FOLLOW = Words("follow the rivals that it meets", "跟随所遇对手的价格")
    FOLLOW_ONE = Words("follow {lender}", "跟随{lender}")
    NICHE = Words("niche: {segment}", "专注{segment}")
    EXPAND = Words("expand", "扩张")
    LEVEL_OF = Words("{lever}: level", "{lever}：水平")
    FROM = Words("from {month}", "自{month}起")
    FROM_OF = Words("{lever}: from", "{lever}：起始月份")
    AHEAD = Words("Announced before", "提前公布")
    OVER = Words("Phased in over", "过渡期")
    LASTS = Words("Lasts", "持续")
    MONTHS = Words("{number} months", "{number}个月")
    AT_ONCE = Words("not at all", "无")
    PERCENT = Words("{level}%", "{level}%")
    TIMES = Words("{level} times", "{level}倍")
    POINTS = Words("{level} points", "{level}个百分点")
    TIMELINE = Words("Timeline of what is changed", "调整内容时间线")
    TIMELINE_EMPTY = Words("Nothing is changed yet.", "尚未作任何调整。")
    TIMELINE_ITEM = Words("{name}: {first} to {last}", "{name}：{first} 至 {last}")
    TIMELINE_ON = Words("{name}: from {first} on", "{name}：自 {first} 起")
    TIMELINE_KNOWN = Words("announced {known}", "{known} 公布")
    TIMELINE_FULL = Words("in full from {full}", "{full} 起完全生效")
    TIMELINE_COMMA = Words(", ", "，")
    UPLOAD = Words("Upload a scenario file", "上传情景文件")
    UPLOAD_NOTE = Words(
        "YAML, at most 200 kB; it may extend a scenario of the list by its name.",
        "YAML格式，不超过200 kB；可用名称继承列表中的情景。",
    )
    REFUSED = Words("{file} was refused: {error}", "未接受{file}：{error}")
    START = Words(
        "Switch a lever on: what it changes against the base appears here.",
        "打开左侧任一调节项，此处将显示其相对基准的变化。",
    )
    FAULTS = Words("The address asks for something that cannot be", "链接中包含无法使用的内容")
    FAULT = Words("{name}: {reason}", "{name}：{reason}")
    FAULTS_END = Words(
        "Nothing was simulated. Set the levers as you mean them; the address follows.",
        "未进行模拟。请重新设置调节项，地址会随之更新。",
    )
    CHANGED = Words("what-if", "假设")
    ROUGH_MARK = Words("Rough answer", "粗略结果")
    ROUGH_MARK_DETAIL = Words(
        "{done} of {seeds} seeds, {borrowers} borrowers; intervals follow with more seeds.",
        "{done}/{seeds} 个种子，{borrowers} 名借款人；更多种子完成后给出区间。",
    )
    SO_FAR_DETAIL = Words(
        "So far to {last}, one seed, {borrowers} borrowers; later months and intervals follow.",
        "目前算到 {last}，1 个种子，{borrowers} 名借款人；其后月份与区间随后补上。",
    )
    WHOLE_MARK = Words("Complete", "已完成")
    WHOLE_DETAIL = Words(
        "{seeds} seeds, {borrowers} borrowers, same luck in both",
        "{seeds} 个种子，{borrowers} 名借款人，两个情景运气相同",
    )
    BECAUSE = Words("Because", "原因")
    BECAUSE_OF = Words(
        "Last twelve months of the run, with against without; below each difference its 95% "
        "interval over seeds. Grey: it may be luck.",
        "运行最后十二个月，有调整与无调整之差；下方为各种子的95%区间。灰色：可能出于偶然。",
    )
    ACCESS_TITLE = Words("Who lost or won access", "谁失去或获得信贷")
    LEFT_TITLE = Words("Which lenders left or stayed", "哪些机构退出或留存")
    SHARE_TITLE = Words("Who gained or lost share", "谁的份额上升或下降")
    WHO = Words("Who", "对象")
    BEFORE = Words("Base", "基准")
    AFTER = Words("What-if", "假设")
    CHANGE = Words("Change", "变化")
    NOBODY_LEFT = Words(
        "The number of firms of every lender is the same.", "各类机构数量均未变化。"
    )
    TAKE_ALONG = Words("Take along", "下载")
    FILE_SCENARIO = Words("Scenario file", "情景文件")
    FILE_CSV = Words("Differences, CSV", "差异（CSV）")
    FILE_PARQUET = Words("Differences, Parquet", "差异（Parquet）")
    FILE_REPORT = Words("Report, HTML", "报告（HTML）")
    FILES_NOTE = Words(
        "A chart's camera keeps it as PNG. The address of this page reproduces everything; so does "
        "“loansim compare {base} what_if.yaml --borrowers {borrowers} --seeds {seeds}”.",
        "图表右上角的相机可保存为PNG。本页地址可重现全部内容，也可执行"
        "“loansim compare {base} what_if.yaml --borrowers {borrowers} --seeds {seeds}”。",
    )
    NOT_YET = Words(
        "The answer is not complete yet; ask again in a moment.", "结果尚未完成，请稍后再试。"
    )
    FILE_TITLE = Words("What-if on {base}", "基于{base}的假设")
