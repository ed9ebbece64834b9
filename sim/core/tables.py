"""The output tables, declared once: every column's name, label, unit, kind and meaning.

The recorder, the files, the charts, the report and the documentation all read these
declarations. To add a column, add one `Column(...)` line to the table below.

Conventions
-----------
month : the first day of the month. `datetime64[s]` in pandas, `date32` in Parquet, so that
    pandas, Polars, DuckDB and R all read a date and no time zone can shift it.
money : yuan, scaled to the population (not to the sample).
rates, shares, ratios : fractions. A ratio whose denominator is zero has the value
    `Column.when_empty`, never NaN.
counts : real borrowers, applications and firms, scaled to the population.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas

Kind = Literal["key", "stock", "flow", "ratio", "price", "count", "index", "text"]
"""What a column measures; it decides how the column may be added up and drawn."""

Dtype = Literal["date", "int64", "float64", "bool", "str"]
"""How a column is stored."""

PANDAS_DTYPES: dict[Dtype, Any] = {
    "date": "datetime64[s]",
    "int64": "int64",
    "float64": "float64",
    "bool": "bool",
    "str": "str",
}


class TableError(ValueError):
    """A frame does not have the columns, types or values that its table declares."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an output table.

    unit : as stored in the file; a fraction is shown as per cent on screens only
    description : the definition; for a ratio its numerator and denominator
    when_empty : the value where the denominator is zero (None: the column is no ratio)
    optional : a missing value is allowed (empty in Parquet, NaN in pandas)
    """

    name: str
    label_en: str
    label_zh: str
    unit: str
    kind: Kind
    dtype: Dtype
    description: str
    when_empty: float | None = None
    optional: bool = False

    def label(self, language: str = "en") -> str:
        """The label in English ("en") or Chinese ("zh")."""
        return self.label_zh if language == "zh" else self.label_en


@dataclass(frozen=True, slots=True)
class Table:
    """An output table: a name, what one row is, and its columns in their fixed order."""

    name: str
    row: str
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        names = self.names
        if len(set(names)) != len(names):
            raise TableError(f"table {self.name} declares a column twice")

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    @property
    def keys(self) -> list[str]:
        """Names of the columns that together identify a row."""
        return [column.name for column in self.columns if column.kind == "key"]

    def column(self, name: str) -> Column:
        """The declaration of one column; TableError if there is none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise TableError(f"table {self.name} has no column '{name}'")

    def with_seed(self) -> "Table":
        """The same table with a leading column `seed`, for runs with several seeds."""
        if self.columns[0].name == SEED.name:
            return self
        return replace(self, columns=(SEED, *self.columns))

    def frame(self, data: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> "pandas.DataFrame":
        """Build the table from columns (name -> values) or from rows (one mapping each).

        Dates may be `datetime.date` or numpy datetimes. Returns a DataFrame with the
        declared columns in the declared order and types. Raises TableError for missing or
        unknown columns and for missing values.
        """
        import numpy
        import pandas

        columns = data if isinstance(data, Mapping) else self._columns_of(data)
        self._compare_names(columns.keys())
        arrays: dict[str, Any] = {}
        for column in self.columns:
            values = numpy.asarray(columns[column.name])
            if values.ndim == 1 and values.dtype == column.dtype:  # nearly always, and much quicker
                arrays[column.name] = values
                continue
            try:
                given = pandas.Series(columns[column.name])
                typed = given.astype(PANDAS_DTYPES[column.dtype])
                if column.dtype == "int64" and (typed != given).any():
                    raise ValueError("a value is not a whole number")  # astype would cut it off
                arrays[column.name] = typed.array
            except (TypeError, ValueError) as error:
                raise TableError(
                    f"table {self.name}, column {column.name}: not {column.dtype}: {error}"
                ) from error
        if len({len(values) for values in arrays.values()}) > 1:
            lengths = {name: len(values) for name, values in arrays.items()}
            raise TableError(f"table {self.name}: columns of different lengths {lengths}")
        frame = pandas.DataFrame(arrays, columns=self.names)
        self.check(frame)
        return frame

    def check(self, frame: "pandas.DataFrame") -> None:
        """Raise TableError unless `frame` has exactly the declared columns, types and values."""
        import numpy

        if list(frame.columns) != self.names:
            self._compare_names(frame.columns)
            raise TableError(f"table {self.name}: columns are not in the declared order")
        for column in self.columns:
            values = frame[column.name]
            if str(values.dtype) != PANDAS_DTYPES[column.dtype]:
                raise TableError(
                    f"table {self.name}, column {column.name}: is {values.dtype}, "
                    f"should be {PANDAS_DTYPES[column.dtype]}"
                )
            if column.dtype == "float64" and numpy.isfinite(values.to_numpy()).all():
                continue  # nearly always, and asked in one look instead of two
            if not column.optional and values.isna().any():
                raise TableError(f"table {self.name}, column {column.name}: a value is missing")
            if column.dtype == "float64" and numpy.isinf(values.to_numpy()).any():
                raise TableError(f"table {self.name}, column {column.name}: a value is infinite")

    def _columns_of(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
        """Turn rows into columns; every row must have exactly the declared names."""
        for row in rows:
            if row.keys() != set(self.names):
                self._compare_names(row.keys())
        return {name: [row[name] for row in rows] for name in self.names}

    def _compare_names(self, found: Any) -> None:
        """Raise TableError naming the missing and the unknown columns, if any."""
        missing = [name for name in self.names if name not in set(found)]
        unknown = [name for name in found if name not in set(self.names)]
        if missing or unknown:
            parts = [f"missing {', '.join(missing)}"] if missing else []
            parts += [f"unknown {', '.join(map(str, unknown))}"] if unknown else []
            raise TableError(f"table {self.name}: {'; '.join(parts)}")


# The declarations are tables: one column of the output a paragraph, set by hand.
# fmt: off
SEED = Column(
    "seed", "Seed", "随机种子", "", "key", "int64", "Seed of the run that this row belongs to."
)

MONTH = Column("month", "Month", "月份", "month", "key", "date", "First day of the month.")

_BALANCE = "principal not charged off, arrears included, no interest, no guarantees"

_UNMET_BY_CAUSE = (
    Column(
        "unmet_risk", "Unmet: judged too risky", "未满足：风险过高", "yuan a month", "flow",
        "float64", "Part of unmet_demand whose last refusal was for risk.",
    ),
    Column(
        "unmet_cap", "Unmet: priced out by a cap", "未满足：受利率上限限制", "yuan a month",
        "flow", "float64", "Part of unmet_demand refused because no price under the cap pays.",
    ),
    Column(
        "unmet_price", "Unmet: too dear", "未满足：价格过高", "yuan a month", "flow",
        "float64", "Part of unmet_demand that was offered only above the reservation price.",
    ),
    Column(
        "unmet_funding", "Unmet: lender out of funds", "未满足：资金不足", "yuan a month",
        "flow", "float64", "Part of unmet_demand approved but not funded.",
    ),
    Column(
        "unmet_unreachable", "Unmet: no lender in reach", "未满足：无可触达机构",
        "yuan a month", "flow", "float64", "Part of unmet_demand that found no lender to ask.",
    ),
)

_ROLLOVER = Column(
    "rollover_share", "Roll-over borrowers", "以贷还贷借款人占比", "fraction", "ratio", "float64",
    "Borrowers who drew in the month to pay what falls due / active borrowers; bullets that are "
    "lent again in good standing not counted.",
    when_empty=0.0,
)

_OVER_INDEBTED = Column(
    "over_indebted_share", "Over-indebted", "过度负债占比", "fraction", "ratio", "float64",
    "Active borrowers whose debt service exceeds half of income / active borrowers.",
    when_empty=0.0,
)

MARKET = Table(
    "market",
    "one month",
    (
        MONTH,
        Column(
            "balance", "Balance", "贷款余额", "yuan", "stock", "float64",
            f"Loans outstanding at month-end: {_BALANCE}; counted once.",
        ),
        Column(
            "originations", "New lending", "新发放额", "yuan a month", "flow", "float64",
            "Draws paid out in the month, redraws included, refinancing excluded.",
        ),
        Column(
            "refinancing", "Refinancing", "借新还旧额", "yuan a month", "flow", "float64",
            "Draws that renew or repay a loan of the same market; not in originations.",
        ),
        Column(
            "applications", "Applications", "申请数", "applications a month", "count", "float64",
            "Applications for new relationships; redraws on open lines excluded.",
        ),
        Column(
            "approvals", "Approvals", "批准数", "applications a month", "count", "float64",
            "Applications for new relationships that were approved.",
        ),
        Column(
            "apr_new", "All-in rate, new loans", "新发放综合年化利率",
            "fraction a year", "price", "float64",
            "Sum of all-in APR x draw / sum of draws of the month; 12 x monthly internal rate "
            "of return, guarantee and service fees included.",
            when_empty=0.0,
        ),
        Column(
            "apr_stock", "All-in rate, balance", "存量综合年化利率",
            "fraction a year", "price", "float64",
            "Sum of all-in APR x principal / balance.",
            when_empty=0.0,
        ),
        Column(
            "apr_contract_new", "Contract rate, new loans", "新发放合同年化利率",
            "fraction a year", "price", "float64",
            "Sum of contract APR x draw / sum of draws of the month; fees excluded.",
            when_empty=0.0,
        ),
        Column(
            "online_share", "Online share", "线上占比", "fraction", "ratio", "float64",
            "Balance of relationships opened online / balance.",
            when_empty=0.0,
        ),
        Column(
            "hhi", "HHI by brand", "HHI（按品牌）", "points", "index", "float64",
            "Sum over brands of 10,000 s^2 (1 + cv^2) / m: s the share of balance, m the real "
            "firms an agent stands for, cv their size dispersion.",
            when_empty=0.0,
        ),
        Column(
            "hhi_holder", "HHI by holder", "HHI（按持有方）", "points", "index", "float64",
            "As hhi, with shares of the balance held on the lender's own book.",
            when_empty=0.0,
        ),
        Column(
            "hhi_risk", "HHI by risk-bearer", "HHI（按风险承担方）", "points", "index", "float64",
            "As hhi, with shares of the balance whose loss the lender bears.",
            when_empty=0.0,
        ),
        Column(
            "cr1", "Largest brand's share", "最大品牌份额", "fraction", "ratio", "float64",
            "Balance of the largest real firm by brand / balance.",
            when_empty=0.0,
        ),
        Column(
            "cr3", "Top three share", "前三大份额", "fraction", "ratio", "float64",
            "Balance of the three largest real firms by brand / balance.",
            when_empty=0.0,
        ),
        Column(
            "cr5", "Top five share", "前五大份额", "fraction", "ratio", "float64",
            "Balance of the five largest real firms by brand / balance.",
            when_empty=0.0,
        ),
        Column(
            "cr10", "Top ten share", "前十大份额", "fraction", "ratio", "float64",
            "Balance of the ten largest real firms by brand / balance.",
            when_empty=0.0,
        ),
        Column(
            "cr5_platform", "Top five share of online lending", "前五大平台线上份额",
            "fraction", "ratio", "float64",
            "Balance of the five largest brands / online balance other than traditional banks' "
            "own apps.",
            when_empty=0.0,
        ),
        Column(
            "lenders", "Lenders", "机构数", "firms", "count", "int64",
            "Real firms in business at month-end (a fringe agent counts its firms).",
        ),
        Column(
            "entries", "Entries", "新进入机构", "firms a month", "count", "int64",
            "Real firms that entered in the month.",
        ),
        Column(
            "exits", "Exits", "退出机构", "firms a month", "count", "int64",
            "Real firms that left in the month (sold or run off).",
        ),
        Column(
            "npl_ratio", "Non-performing loans", "不良率", "fraction", "ratio", "float64",
            "Held principal with d >= 4 or re-aged within six months / held principal; "
            "guarantors buy out at d = 4.",
            when_empty=0.0,
        ),
        Column(
            "dpd30_ratio", "30+ days past due", "逾期30天以上占比", "fraction", "ratio", "float64",
            "Principal with d >= 2 / balance, by brand.",
            when_empty=0.0,
        ),
        Column(
            "dpd90_ratio", "90+ days past due", "逾期90天以上占比", "fraction", "ratio", "float64",
            "Principal with d >= 4 / balance, by brand.",
            when_empty=0.0,
        ),
        Column(
            "default_rate_1m", "1-month default rate", "1个月违约率",
            "fraction a month", "ratio", "float64",
            "Obligors first reaching d >= 4 / obligors performing last month.",
            when_empty=0.0,
        ),
        Column(
            "default_rate_12m", "12-month default rate", "12个月违约率",
            "fraction", "ratio", "float64",
            "Obligors performing 12 months ago (open balance, all d < 4) that reached d >= 4 on "
            "any loan since / those obligors; leavers stay in.",
            when_empty=0.0,
        ),
        Column(
            "chargeoffs", "Charge-offs", "核销额", "yuan a month", "flow", "float64",
            "Principal charged off in the month, after the missed payments that each kind says.",
        ),
        Column(
            "recoveries", "Recoveries", "回收额", "yuan a month", "flow", "float64",
            "Cash of the month on loans charged off: collected, or paid by those who buy them.",
        ),
        Column(
            "profit", "Lenders' profit", "机构利润", "yuan a month", "flow", "float64",
            "Sum of all lenders' profit of the month.",
        ),
        Column(
            "leverage", "Leverage", "杠杆倍数", "times", "ratio", "float64",
            "Held balance / equity, all lenders together.",
            when_empty=0.0,
        ),
        Column(
            "unmet_demand", "Unmet demand", "未满足需求", "yuan a month", "flow", "float64",
            "Yuan wanted in search episodes that closed unserved in the month (an episode closes "
            "at success or after three months).",
        ),
        Column(
            "borrowers_active", "Active borrowers", "活跃借款人", "borrowers", "count", "float64",
            "Borrowers with an open balance at month-end.",
        ),
        Column(
            "multi3_share", "Three or more lenders", "三家及以上借款人占比",
            "fraction", "ratio", "float64",
            "Borrowers with open balances at three or more lenders / active borrowers.",
            when_empty=0.0,
        ),
        *_UNMET_BY_CAUSE,
        Column(
            "subsidies", "Interest subsidies", "贴息支出", "yuan a month", "flow", "float64",
            "Interest and fees of the month that the state paid in the borrowers' place; the rates "
            "of this table are those that lenders get.",
        ),
        Column(
            "stress", "Stress in the funding market", "资金市场压力", "", "index", "float64",
            "Rise of lenders' credit costs beyond what funders tolerate, plus loans of failed "
            "lenders and funding that is shut, as fractions; 0 in quiet times, at most 2.",
        ),
        Column(
            "funding_cost", "Funding cost", "资金成本", "fraction a year", "price", "float64",
            "12 x interest that all lenders paid in the month / their funding at month-end.",
            when_empty=0.0,
        ),
        Column(
            "interest_income", "Interest income", "利息收入", "yuan a month", "flow", "float64",
            "Interest and fees of the month; what one lender pays another for funding is in it "
            "once.",
        ),
        Column(
            "gross_margin", "Gross margin", "毛利率", "fraction", "ratio", "float64",
            "Interest income less running costs and credit losses, before interest on funding, tax "
            "and capital / interest income.",
            when_empty=0.0,
        ),
        Column(
            "room", "Room to lend", "可放贷空间", "yuan", "stock", "float64",
            "What capital, rules and funding would have let lenders lend besides at month-end.",
        ),
        Column(
            "utilisation", "Utilisation", "产能利用率", "fraction", "ratio", "float64",
            "Balance / (balance + room to lend).",
            when_empty=0.0,
        ),
        _OVER_INDEBTED,
        _ROLLOVER,
        Column(
            "guarantees_paid", "Paid by guarantee funds", "担保基金代偿",
            "yuan a month", "flow", "float64",
            "What state guarantee funds paid lenders for losses of the month.",
        ),
        Column(
            "guarantee_fees", "Fees to guarantee funds", "担保基金保费",
            "yuan a month", "flow", "float64",
            "What lenders paid state guarantee funds in the month.",
        ),
    ),
)

_SOURCE_PRICES = tuple(
    Column(
        f"{name}_rate", label_en, label_zh, "fraction a year", "price", "float64",
        f"What funders of this source asked in the month; 0 where it has no {name}.",
        when_empty=0.0,
    )
    for name, label_en, label_zh in (
        ("deposits", "Rate of deposits", "存款利率"),
        ("wholesale", "Rate of wholesale funding", "批发融资利率"),
        ("abs", "Rate of securities", "资产支持证券利率"),
        ("investors", "Rate of P2P investors", "出借人利率"),
    )
)

LENDERS = Table(
    "lenders",
    "one lender in one month",
    (
        MONTH,
        Column("lender", "Lender", "机构", "", "key", "str", "Name of the lender agent."),
        Column(
            "kind", "Kind", "机构类型", "", "text", "str",
            "Kind of lender: internet bank, bank, big-tech, fintech, consumer finance, small loan.",
        ),
        Column("licence", "Licence", "牌照", "", "text", "str",
            "Licence under which most of its loans are made; each loan is bound by its route's.",),
        Column(
            "firms", "Firms", "代表机构数", "firms", "count", "int64",
            "Real firms that this agent stands for (1 unless it is a fringe agent).",
        ),
        Column(
            "size_cv", "Size dispersion", "规模离散系数", "", "index", "float64",
            "Standard deviation / mean of firm size within a fringe agent; 0 for one firm.",
            when_empty=0.0,
        ),
        Column(
            "balance", "Balance by brand", "品牌余额", "yuan", "stock", "float64",
            f"Loans under this lender's brand: {_BALANCE}. Sums to the market balance.",
        ),
        Column(
            "held", "Balance held", "自持余额", "yuan", "stock", "float64",
            "Loans on this lender's own book. Sums to the market balance.",
        ),
        Column(
            "at_risk", "Balance at risk", "承担风险余额", "yuan", "stock", "float64",
            "Loans whose loss this lender bears. Sums to the market balance.",
        ),
        Column("assets", "Assets", "资产", "yuan", "stock", "float64", "Assets at month-end."),
        Column(
            "liabilities", "Liabilities", "负债", "yuan", "stock", "float64",
            "Liabilities at month-end.",
        ),
        Column(
            "equity", "Equity", "权益", "yuan", "stock", "float64",
            "Assets - liabilities, exactly.",
        ),
        Column(
            "profit", "Profit", "利润", "yuan a month", "flow", "float64", "Profit of the month."
        ),
        Column(
            "originations", "New lending", "新发放额", "yuan a month", "flow", "float64",
            "Draws paid out under this brand, refinancing excluded.",
        ),
        Column(
            "applications", "Applications", "申请数", "applications a month", "count", "float64",
            "Applications for a new relationship received.",
        ),
        Column(
            "approvals", "Approvals", "批准数", "applications a month", "count", "float64",
            "Applications for a new relationship approved.",
        ),
        Column(
            "apr_new", "All-in rate, new loans", "新发放综合年化利率",
            "fraction a year", "price", "float64",
            "Sum of all-in APR x draw / sum of this brand's draws of the month.",
            when_empty=0.0,
        ),
        Column(
            "markup", "Markup", "加价", "fraction a year", "price", "float64",
            "Mean all-in price above break-even, as an annual rate.",
            when_empty=0.0,
        ),
        Column(
            "auc", "Scorecard AUC", "评分卡AUC", "fraction", "index", "float64",
            "Chance that a later bad loan was scored riskier than a later good one.",
            when_empty=0.5,
        ),
        Column(
            "funding_cost", "Funding cost", "资金成本", "fraction a year", "price", "float64",
            "Interest on funding / funding, as an annual rate.",
            when_empty=0.0,
        ),
        Column(
            "leverage", "Leverage", "杠杆倍数", "times", "ratio", "float64",
            "Held balance / equity; leaves out loans that it guarantees (see leverage_at_risk).",
            when_empty=0.0,
        ),
        Column(
            "reach", "Reach", "触达率", "fraction", "ratio", "float64",
            "This brand's weight in the race for borrowers' attention / weight of all open brands.",
            when_empty=0.0,
        ),
        Column(
            "users", "Users", "用户数", "borrowers", "count", "float64",
            "Borrowers with an open relationship under this brand.",
        ),
        Column(
            "npl_ratio", "Non-performing loans", "不良率", "fraction", "ratio", "float64",
            "Held principal with d >= 4 or re-aged within six months / held principal. Who "
            "guarantees holds little but late loans, so compare brands by dpd90_ratio.",
            when_empty=0.0,
        ),
        Column(
            "dpd90_ratio", "90+ days past due", "逾期90天以上占比", "fraction", "ratio", "float64",
            "Principal under this brand with d >= 4 / balance by brand.",
            when_empty=0.0,
        ),
        Column(
            "technology", "Technology adopted", "技术采用程度", "fraction", "ratio", "float64",
            "(big_data + ai + shared_ledger + smart_contracts) / 4: 0 for none, 1 for all of them.",
            when_empty=0.0,
        ),
        Column(
            "leverage_at_risk", "Leverage with guarantees", "含担保杠杆倍数", "times", "ratio",
            "float64",
            "(Loans held at its own risk + loans that it guarantees) / equity: at_risk / equity.",
            when_empty=0.0,
        ),
        Column(
            "approval_rate", "Approval rate", "批准率", "fraction", "ratio", "float64",
            "Approvals / applications of the month.",
            when_empty=0.0,
        ),
        Column(
            "calibration_slope", "Calibration slope", "校准斜率", "", "index", "float64",
            "Slope of a logistic line through good and bad half years by score, scores in logits "
            "of paying: 1 if differences of the score mean what they say, below 1 if it "
            "overstates them; drawn towards 1 while few bad ones are seen.",
            when_empty=1.0,
        ),
        Column(
            "big_data", "Big data adopted", "大数据采用程度", "fraction", "ratio", "float64",
            "Adopted / all there is of it.",
            when_empty=0.0,
        ),
        Column(
            "ai", "AI adopted", "人工智能采用程度", "fraction", "ratio", "float64",
            "Adopted / all there is of it.",
            when_empty=0.0,
        ),
        Column(
            "shared_ledger", "Shared ledger adopted", "共享账本采用程度", "fraction", "ratio",
            "float64",
            "Adopted / all there is of it.",
            when_empty=0.0,
        ),
        Column(
            "smart_contracts", "Smart contracts adopted", "智能合约采用程度", "fraction", "ratio",
            "float64",
            "Adopted / all there is of it.",
            when_empty=0.0,
        ),
        Column(
            "technology_cost", "Cost of technology", "技术成本", "yuan a month", "flow", "float64",
            "Running cost of the technology adopted and cost of adopting more, before support.",
        ),
        Column(
            "technology_support", "Support for technology", "技术补贴",
            "yuan a month", "flow", "float64",
            "Part of that cost that the state paid.",
        ),
        Column(
            "fraud_losses", "Fraud losses", "欺诈损失", "yuan a month", "flow", "float64",
            "Principal under this brand charged off that people owed who came to defraud; part of "
            "its charge-offs. The model knows them, the lender does not.",
        ),
        Column(
            "fraud_applications", "Forged applications", "欺诈申请数",
            "applications a month", "count", "float64",
            "Applications for a new relationship made by people who came to defraud.",
        ),
        Column(
            "fraud_refused", "Forged applications told", "识破的欺诈申请数",
            "applications a month", "count", "float64",
            "Of these, applications that the lender refused as forged.",
        ),
        Column(
            "false_alarms", "False alarms", "误判为欺诈的申请数",
            "applications a month", "count", "float64",
            "Honest applications that the lender refused as forged.",
        ),
        Column(
            "deposits", "Deposits", "存款", "yuan", "stock", "float64",
            "Part of its funding that is the public's deposits.",
        ),
        Column(
            "wholesale", "Wholesale funding", "批发融资", "yuan", "stock", "float64",
            "Part of its funding that is borrowed from banks and on bond markets.",
        ),
        Column(
            "abs", "Asset-backed securities", "资产支持证券", "yuan", "stock", "float64",
            "Part of its funding that is securities backed by its loans, which stay on its book.",
        ),
        Column(
            "investors", "P2P investors", "网贷出借人资金", "yuan", "stock", "float64",
            "Part of its funding that is lent by many small investors on a marketplace.",
        ),
        Column(
            "interest_income", "Interest income", "利息收入", "yuan a month", "flow", "float64",
            "Interest and fees that it keeps: of its own loans, of its part of joint ones, and "
            "what is left or paid to it on loans that one lender funds for another.",
        ),
        Column(
            "gross_margin", "Gross margin", "毛利率", "fraction", "ratio", "float64",
            "Interest income less running costs and credit losses, before interest on funding, tax "
            "and capital / interest income.",
            when_empty=0.0,
        ),
        Column(
            "bad_loans_sold", "Bad loans sold", "不良贷款转让额", "yuan a month", "flow", "float64",
            "Principal of loans charged off in the month that it sold to outside buyers.",
        ),
        Column(
            "bad_loan_sales", "Price of bad loans sold", "不良贷款转让价款", "yuan a month", "flow",
            "float64", "What the buyers paid for bad_loans_sold.",
        ),
        Column(
            "room", "Room to lend", "可放贷空间", "yuan", "stock", "float64",
            "What capital, rules and funding would have let it lend besides at month-end.",
        ),
        Column(
            "utilisation", "Utilisation", "产能利用率", "fraction", "ratio", "float64",
            "Balance held / (balance held + room to lend).",
            when_empty=0.0,
        ),
        Column(
            "funding_expense", "Interest paid on funding", "融资利息支出", "yuan a month", "flow",
            "float64", "Interest paid to funders in the month.",
        ),
        Column(
            "operating_cost", "Running costs", "运营成本", "yuan a month", "flow", "float64",
            "Running costs of the month, incidents included, technology left out.",
        ),
        Column(
            "marketing_cost", "Marketing", "获客与营销费用", "yuan a month", "flow", "float64",
            "Marketing and what new customers cost to win.",
        ),
        Column(
            "charge_offs", "Charge-offs", "核销额", "yuan a month", "flow", "float64",
            "Principal written off that it bore, guaranteed loans that it bought back included.",
        ),
        Column(
            "recoveries", "Recoveries", "核销后回收额", "yuan a month", "flow", "float64",
            "Cash on loans charged off: collected, or paid by who buys them (bad_loan_sales).",
        ),
        Column(
            "provisions", "Change of provisions", "拨备计提", "yuan a month", "flow", "float64",
            "Rise of allowances and guarantee provisions, a cost; negative where released.",
        ),
        Column(
            "fines", "Fines", "罚款", "yuan a month", "flow", "float64",
            "Paid to the state for breaches and incidents.",
        ),
        Column(
            "tax", "Tax", "所得税", "yuan a month", "flow", "float64",
            "Corporate income tax of the month. interest_income - funding_expense - operating_cost "
            "- (technology_cost - technology_support) - marketing_cost - charge_offs + recoveries "
            "- provisions - fines + guarantee_income + sale_result - tax = profit.",
        ),
        Column(
            "cash", "Cash", "现金", "yuan", "stock", "float64",
            "Cash at month-end. cash + held - allowances = assets.",
        ),
        Column(
            "allowances", "Allowances for losses", "贷款损失准备", "yuan", "stock", "float64",
            "Expected loss on the loans held, taken off assets.",
        ),
        Column(
            "guarantee_duty", "Provisions for guarantees", "担保负债准备", "yuan", "stock",
            "float64",
            "Expected loss on loans that it guarantees. deposits + wholesale + abs + investors + "
            "guarantee_duty = liabilities.",
        ),
        Column(
            "leverage_limit", "Leverage limit", "杠杆上限", "times", "ratio", "float64",
            "Most loans held / equity under its licences in the month, the countercyclical buffer "
            "included; 0 where no rule limits it.",
            when_empty=0.0,
        ),
        *_SOURCE_PRICES,
        Column(
            "brand_chargeoffs", "Charge-offs by brand", "品牌核销额", "yuan a month", "flow",
            "float64",
            "Principal under this brand written off in the month, whoever funds or guarantees it. "
            "Sums to the market's.",
        ),
        Column(
            "chargeoff_rate_12m", "Charge-off rate, 12 months", "十二个月核销率",
            "fraction a year", "ratio", "float64",
            "Principal under this brand written off in twelve months / mean balance by brand of "
            "these months. A loan is written off half a year or more after its first missed "
            "payment, so a growing book shows late what it takes on.",
            when_empty=0.0,
        ),
        Column(
            "guarantee_income", "From guarantee funds", "担保基金净收入", "yuan a month", "flow",
            "float64", "What state guarantee funds paid for its losses, less its fees to them.",
        ),
        Column(
            "sale_result", "Gained by loans sold in need", "应急出售贷款损益", "yuan a month",
            "flow", "float64",
            "Paid less face of loans that it had to sell (a loss), or face less paid of those that "
            "it bought from others.",
        ),
    ),
)

SEGMENTS = Table(
    "segments",
    "one segment in one region, urban or rural, in one month",
    (
        MONTH,
        Column("segment", "Segment", "客群", "", "key", "str", "Segment of borrowers."),
        Column("region", "Region", "地区", "", "key", "str", "Region of the country."),
        Column("rural", "Rural", "农村", "", "key", "bool", "True for the countryside."),
        Column(
            "borrowers", "Potential borrowers", "潜在借款人", "borrowers", "count", "float64",
            "Potential borrowers of the cell.",
        ),
        Column(
            "active", "Active borrowers", "活跃借款人", "borrowers", "count", "float64",
            "Borrowers with an open balance at month-end.",
        ),
        Column(
            "balance", "Balance", "贷款余额", "yuan", "stock", "float64",
            f"Loans of the cell's borrowers: {_BALANCE}.",
        ),
        Column(
            "originations", "New lending", "新发放额", "yuan a month", "flow", "float64",
            "Draws paid out in the month, refinancing excluded.",
        ),
        Column(
            "applications", "Applications", "申请数", "applications a month", "count", "float64",
            "Applications for new relationships.",
        ),
        Column(
            "approvals", "Approvals", "批准数", "applications a month", "count", "float64",
            "Applications for new relationships that were approved.",
        ),
        Column(
            "apr_new", "All-in rate, new loans", "新发放综合年化利率",
            "fraction a year", "price", "float64",
            "Sum of all-in APR x draw / sum of draws of the month.",
            when_empty=0.0,
        ),
        Column(
            "default_rate_12m", "12-month default rate", "12个月违约率",
            "fraction", "ratio", "float64",
            "As in the market table, over the cell's obligors.",
            when_empty=0.0,
        ),
        _OVER_INDEBTED,
        Column(
            "multi3_share", "Three or more lenders", "三家及以上借款人占比",
            "fraction", "ratio", "float64",
            "Borrowers with open balances at three or more lenders / active borrowers.",
            when_empty=0.0,
        ),
        Column(
            "unmet_demand", "Unmet demand", "未满足需求", "yuan a month", "flow", "float64",
            "Yuan wanted in search episodes that closed unserved in the month.",
        ),
        Column(
            "consumer_surplus", "Consumer surplus", "消费者剩余", "yuan a month", "flow", "float64",
            "Sum of max(0, reservation rate - all-in APR) x balance / 12 on performing loans; "
            "the scale is not identified by data.",
        ),
        *_UNMET_BY_CAUSE,
        _ROLLOVER,
    ),
)

VINTAGES = Table(
    "vintages",
    "one cohort of relationships at one age",
    (
        Column(
            "cohort", "Cohort", "放款月份", "month", "key", "date",
            "First day of the month of the first draw.",
        ),
        Column("age", "Age", "账龄", "months", "key", "int64", "Months since the first draw."),
        Column(
            "relationships", "Relationships", "借贷关系数", "relationships", "count", "float64",
            "Relationships whose first draw was in the cohort's month.",
        ),
        Column(
            "ever_default", "Ever 90+ days past due", "曾逾期90天以上数",
            "relationships", "count", "float64",
            "Of these, relationships that ever reached d >= 4 by this age; divide by "
            "relationships for the vintage curve.",
        ),
    ),
)

EVENTS = Table(
    "events",
    "one thing that happened",
    (
        MONTH,
        Column(
            "kind", "Kind", "事件类型", "", "text", "str",
            "Kind of event: opening, announcement, policy, entry, exit, purchase, capital, run, "
            "fire_sale, breach, fine, revocation, reaction, shock, strategy.",
        ),
        Column("actor", "Actor", "主体", "", "text", "str", "Who did it or whom it befell."),
        Column("text", "What happened", "事件说明", "", "text", "str", "One sentence."),
        Column(
            "before", "Before", "之前", "", "index", "float64",
            "Level before, in the unit the text names; empty where there is none.",
            optional=True,
        ),
        Column(
            "after", "After", "之后", "", "index", "float64",
            "Level after, in the unit the text names; empty where there is none.",
            optional=True,
        ),
    ),
)

# fmt: on

TABLES: dict[str, Table] = {
    table.name: table for table in (MARKET, LENDERS, SEGMENTS, VINTAGES, EVENTS)
}
