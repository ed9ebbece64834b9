"""What each instrument does in the model, and what licences are called."""

import re
from collections.abc import Mapping

from dashboard.catalogue import Language
from dashboard.policy.texts import PolicyText
from dashboard.policy_words import yuan_in

MECHANISMS: Mapping[str, PolicyText] = {
    "all-in price cap": PolicyText.DOES_ALL_IN,
    "contract price cap": PolicyText.DOES_CONTRACT,
    "leverage limit": PolicyText.DOES_LEVERAGE,
    "guarantee limit": PolicyText.DOES_GUARANTEE,
    "joint-lending floor": PolicyText.DOES_FLOOR,
    "single-borrower limit": PolicyText.DOES_LIMIT,
    "minimum capital": PolicyText.DOES_CAPITAL,
    "licence openness": PolicyText.DOES_OPENNESS,
    "bureau coverage": PolicyText.DOES_BUREAU,
    "least bureau coverage": PolicyText.DOES_BUREAU,
    "months of bureau lag": PolicyText.DOES_LAG,
    "credit repair": PolicyText.DOES_REPAIR,
    "disclosure": PolicyText.DOES_DISCLOSURE,
    "limit on collection": PolicyText.DOES_COLLECTION,
    "data rule": PolicyText.DOES_DATA,
    "funding freeze": PolicyText.DOES_FREEZE,
    "market-share limit": PolicyText.DOES_SHARE,
    "licence quota": PolicyText.DOES_QUOTA,
    "interest subsidy": PolicyText.DOES_SUBSIDY,
    "state loan guarantee": PolicyText.DOES_SCHEME,
    "technology support": PolicyText.DOES_TECHNOLOGY,
    "limit on securities": PolicyText.DOES_SECURITIES,
    "P2P permission": PolicyText.DOES_P2P,
    "provisioning rule": PolicyText.DOES_PROVISIONING,
    "countercyclical buffer": PolicyText.DOES_BUFFER,
    "one brand at a partner": PolicyText.DOES_PARTNER_ONE,
    "brands at a partner": PolicyText.DOES_PARTNERS,
    "inspections a month": PolicyText.DOES_INSPECTIONS,
}

LICENCE_WORDS: Mapping[str, PolicyText] = {
    "facilitation": PolicyText.FACILITATION,
    "small loan": PolicyText.SMALL_LOAN,
    "consumer finance": PolicyText.CONSUMER_FINANCE,
    "internet bank": PolicyText.INTERNET_BANK,
    "bank": PolicyText.BANK,
    "all licences": PolicyText.ALL_LICENCES,
    "the whole market": PolicyText.WHOLE_MARKET,
}


UNITS = (
    (" times the LPR", "倍LPR"),
    (" times", "倍"),
    (" months", "个月"),
    (" month", "个月"),
    (" firms", "家"),
    (" firm", "家"),
)
"""Units of levels as the rows have them -> in Chinese; the first that fits."""

YUAN = {"": 1.0, " million": 1e6, " bn": 1e9, " billion": 1e9}
"""Size of an amount as rows and the policy timeline have it -> yuan."""

_AMOUNT = re.compile(r"(?P<number>[\d,.]+)(?P<size>| million| billion) yuan")
_BUREAU = re.compile(
    r"(?:no rule; lenders see|(?P<kept>[\d.]+%) of) the (?P<low>[\d.]+%) to (?P<high>[\d.]+%) "
    r"of debts elsewhere that kinds see"
)
_REPAIR = re.compile(
    r"defaults of at most (?P<limit>.+ yuan) from (?P<first>\S+) on, paid back by (?P<by>\S+), "
    r"are not shown"
)
"""Levels as rows have them: an amount, what reaches the credit bureau, what it no longer shows."""


def level_in(words: str, language: Language) -> str:
    """A level as the rows have it, in a language."""
    if language == "en":
        return words
    if words == "none":
        return PolicyText.NONE.say(language)
    if amount := _AMOUNT.fullmatch(words):
        factor = YUAN[amount["size"]]
        return yuan_in(float(amount["number"].replace(",", "")) * factor, language)
    if seen := _BUREAU.fullmatch(words):
        kept = PolicyText.NONE.say(language) if seen["kept"] is None else seen["kept"]
        return PolicyText.BUREAU_SEEN.say(language, kept=kept, low=seen["low"], high=seen["high"])
    if repair := _REPAIR.fullmatch(words):
        limit = level_in(repair["limit"], language)
        return PolicyText.REPAIRED.say(
            language, limit=limit, first=repair["first"], by=repair["by"]
        )
    return next((words.replace(en, zh) for en, zh in UNITS if en in words), words)


def licence_words(name: str, language: Language) -> str:
    """A licence in words; a name of its own where none is known."""
    plain = name.replace("_", " ")
    return LICENCE_WORDS[plain].say(language) if plain in LICENCE_WORDS else plain
