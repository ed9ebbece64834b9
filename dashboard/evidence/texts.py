"""Strings of the page Evidence."""

from dashboard.catalogue import Catalogue, Words


class EvidenceText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Evidence", "依据")
    INTRO = Words(
        "What the model shows beside what is known of the market. Failed checks stay here.",
        "模型结果与市场已知情况的对照。未通过的检验一并列出。",
    )
    VALIDATION = Words("Which validation", "选择验证结果")
    SHIPPED = Words("with the program: {name}", "随程序附带：{name}")
    IN_FOLDER = Words("in the folder: {folder} ({name})", "文件夹中：{folder}（{name}）")
    MADE = Words(
        "{scenario}: seeds {first} to {last} of {borrowers} borrowers each, loansim {version}, "
        "{date}. Make your own with “loansim validate {scenario}”.",
        "{scenario}：种子 {first} 至 {last}，每次 {borrowers} 名借款人，loansim {version}，{date}。"
        "可执行“loansim validate {scenario}”自行验证。",
    )
    FEW_SEEDS = Words(
        "Fewer than 20 seeds: deviations across seeds are as large as some tolerances.",
        "种子数少于20：种子间差异与部分容差相当。",
    )
    OTHER_VERSION = Words(
        "The scenario has changed since: its values today are not those that were validated.",
        "此后情景已有改动：现有取值并非当时验证的取值。",
    )
    UNKNOWN = Words("There is no validation “{name}”.", "没有验证结果“{name}”。")
    BROKEN = Words(
        "The validation “{name}” cannot be read: it is damaged or of another version.",
        "无法读取验证结果“{name}”：已损坏或版本不符。",
    )
    SHOW_SHIPPED = Words("Show the one that comes with the program", "显示随程序附带的验证结果")
    VERDICTS = Words("How many checks came to what", "各结论的检验数")
    CHECK = Words("Check", "检验")
    VERDICT = Words("Verdict", "结论")
    DATA = Words("Data", "数据")
    MODEL = Words("Model, mean", "模型均值")
    INTERVAL = Words("95% interval", "95%区间")
    ACCEPTED = Words("Accepted", "可接受范围")
    HOW = Words(
        "A check passes where the mean over seeds lies in what is accepted, is near where it lies "
        "a margin beyond, and fails otherwise; facts about a sign pass only where the whole "
        "interval lies there. Choose a check to see data against the model.",
        "种子均值落在可接受范围内为通过，略超出为接近，否则为未通过；关于方向的事实要求整个区间落在范围内。"
        "选择一项检验可查看数据与模型的对照。",
    )
    DETAIL = Words("Data against the model", "数据与模型对照")
    CHOOSE = Words("Choose a check in the table.", "请在表中选择一项检验。")
    TAKEN = Words("How the figure is taken", "指标取法")
    USE = Words("Use", "用途")
    SOURCE = Words("Source", "来源")
    TOLERANCE = Words("Tolerance", "容差")
    CHART_NOTE = Words(
        "Band: what is accepted. Circles: single seeds. Dot: their mean with its interval. "
        "Diamond: data.",
        "色带：可接受范围；圆圈：单个种子；实点：均值及其区间；菱形：数据。",
    )
    FITTED = Words(
        "fitted to, so no validation: {fitted}, of which {met} met",
        "参数按此拟合、不构成验证：{fitted} 项，其中 {met} 项达到",
    )
    NOT_MEASURED = Words(
        "Not measured here: size tails of firms from equal starts, and approvals at equal loss, "
        "have no test yet. That exclusive data concentrates, and that search narrows offers, are "
        "among the tests of the program and are marked there as not shown.",
        "此处未检验：同起点企业规模的尾部、同等损失下的批准率，尚无测试。"
        "独占数据导致集中、搜寻缩小报价差异，列在程序的测试中并标注为未能显示。",
    )
    PARAMETERS = Words("What the values rest on", "参数取值的依据")
    PARAMETERS_NOTE = Words(
        "Every value of {scenario}: {sourced} sourced (a published figure, or derived from some), "
        "{calibrated} calibrated (set against figures that are named), {assumed} assumed "
        "(nobody has measured it, or not publicly).",
        "{scenario} 的全部取值：{sourced} 项有出处（已发表数字或由其推得），"
        "{calibrated} 项经校准（对照所列数字设定），{assumed} 项为假设（无人测量或未公开）。",
    )
    SEARCH = Words("Search values", "搜索参数")
    SEARCH_HELP = Words(
        "Words of the path, the meaning or the source, such as “bigtech noise” or “sourced lpr”.",
        "路径、含义或来源中的词，例如“bigtech noise”或“sourced lpr”。",
    )
    PROVENANCE = Words("Provenance", "依据类别")
    ALL = Words("all", "全部")
    SOURCED = Words("sourced", "有出处")
    CALIBRATED = Words("calibrated", "经校准")
    ASSUMED = Words("assumed", "假设")
    PATH = Words("Value of", "参数")
    VALUE = Words("Value", "取值")
    UNIT = Words("Unit", "单位")
    MEANING = Words("Meaning", "含义")
    ROWS = Words("{shown} of {found} rows", "显示 {shown} 行，共 {found} 行")
    READING = Words("Reading the values ...", "正在读取取值……")
    NO_VALUES = Words("The values cannot be read.", "无法读取取值。")
