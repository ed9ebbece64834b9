"""Strings of the page Policy."""

from dashboard.catalogue import Catalogue, Words


class PolicyText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Policy", "政策")
    INTRO = Words(
        "The rules of a scenario: whom they bind, at what level, from when, by which source, and "
        "what each does in the model.",
        "情景中的规则：适用对象、水平、起始时间、来源，以及各规则在模型中的作用。",
    )
    MONTH = Words("What binds in", "查看月份")
    READING = Words("Reading the rules ...", "正在读取规则……")
    NO_RULES = Words("The rules of “{name}” cannot be shown.", "无法显示“{name}”的规则。")
    SHOW_FIRST = Words("Show those of observed", "显示 observed 的规则")
    TIMELINE = Words("Rules in force, 2015 to 2030", "2015至2030年实施的规则")
    TIMELINE_NOTE = Words(
        "A bar is a level in force; it begins where the rule, or its next step, does. The dashed "
        "line is the chosen month.",
        "每段横条为一个实施中的水平，自规则或其下一步骤生效起。虚线为所选月份。",
    )
    BINDING = Words("What binds in {month}, by licence", "{month} 各牌照受到的约束")
    BINDING_NOTE = Words(
        "All rules taken together, at a loan prime rate of {lpr}. Limits are times equity or yuan.",
        "合并全部规则后的结果；贷款市场报价利率为 {lpr}。限额单位为权益倍数或元。",
    )
    EVERYBODY = Words("For the whole market", "适用于整个市场")
    INSTRUMENT = Words("Instrument", "工具")
    LEVEL = Words("Level", "水平")
    BUREAU_SEEN = Words(
        "{kept}; lenders see {low} to {high} of debts elsewhere, by kind",
        "{kept}；各类机构可见客户在他处债务的{low}至{high}",
    )
    REPAIRED = Words(
        "defaults of at most {limit} from {first} on, paid back by {by}, are not shown",
        "自{first}起单笔不超过{limit}、于{by}前还清的逾期不再显示",
    )
    NONE = Words("none", "无")
    RULES = Words("Rule by rule", "逐条规则")
    RULE = Words("Rule", "规则")
    BINDS = Words("Binds", "适用对象")
    STEPS = Words("Steps", "步骤")
    SOURCE = Words("Source", "来源")
    MECHANISM = Words("In the model", "在模型中")
    STEP = Words("{level} from {start}", "{start} 起 {level}")
    ANNOUNCED = Words("announced {month}", "{month} 宣布")
    PHASED = Words("over {months} months", "分 {months} 个月到位")
    UNTIL = Words("ends with {month}", "至 {month} 止")
    ALL_LICENCES = Words("all licences", "全部牌照")
    WHOLE_MARKET = Words("the whole market", "整个市场")
    FOR_SEGMENTS = Words("for {segments}", "客群：{segments}")
    HISTORY = Words("What happened, 2015 to 2027", "2015至2027年的政策事件")
    HISTORY_NOTE = Words(
        "The dated events that the rules rest on, as scenarios/data/policy_timeline.csv has them. "
        "“unconfirmed” is remembered and not read; wherever it is used, it is an assumption.",
        "规则所依据的事件，见 scenarios/data/policy_timeline.csv。"
        "“未核实”为记忆所得，凡使用之处均为假设。",
    )
    DATE = Words("Date", "日期")
    EVENT = Words("Event", "事件")
    BODY = Words("Body", "机构")
    VALUE = Words("Value", "数值")
    SURE = Words("How sure", "可信度")
    SEEN = Words("seen in source", "见于来源")
    UNCONFIRMED = Words("unconfirmed", "未核实")
    FACILITATION = Words("loan facilitation", "助贷")
    SMALL_LOAN = Words("small-loan company", "小额贷款公司")
    CONSUMER_FINANCE = Words("consumer finance", "消费金融公司")
    INTERNET_BANK = Words("internet bank", "互联网银行")
    BANK = Words("bank", "银行")
    DOES_ALL_IN = Words(
        "A grade of borrowers whose cost of funds, losses, running costs and least margin come to "
        "more than the cap is not served; the others pay the cap at most, fees included.",
        "若某风险等级的资金、损失、运营成本与最低利润合计超过上限，则不再放贷；其余借款人含费用最多支付上限。",
    )
    DOES_CONTRACT = Words(
        "Bounds the contract rate alone: guarantee and service fees may come on top.",
        "仅约束合同利率，担保费与服务费可另计。",
    )
    DOES_LEVERAGE = Words(
        "Loans held may be so many times equity; with less room a lender admits fewer requests.",
        "持有贷款不得超过权益的若干倍；空间不足时机构接纳的申请减少。",
    )
    DOES_GUARANTEE = Words(
        "Loans that a platform guarantees may be so many times its equity; beyond, its guaranteed "
        "routes take no new loans.",
        "平台担保的贷款不得超过权益的若干倍；超出后担保渠道不再新增贷款。",
    )
    DOES_FLOOR = Words(
        "A platform funds at least this part of every joint loan itself, with its own equity.",
        "平台须以自有资金承担每笔联合贷款的最低出资比例。",
    )
    DOES_LIMIT = Words("No credit line to one borrower is larger.", "对单一借款人的授信不得更高。")
    DOES_CAPITAL = Words(
        "Firms below it need new capital from their owners or give up; entrants bring at least "
        "that.",
        "低于要求的机构须由股东增资，否则退出；新进入者至少须具备该资本。",
    )
    DOES_OPENNESS = Words(
        "Part of the would-be entrants that get a licence.", "有意进入者中获得牌照的比例。"
    )
    DOES_BUREAU = Words(
        "Part of lending, and so of debts elsewhere, that a lender sees when it decides.",
        "机构决策时经征信可见的他处贷款比例。",
    )
    DOES_LAG = Words(
        "Debts and defaults show in the bureau so many months late.",
        "债务与违约在征信中延迟若干月显示。",
    )
    DOES_REPAIR = Words(
        "Small defaults that were paid back are not shown to lenders any more.",
        "已还清的小额违约不再向机构展示。",
    )
    DOES_DISCLOSURE = Words(
        "Part of borrowers who compare prices with all fees; the others see the contract rate.",
        "能看到含全部费用价格的借款人比例；其余仅看到合同利率。",
    )
    DOES_COLLECTION = Words(
        "Part of their usual success that collectors keep.",
        "催收仍保有的成功率比例。",
    )
    DOES_DATA = Words(
        "Error of lenders' signals about borrowers, times the usual: scores tell less apart.",
        "机构对借款人信号误差的倍数：误差越大，评分区分力越低。",
    )
    DOES_FREEZE = Words(
        "Part of wholesale funding that is shut.",
        "被关闭的批发融资比例。",
    )
    DOES_SHARE = Words(
        "A brand above this share takes no new customers.", "份额超过上限的品牌不再接纳新客户。"
    )
    DOES_QUOTA = Words(
        "Most firms with a licence; none is closed for it, none more opens.",
        "持牌机构数量上限；不因此关闭，但不再新增。",
    )
    DOES_SUBSIDY = Words(
        "The state pays part of the interest of eligible loans, until its budget is spent.",
        "财政为符合条件的贷款支付部分利息，直至预算用尽。",
    )
    DOES_SCHEME = Words(
        "A state fund bears part of the losses on the loans it names, for a fee, within a budget.",
        "国家基金在预算内收取费用并分担指定贷款的部分损失。",
    )
    DOES_TECHNOLOGY = Words(
        "Part of what technology costs lenders that the state pays.",
        "财政承担机构技术成本的比例。",
    )
    DOES_SECURITIES = Words(
        "Securities issued on loans may be so many times equity.",
        "资产证券化融资不得超过权益的若干倍。",
    )
    DOES_P2P = Words(
        "Part of P2P funding by many small investors, who can run, that is permitted.",
        "允许的网络借贷（众多可挤提的小额出借人）资金比例。",
    )
    DOES_PROVISIONING = Words(
        "Least allowances for expected losses, times the standard.",
        "预期损失拨备的下限，为标准的若干倍。",
    )
    DOES_BUFFER = Words(
        "Equity to loans on top of what the leverage limit asks for.",
        "在杠杆上限之外额外要求的权益与贷款之比。",
    )
    DOES_PARTNER_ONE = Words(
        "Most that one brand's loans may be of a funder's loans.",
        "单一品牌贷款占资金方贷款的上限。",
    )
    DOES_PARTNERS = Words(
        "Most that all other brands' loans may be of a funder's loans.",
        "全部其他品牌贷款占资金方贷款的上限。",
    )
    DOES_INSPECTIONS = Words(
        "Chance that inspectors visit a lender in a month; a breach that they find costs a fine "
        "and months without new customers.",
        "每月接受检查的概率；查实违规将被罚款并暂停新客户。",
    )
