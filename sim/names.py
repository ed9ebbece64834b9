"""What kinds of lender, lenders, segments, regions and products are called in prose.

Tables and scenario files use short names (`fintech_fringe`, `small_loan_offline_2`); whatever is
read as text (summary, report, life of a borrower, charts) says it in words, declared here once.
A name that a user's own scenario invents is shown as it is, with spaces.
"""

import re
from typing import NamedTuple


class KindName(NamedTuple):
    """A kind of lender in words.

    one, many : English, for a single firm and for all of the kind ; zh : Chinese
    in_groups : whether numbered lenders of the kind are groups of firms
    """

    one: str
    many: str
    zh: str
    in_groups: bool = False


KINDS_OF_LENDER: dict[str, KindName] = {
    "bigtech": KindName("big-tech platform", "big-tech platforms", "大型科技平台"),
    "fintech": KindName("fintech platform", "fintech platforms", "金融科技平台"),
    "fintech_fringe": KindName(
        "smaller fintech platform", "smaller fintech platforms", "小型金融科技平台"
    ),
    "internet_bank": KindName("internet bank", "internet banks", "互联网银行"),
    "consumer_finance": KindName(
        "consumer-finance company", "consumer-finance companies", "消费金融公司"
    ),
    "small_loan": KindName("small-loan company", "small-loan companies", "小额贷款公司"),
    "small_loan_online": KindName(
        "online small-loan company", "online small-loan companies", "网络小额贷款公司"
    ),
    "small_loan_offline": KindName(
        "offline small-loan company", "offline small-loan companies", "线下小额贷款公司", True
    ),
    "small_loan_policy": KindName(
        "policy small-loan company", "policy small-loan companies", "政策性小额贷款公司"
    ),
    "p2p": KindName("P2P marketplace", "P2P marketplaces", "网络借贷平台"),
    "bank": KindName("bank", "banks", "银行"),
    "bank_direct": KindName("bank's own app", "banks' own apps", "银行自营线上贷款"),
    "bank_funder": KindName("funding bank", "funding banks", "资金方银行"),
}
"""Kind of lender -> what it is called."""


class SegmentName(NamedTuple):
    """A segment of borrowers in words: one person, all of them, and in Chinese."""

    one: str
    many: str
    zh: str


SEGMENTS: dict[str, SegmentName] = {
    "consumer": SegmentName("consumer", "consumers", "普通消费者"),
    "micro": SegmentName("owner of a micro-enterprise", "micro-enterprises", "小微经营者"),
    "farmer": SegmentName("farmer", "farmers", "农户"),
    "low_income": SegmentName("person of low income", "low-income people", "低收入人群"),
    "prime": SegmentName("good salary earner", "good salary earners", "优质工薪人群"),
}
"""Segment of borrowers -> what its people are called."""


class ProductName(NamedTuple):
    """A loan of a product in words."""

    en: str
    zh: str


PRODUCTS: dict[str, ProductName] = {
    "cash_line": ProductName("cash loan", "现金贷款"),
    "instalment": ProductName("instalment loan", "分期贷款"),
    "working_capital": ProductName("working-capital loan", "经营贷款"),
    "supply_chain": ProductName("supply-chain loan", "供应链贷款"),
    "agricultural": ProductName("farm loan", "涉农贷款"),
    "lease": ProductName("lease", "融资租赁"),
    "inclusive": ProductName("inclusive loan", "普惠贷款"),
    "bank_loan": ProductName("bank loan", "银行贷款"),
}
"""Product -> what a loan of it is called."""

REGIONS_IN_CHINESE = {"east": "东部", "centre": "中部", "west": "西部", "northeast": "东北"}
"""Region -> its name in Chinese; in English its short name stands."""

_NUMBERED = re.compile(r"(.+)_([0-9]+)")
_FRINGE = "_fringe"


def spaced(name: str) -> str:
    """A short name as words, where nothing better is declared ("cash_line" -> "cash line")."""
    return name.replace("_", " ")


def kind_name(kind: str, language: str = "en") -> str:
    """All lenders of a kind ("consumer_finance" -> "consumer-finance companies")."""
    known = KINDS_OF_LENDER.get(kind)
    if known is None:
        return spaced(kind)
    return known.zh if language == "zh" else known.many


def lender_name(lender: str, language: str = "en") -> str:
    """A lender of a scenario in words ("bigtech_1" -> "big-tech platform 1").

    Understood from the name alone: a kind, a kind and a number, or a kind and `_fringe`.
    """
    if lender in KINDS_OF_LENDER:
        return kind_name(lender, language)
    if numbered := _NUMBERED.fullmatch(lender):
        known = KINDS_OF_LENDER.get(numbered[1])
        return spaced(lender) if known is None else _with_number(known, numbered[2], language)
    known = KINDS_OF_LENDER.get(lender.removesuffix(_FRINGE))
    if known is None:
        return spaced(lender)
    return f"小型{known.zh}" if language == "zh" else f"smaller {known.many}"


def firm_name(lender: str, language: str = "en") -> str:
    """One firm of a lender, as its customer speaks of it ("fintech_fringe" -> "a smaller ...").

    A lender that stands for many firms is one of them; any other is what `lender_name` says.
    """
    numbered = _NUMBERED.fullmatch(lender)
    group = KINDS_OF_LENDER.get(numbered[1]) if numbered else None
    if numbered and group and group.in_groups:
        if language == "zh":
            return f"{group.zh}第{numbered[2]}组中的一家"
        return f"{_one_of(group.one)} of group {numbered[2]}"
    known, smaller = KINDS_OF_LENDER.get(lender), False
    if known is None:
        known, smaller = KINDS_OF_LENDER.get(lender.removesuffix(_FRINGE)), True
    if known is None:
        return lender_name(lender, language)
    if language == "zh":
        return f"一家小型{known.zh}" if smaller else f"一家{known.zh}"
    return f"a smaller {known.one}" if smaller else _one_of(known.one)


def segment_name(segment: str, language: str = "en") -> str:
    """The people of a segment ("low_income" -> "low-income people")."""
    known = SEGMENTS.get(segment)
    if known is None:
        return spaced(segment)
    return known.zh if language == "zh" else known.many


def person_of(segment: str, language: str = "en") -> str:
    """One person of a segment ("micro" -> "owner of a micro-enterprise")."""
    known = SEGMENTS.get(segment)
    if known is None:
        return spaced(segment)
    return known.zh if language == "zh" else known.one


def product_name(product: str, language: str = "en") -> str:
    """A loan of a product ("agricultural" -> "farm loan")."""
    known = PRODUCTS.get(product)
    if known is None:
        return spaced(product)
    return known.zh if language == "zh" else known.en


def region_name(region: str, language: str = "en") -> str:
    """A region of the country."""
    return REGIONS_IN_CHINESE.get(region, spaced(region)) if language == "zh" else spaced(region)


def _one_of(noun: str) -> str:
    """A noun with its article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _with_number(kind: KindName, number: str, language: str) -> str:
    """One of several lenders of a kind, or one of several groups of its firms."""
    if language == "zh":
        return f"{kind.zh}第{number}组" if kind.in_groups else f"{kind.zh}{number}"
    return f"{kind.many}, group {number}" if kind.in_groups else f"{kind.one} {number}"
