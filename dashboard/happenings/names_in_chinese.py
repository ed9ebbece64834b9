"""Names that sentences of the model hold in English, in Chinese: lenders, licences, people."""

import re
from functools import cache

from sim.names import KINDS_OF_LENDER, PRODUCTS, REGIONS_IN_CHINESE, SEGMENTS

LICENCES = {
    "facilitation": "助贷",
    "small loan": "小额贷款",
    "consumer finance": "消费金融",
    "internet bank": "互联网银行",
    "bank": "银行",
}
_PRODUCTS = {product.en: product.zh for product in PRODUCTS.values()}


def licence(words: str) -> str:
    """A licence."""
    return LICENCES.get(words, words)


def region(words: str) -> str:
    """A region of the country."""
    return REGIONS_IN_CHINESE.get(words, words)


def product(words: str) -> str:
    """A loan of a product."""
    return _PRODUCTS.get(words, words)


def person(words: str) -> str:
    """One person of a segment, or its short name."""
    for name, segment in SEGMENTS.items():
        if words in (segment.one, segment.many, name, name.replace("_", " ")):
            return segment.zh
    return words


def lender(words: str) -> str:
    """A lender, as `lender_name` or `firm_name` (sim/names.py) calls it in English."""
    for form, chinese in _lenders():
        match = form.fullmatch(words)
        if match:
            return chinese.format(*match.groups())
    return words


@cache
def _lenders() -> list[tuple[re.Pattern[str], str]]:
    """Forms of lenders' names, and what they are in Chinese; {} for a number."""
    forms: list[tuple[re.Pattern[str], str]] = []
    for kind in KINDS_OF_LENDER.values():
        one, many = re.escape(kind.one), re.escape(kind.many)
        forms += [
            (re.compile(rf"{one} (\d+)"), f"{kind.zh}{{}}"),
            (re.compile(rf"{many}, group (\d+)"), f"{kind.zh}第{{}}组"),
            (re.compile(rf"an? {one} of group (\d+)"), f"{kind.zh}第{{}}组中的一家"),
            (re.compile(rf"smaller {many}"), f"小型{kind.zh}"),
            (re.compile(rf"a smaller {one}"), f"一家小型{kind.zh}"),
            (re.compile(many), kind.zh),
            (re.compile(rf"an? {one}"), f"一家{kind.zh}"),
        ]
    return forms
