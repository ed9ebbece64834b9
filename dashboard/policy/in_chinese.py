"""Sources of rules and the events that they rest on, in Chinese.

Scenario files and the table of events (policy_timeline.csv) are in English; what they say is
repeated here in Chinese. A source that somebody's own scenario gives stands as it is.
"""

SOURCES = {
    "cash-loan notice No. 141 of 2017": "2017年现金贷通知（141号文）",
    "window guidance of July 2021 to bring personal loans to 24% by mid-2022": (
        "2021年7月窗口指导：个人贷款利率于2022年年中前降至24%"
    ),
    "Jin Gui [2025] 9, in force 2025-10-01; guarantee fees count": (
        "金规[2025]9号，2025-10-01起施行；担保费计入综合成本"
    ),
    "window guidance of 2025-10 on the average cost of new loans; enforcement eased later, so an "
    "upper bound on its force": (
        "2025年10月关于新发放贷款平均成本的窗口指导；后来执行有所放松，故为其约束力的上限"
    ),
    "Yin Fa [2025] 247 of 2025-12-19; all new loans at 4 x LPR by the end of 2027": (
        "银发[2025]247号（2025-12-19）；2027年底前所有新发放贷款不超过4倍LPR"
    ),
    "No. 86 of 2020: 1 + 4 times net assets in funding, so 6 times in loans": (
        "2020年86号文：融资不超过净资产的1倍加4倍，故贷款为6倍"
    ),
    "capital adequacy of about 10%": "资本充足率约10%",
    "capital adequacy of 8% with risk weight 1": "资本充足率8%，风险权重为1",
    "financing-guarantee rules of 2017 (10 times net assets)": (
        "2017年融资担保条例（净资产的10倍）"
    ),
    "Jin Gui [2024] 26": "金规[2024]26号",
    "interim measures of 2020 on internet loans; consumer loans": (
        "2020年商业银行互联网贷款管理暂行办法；消费贷款"
    ),
    "NFRA order 2024 No. 4; the draft of 2023-12-18": (
        "金融监管总局令2024年第4号；2023-12-18征求意见稿"
    ),
    "stop on new online licences since 2017; some local ones (assumption 10%)": (
        "2017年起停发网络小贷牌照；仍有少量地方牌照（假设10%）"
    ),
    "head-office white lists of the 2025 notice (assumption)": "2025年通知的总行白名单（假设）",
    "scenario": "情景设定",
    "assumption": "假设",
    "No. 86 of 2020 (unconfirmed) and the notice of 2025-01: standard funding, of which securities "
    "are part, up to 4 times net assets": (
        "2020年86号文（未证实）与2025年1月的通知：标准化融资（含资产证券化）不超过净资产的4倍"
    ),
    "assumption; about one visit in eight years": "假设；约每八年检查一次",
    "scenario; coverage of the kinds of lender is 50 to 95% (assumption), and half of that is "
    "left": ("情景设定；各类机构的征信覆盖为50%至95%（假设），只保留其一半"),
    "scenario; the guideline of 2025-12-19 reaches this level for small-loan companies by the end "
    "of 2027": "情景设定；2025-12-19的指引使小额贷款公司在2027年底前达到该水平",
    "scenario; the level asked of consumer-finance companies by the window guidance of 2025-10": (
        "情景设定；2025年10月窗口指导对消费金融公司要求的水平"
    ),
    "scenario; level and base of the notice Jin Gui [2025] 9, in force from 2025-10": (
        "情景设定；水平与口径同金规[2025]9号（2025年10月起施行）"
    ),
    "scenario; compare with cap_12_early, where all costs count": (
        "情景设定；可与计入全部成本的cap_12_early比较"
    ),
    "scenario; half of the success that collectors have now (assumption)": (
        "情景设定；催收成功率降为现在的一半（假设）"
    ),
    "MoF, PBoC, NFRA 2025 and Cai Jin [2026] 1, as listed in policy_timeline.csv; its limits per "
    "borrower are left out, all consumer loans of these licences count (assumption)": (
        "财政部、人民银行、金融监管总局2025年文件及财金[2026]1号，见policy_timeline.csv；"
        "未计每人限额，这些牌照的消费贷款全部计入（假设）"
    ),
    "scenario; the extension of Cai Jin [2026] 1 to more lenders, taken as far as it goes": (
        "情景设定；将财金[2026]1号向更多机构的扩展推至最大"
    ),
    "Basel III range of 0 to 2.5%; the path is the scenario's": (
        "巴塞尔协议III的0至2.5%区间；路径由情景设定"
    ),
    "People's Bank of China, 2025-12-22 (data/policy_timeline.csv): overdue from 2020-01 to "
    "2025-12, at most 10,000 yuan an item, repaid by 2026-03-31; not shown from 2026 on": (
        "中国人民银行，2025-12-22（data/policy_timeline.csv）：2020年1月至2025年12月的逾期，"
        "单笔不超过1万元，2026-03-31前还清；自2026年起不再显示"
    ),
    "scenario; the business measures of 2022 let data pass through licensed bureaux only": (
        "情景设定；2022年征信业务管理办法规定数据只能经持牌征信机构"
    ),
    "assumption; errors of all lenders' own signals grow by 30%": (
        "假设；所有机构自有信号的误差增加30%"
    ),
    "assumption; errors of all lenders' own signals fall by 30%": (
        "假设；所有机构自有信号的误差减少30%"
    ),
    "assumption; errors of all lenders' own signals grow by 60%": (
        "假设；所有机构自有信号的误差增加60%"
    ),
    "scenario; the budget is for a calendar year": "情景设定；预算按日历年计",
    "scenario; coverage of the kinds of lender is 50 to 95% (assumption)": (
        "情景设定；各类机构的征信覆盖为50%至95%（假设）"
    ),
    "scenario; the rules of 2017 allow ten times": "情景设定；2017年的规定允许10倍",
    "Part and fee as in the guidance on government financing guarantee funds (Guo Ban Fa [2019] 6: "
    "banks bear 20% at least, fees of 1% at most for loans up to 5 million yuan); licences, the "
    "budget and cover of whole books are the scenario's": (
        "分担比例与费率依政府性融资担保基金的指导意见（国办发[2019]6号：银行至少承担20%，"
        "500万元以下贷款费率不超过1%）；牌照、预算及整体承保由情景设定"
    ),
    "scenario; that half look at the contract rate is an assumption, the end is the notice of "
    "2026-03-15 that all-in cost be disclosed from 2026-08-01 (data/policy_timeline.csv)": (
        "情景设定；半数人只看合同利率为假设，终点为2026-03-15的通知：自2026-08-01起须披露综合成本"
        "（data/policy_timeline.csv）"
    ),
    "scenario; 8 instead of 6 times net assets": "情景设定；净资产的8倍而非6倍",
    "scenario; one visit in eight years is assumed otherwise": (
        "情景设定；其他情景假设每八年检查一次"
    ),
    "draft of 2020-11 and notice of 2021-02: 30%": "2020年11月征求意见稿与2021年2月通知：30%",
    "scenario; the rule in force since 2025-01 asks for 30%": (
        "情景设定；2025年1月起施行的规定要求30%"
    ),
    "scenario; on average they have about 90 million yuan each": (
        "情景设定；平均每家资本约9,000万元"
    ),
    "scenario; the size is an assumption": "情景设定；规模为假设",
    "scenario; the last marketplaces closed in 2020": "情景设定；最后一批平台于2020年关闭",
    "scenario; deferred repayment as in 2020, its reach is assumed": (
        "情景设定；如2020年的延期还款，覆盖面为假设"
    ),
    "assumption; rules press rates of all licences towards the level announced for one": (
        "假设；规则使所有牌照的利率趋向对其中一类宣布的水平"
    ),
    "scenario; records of farm credit shared in the counties (assumption)": (
        "情景设定；县域内共享涉农信贷记录（假设）"
    ),
    "scenario; about two visits a year, as large platforms are watched": (
        "情景设定；每年约检查两次，如对大型平台的监管"
    ),
    "scenario; the limit in force is 200,000 yuan": "情景设定；现行限额为20万元",
    "scenario; six and ten times equity are allowed now": "情景设定；现行为净资产的6倍与10倍",
}
"""Source of a rule, as scenario files write it -> in Chinese."""

EVENTS = {
    "Guiding opinions on internet finance": "关于促进互联网金融健康发展的指导意见",
    "private-lending two lines: enforced <=24%, void >36%": (
        "民间借贷“两线三区”：24%以内受保护，超过36%无效"
    ),
    "P2P interim measures: natural person cap per platform/total": (
        "网络借贷暂行办法：自然人单平台/合计借款上限"
    ),
    "Cash-loan notice (No.141): all-in cost within judicial cap 36%; halt new online microlender "
    "licences and cross-region approvals": (
        "现金贷通知（141号文）：综合成本不超过司法上限36%；暂停新批网络小贷牌照与跨区经营"
    ),
    "operating P2P platforms": "在营网贷平台数",
    "operating P2P platforms (peak >5000)": "在营网贷平台数（峰值超过5,000家）",
    "unpaid debts of P2P platforms": "网贷平台未兑付余额",
    "draft bank internet-loan rule: personal consumer credit cap per borrower; bullet loans <=1 "
    "year": "商业银行互联网贷款办法征求意见稿：个人消费授信上限；到期一次还本者期限不超过1年",
    "Interim measures for commercial-bank internet loans issued (same caps)": (
        "商业银行互联网贷款管理暂行办法发布（上限相同）"
    ),
    "judicial cap for private lending = 4 x 1Y LPR": "民间借贷司法保护上限=4倍一年期LPR",
    "reply: microloan companies and six other local financial organisations exempt from the 4xLPR "
    "private-lending rule, from 2021-01-01": (
        "批复：小额贷款公司等七类地方金融组织不适用4倍LPR的民间借贷规则，自2021-01-01起"
    ),
    "Notice No.86 on microloan companies: non-standard funding <=1x, standard <=4x net assets": (
        "小额贷款公司86号文：非标融资不超过净资产1倍，标准化融资不超过4倍"
    ),
    "draft online-microloan measures: registered capital (one province)": (
        "网络小贷办法征求意见稿：注册资本（省内经营）"
    ),
    "draft online-microloan measures: registered capital (cross-province)": (
        "网络小贷办法征求意见稿：注册资本（跨省经营）"
    ),
    "draft: natural-person balance cap": "征求意见稿：自然人余额上限",
    "draft: cap as share of 3-year average annual income": "征求意见稿：余额占近三年年均收入的上限",
    "draft: own contribution in joint lending (floor)": "征求意见稿：联合贷款自有出资比例（下限）",
    "Ant IPO suspended": "蚂蚁集团上市暂缓",
    "Ant rectification plan (financial holding application, Huabei/Jiebei into consumer finance "
    "co.)": "蚂蚁集团整改方案（申设金融控股公司，花呗、借呗纳入消费金融公司）",
    "Ant fine": "蚂蚁集团罚款",
    "notice on bank internet loans: partner contribution per loan (floor)": (
        "银行互联网贷款通知：合作方单笔出资比例（下限）"
    ),
    "notice: single joint-lending partner, share of net tier-1 capital (cap)": (
        "通知：与单一合作方联合贷款占一级资本净额的比例（上限）"
    ),
    "notice: all joint internet loans, share of all loans (cap)": (
        "通知：全部互联网联合贷款占全部贷款的比例（上限）"
    ),
    "window guidance: cut personal-loan rates to <=24% by mid-2022": (
        "窗口指导：个人贷款利率于2022年年中前降至24%以内"
    ),
    "Personal Information Protection Law in force": "个人信息保护法施行",
    "Credit Reporting Business Measures in force (data to lenders must pass licensed bureaux)": (
        "征信业务管理办法施行（向放贷机构提供数据须经持牌征信机构）"
    ),
    'end of transition for "cutting direct connection" (断直连)': "“断直连”过渡期结束",
    "Consumer-finance company measures in force: minimum registered capital raised 0.3 -> 1": (
        "消费金融公司管理办法施行：最低注册资本由3亿元提高到10亿元"
    ),
    "draft of those measures: main investor share >=50%, guaranteed loans <=50% of loans, leverage "
    "ratio >=4%": (
        "该办法征求意见稿：主要出资人持股不低于50%，担保增信贷款不超过50%，杠杆率不低于4%"
    ),
    "Interim measures for microloan companies (Jin Gui [2024] 26): online microlender consumer "
    "balance cap per borrower": (
        "小额贷款公司监督管理暂行办法（金规[2024]26号）：网络小贷单户消费余额上限"
    ),
    "same: business-purpose balance cap per borrower": "同上：单户经营用途余额上限",
    "same: one borrower / group, share of net assets (cap)": (
        "同上：单一借款人/关联方占净资产的比例（上限）"
    ),
    "same: non-standard / standard funding, multiple of net assets": (
        "同上：非标/标准化融资占净资产的倍数"
    ),
    "same: own contribution in joint lending (floor)": "同上：联合贷款自有出资比例（下限）",
    "Notice on bank internet loan-facilitation (Jin Gui [2025] 9), effective 2025-10-01; all-in "
    "cost cap; head-office whitelist; guarantee fees inside the cost": (
        "商业银行互联网助贷业务通知（金规[2025]9号），2025-10-01起施行；综合融资成本上限；"
        "总行白名单；担保费计入成本"
    ),
    "window guidance to consumer-finance companies: average all-in cost of new loans, deadline "
    "end-2026Q1 (enforcement later eased)": (
        "对消费金融公司的窗口指导：新发放贷款平均综合成本，限2026年一季度末（后来执行放松）"
    ),
    "Microloan all-in cost guideline (Yin Fa [2025] 247): no new loan above": (
        "小额贷款公司综合融资成本指引（银发[2025]247号）：新发放贷款不得高于"
    ),
    "guideline milestone: share of new loans above 4xLPR clearly lower": (
        "指引节点：高于4倍LPR的新发放贷款占比明显下降"
    ),
    "guideline milestone: all new microloan-company loans at or below 4 x 1Y LPR (12% at LPR "
    "3.0)": ("指引节点：小额贷款公司全部新发放贷款不超过4倍一年期LPR（LPR为3.0时即12%）"),
    "pricing tiers reported: <12% encouraged, 12-24% monitored, >24% prohibited": (
        "据报道的定价分档：低于12%鼓励，12%至24%监测，高于24%禁止"
    ),
    "one-time credit repair: overdue 2020-01-01..2025-12-31, per item <= 10000 yuan, repaid by "
    "2026-03-31": (
        "一次性信用修复：2020-01-01至2025-12-31的逾期，单笔不超过1万元，2026-03-31前还清"
    ),
    "consumer-loan interest subsidy starts (to 2026-08-31 originally)": (
        "个人消费贷款贴息开始（原定至2026-08-31）"
    ),
    "subsidy cap per borrower per lender": "每人每家机构贴息上限",
    "subsidy extended to 2026-12-31, card instalments added, per-item cap removed, more lenders": (
        "贴息延长至2026-12-31，纳入信用卡分期，取消单笔上限，扩大机构范围"
    ),
    "regulator summons five loan-facilitation platforms": "监管部门约谈五家助贷平台",
    "all personal loans must disclose all-in cost, effective 2026-08-01": (
        "所有个人贷款须披露综合融资成本，2026-08-01起施行"
    ),
    "1Y LPR": "一年期LPR",
    "pilot extended to": "试点延长至",
}
"""Event of the policy timeline -> in Chinese."""

BODIES = {
    "PBoC+9": "人民银行等十部门",
    "Supreme Court": "最高人民法院",
    "CBRC": "银监会",
    "PBoC/CBRC rectification offices": "人民银行与银监会整治办",
    "P2P": "网贷平台",
    "CBIRC": "银保监会",
    "CBIRC/PBoC draft": "银保监会、人民银行（征求意见稿）",
    "CBIRC/PBoC draft (never in force)": "银保监会、人民银行（征求意见稿，未施行）",
    "Ant": "蚂蚁集团",
    "regional regulators": "地方监管部门",
    "NPC": "全国人大",
    "PBoC": "人民银行",
    "NFRA Order 2024 No.4": "金融监管总局令2024年第4号",
    "NFRA": "金融监管总局",
    "NFRA regional": "金融监管总局派出机构",
    "PBoC/NFRA": "人民银行、金融监管总局",
    "NFRA/PBoC": "金融监管总局、人民银行",
    "regulators": "监管部门",
    "MoF/PBoC/NFRA": "财政部、人民银行、金融监管总局",
    "MoF/PBoC/NFRA (Cai Jin [2026] 1)": "财政部、人民银行、金融监管总局（财金[2026]1号）",
}
"""Who did it -> in Chinese."""

UNITS = {
    "%": "%",
    "count": "家",
    "x net assets": "倍净资产",
    "x": "倍",
    "pp": "个百分点",
    "date": "",
}
"""Unit of the policy timeline -> in Chinese; amounts are told in 万元 and 亿元."""
