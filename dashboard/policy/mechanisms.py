"""What each instrument does in the model, and what licences are called."""

from collections.abc import Mapping

from dashboard.catalogue import Language
from dashboard.policy.texts import PolicyText

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
    (" million yuan", "百万元"),
    (" billion yuan", "十亿元"),
    (" yuan", "元"),
    (" months", "个月"),
    (" firms", "家"),
)
"""Units of levels as the rows have them -> in Chinese; the first that fits."""


def level_in(words: str, language: Language) -> str:
    """A level as the rows have it, in a language."""
    if language == "en":
        return words
    if words == "none":
        return PolicyText.NONE.say(language)
    return next((words.replace(en, zh) for en, zh in UNITS if en in words), words)


def licence_words(name: str, language: Language) -> str:
    """A licence in words; a name of its own where none is known."""
    plain = name.replace("_", " ")
    return LICENCE_WORDS[plain].say(language) if plain in LICENCE_WORDS else plain
