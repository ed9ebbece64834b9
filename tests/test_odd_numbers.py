"""Numbers that docs/odd.md names are those of the code, from which each phrase is written."""

import re
from inspect import signature
from pathlib import Path

import pytest

from agents import (
    bank,
    borrower,
    fraud,
    funders,
    incident_parameters,
    lender,
    lenders,
    loan,
    messages,
    pricing,
    record,
    scorecard,
    strategy,
    technology,
)
from agents.lender_parameters import LenderKind
from agents.rivalry_parameters import Rivalry
from agents.underwriting import OWN_MONTHS
from sim import (
    bad_loans,
    bookkeeping,
    dated_rules,
    funding,
    incidents,
    ledger,
    opening,
    rationing,
    rivalry,
    share_limit,
    structure,
    terms,
)
from sim import technology as technology_books
from sim.experiment import MOST_MONTHS, run
from sim.scenario import load_scenario

OBSERVED = load_scenario("observed")
TEXT = " ".join((Path(__file__).parents[1] / "docs" / "odd.md").read_text(encoding="utf-8").split())

BORROWERS = signature(run).parameters["borrowers"].default
CHARGE_OFF = LenderKind.model_fields["charge_off_months"].default


def percent(fraction: float) -> str:
    """A fraction as the text writes it: 95%, 0.5%."""
    return f"{100 * fraction:.6g}%"


def in_words(count: int) -> str:
    """A small number as a word, where the text writes one."""
    words = {2: "two", 3: "three", 4: "four", 6: "six", 8: "eight", 12: "twelve"}
    return words.get(count, str(count))


def number(value: float) -> str:
    """A number without superfluous digits."""
    return f"{value:.6g}"


def in_halves(part: float) -> str:
    """One half as a word, any other number in figures."""
    return "half" if part == 0.5 else number(part)


low, high = lender.CALIBRATION_RANGE
reach_low, reach_high = lender.REACH_RANGE
markup_low, markup_high = lender.MARKUP_RANGE
line_low, line_high = opening.LINE_BOUNDS
provisions = [number(ppm / 10_000) for ppm in ledger.PROVISION_PPM.tolist()]

PHRASES = [
    f"{MOST_MONTHS} months are reported",
    f"({OBSERVED.burn_in_months} months in `observed`)",
    f"N simulated borrowers ({BORROWERS:,} by default)",
    f"population of {OBSERVED.population // 1_000_000} million potential borrowers",
    f"A borrower has {in_words(record.SLOTS)} slots",
    f"corrected by realised over expected loss within {number(low)} to {number(high)}",
    f"over the first {percent(opening.GROWTH_PART)} of the burn-in",
    f"at up to {opening.LENDERS_SEEN} lenders",
    f"until {percent(opening.RATIONED_PART)} of the burn-in has passed",
    f"the balance {number(opening.HORIZON)} months ahead at its recent growth), "
    f"{number(opening.REACH_STEP)} at first and {percent(opening.FADE)} less at the end, "
    f"by at most {number(opening.MOST_STEP)} a month",
    f"bads expected over about {number(scorecard.KNOWN_MONTHS)} months",
    f"by the power {number(opening.LINE_STEP)}, between {number(line_low)} and {number(line_high)}",
    f"markups move {percent(opening.PRICE_STEP)} of the way",
    f"d = {loan.NINETY_DAYS} or more is 90+",
    f"Charge-off at d = {CHARGE_OFF}",
    f"{in_words(messages.GRADES)} grades by probability",
    f"+ {number(scorecard.START_BADS)} m pseudo-bads",
    f"K : as k, of all lenders, and {scorecard.VENDOR_BADS:,.0f} / weight",
    f"m / {number(scorecard.SLOPE_SPREAD_OF_LENDERS)}^2",
    f"acquisition / (mean balance x {number(lender.RELATION_YEARS)} years) + PD_loss x "
    f"{number(lender.EXPOSURE)} x {number(lender.LGD)} / {number(pricing.LOAN_LIFE)}",
    f"PD_loss = calibration x {number(lender.BAD_TO_LOSS)} x PD_6 months x "
    f"{number(pricing.LOAN_LIFE)} / {number(pricing.SCORE_HORIZON)}",
    f"{percent(Rivalry().markup_speed)} of the way a month, {percent(markup_low)} to "
    f"{percent(markup_high)}",
    f"plus {percent(bank.SERVICING)} servicing plus {percent(bank.PARTNER_MARGIN)} margin",
    f"failed + shut, at most {number(funders.MOST_STRESS)}",
    f"A source of which {in_halves(funding.RUN)} leaves",
    f"Money of owners in loans costs at most {percent(terms.RETURN_ON_OWN_MONEY)}",
    f"committed lines of {percent(funding.COMMITTED_LINES)} of its loans a month and "
    f"{percent(funding.UNPLEDGED)} of the loans that no debt stands against",
    f"min({number(rationing.HEADROOM)} legal leverage x equity - held, "
    f"{number(rationing.STRETCH)} target leverage x equity - (held + guaranteed), fundable)",
    f"min({number(rationing.HEADROOM)} legal multiple x equity - guaranteed, "
    f"{number(rationing.STRETCH)} target leverage",
    f"Allowances are {', '.join(provisions[:-1])} and {provisions[-1]}% of principal with d = 0, "
    "1, 2, 3, 4+",
    f"at {number(bad_loans.PRICE)} of that",
    f"Tax is {percent(bookkeeping.TAX)} of a month's positive profit",
    f"Owners take out {percent(bookkeeping.PAYOUT_SPEED)} a month",
    f"r' = r + {number(Rivalry().reach_speed)} "
    f"({number(lender.REACH_FROM_USERS)} (users / users_0)^"
    f"{number(lender.REACH_GAMMA)} + {number(1 - lender.REACH_FROM_USERS)} (marketing",
    f"{number(reach_low)} <= r <= {number(reach_high)}",
    f"(running + adopting / {number(technology.DEPRECIATION_YEARS)} years)",
    f"running cost of all technology at most {percent(technology_books.MOST_RUNNING)} of balance",
    f"(balance per firm / {round(incident_parameters.REFERENCE_SIZE / 1e9)} billion)^size",
    f"it is told where {percent(incidents.SHARE_TOLD)} of a lender's firms are hit at once",
    f"For {in_words(fraud.FRAUD_MONTHS)} months he asks whoever comes to mind",
    f"In `observed` {percent(OBSERVED.behaviour.fraud)} of newcomers make fraud",
    f"pull = exp({number(structure.RETURN_EFFECT)} (return on equity of the last 12 months - "
    f"{percent(structure.NORMAL_RETURN)})",
    f"{number(rivalry.MARKETING_RANGE[0])} to {number(rivalry.MARKETING_RANGE[1])} times the "
    "opening share",
    f"{percent(rivalry.MARKETING_SPEED)} of the way a month; markups below "
    f"{percent(rivalry.LEAST_EARNING)} count",
    f"max(0, return on equity - {percent(structure.NORMAL_RETURN)}), less the same",
    f"exponent within -{number(rivalry.MOST_PRESSURE)}..{number(rivalry.MOST_PRESSURE)}",
    f"part of the opening share lost - {number(rivalry.SHARE_OF_LUCK)}) while equity suffices "
    f"({number(strategy.TRUCE)} of what loans need)",
    f"aims at {percent(strategy.WAR_MARKUP)} over break-even, {percent(strategy.WAR_SPEED)} of "
    "the way a month; marketing twice the usual; least margin "
    f"{number(100 * strategy.WAR_MARGIN)} points lower. Ends for good when equity is below "
    f"{number(strategy.TRUCE)} of what loans need at the target leverage, or funders or partners "
    f"leave less than {percent(strategy.LEAST_TRUST)} of their money",
    f"{number(100 * strategy.PREMIUM_MARKUP)} points above the usual markup; cut-off "
    f"{number(strategy.PREMIUM_CUT_OFF)} and marketing half the usual",
    f"attention to other segments {number(strategy.NICHE_LEFT)} of the usual",
    f"goes {percent(strategy.FOLLOW_SPEED)} of the way a month to the price of the",
    f"max({rivalry.KNOWN_REQUESTS:,.0f}, {number(rivalry.KNOWN_BY_FIRM)} x firms) / weight",
    f"the newest with weight {percent(lenders.RECENT)}",
    f"It moves {percent(lender.ANSWER_SPEED)} of the way a month",
    f"equity is between {number(strategy.TRUCE)} and 1 of what loans need",
    f"believes {number(strategy.EXPAND_BELIEF)} of the risk that it sees, makes "
    f"{number(strategy.EXPAND_CARE)} of the usual checks, lends lines "
    f"{number(strategy.EXPAND_LINES)} times and spends {number(strategy.EXPAND_MARKETING)} times "
    f"the usual on marketing, aims at {number(strategy.EXPAND_MARKUP)} of the usual markup, "
    f"{number(100 * strategy.EXPAND_MARGIN)} points off the least margin",
    f"equity below {number(strategy.EXPAND_TRUCE)} of what loans need",
    f"cut-off and lines {number(strategy.RETREAT_CUT_OFF)} of the usual, marketing half",
    f"until its share is at {number(share_limit.READMITTED)} of it",
    f"after {in_words(structure.PATIENCE_MONTHS)} months the firms of a fringe merge",
    f"buys the whole book, if {in_halves(structure.BUYER_SHARE)} of that capacity",
    f"a cap where there is none, from {percent(dated_rules.PHASE_IN_FROM)}",
    f"takes no new customers for {in_words(OBSERVED.policy.suspension_months)} months",
    f"After {in_words(borrower.EPISODE_MONTHS)} months without success",
    f"shows as re-aged for {in_words(loan.RENEWED_MONTHS)} months",
    f"paid for {in_halves(OWN_MONTHS / 12)} a year",
    f"without balance at {in_words(borrower.IDLE_REVIEWS)} reviews in a row is closed, unless",
    f"Every {in_halves(borrower.REVIEW_MONTHS / 12)} year the lender scores",
]
"""What the text has to say, word for word, with the numbers of the code."""


@pytest.mark.parametrize("phrase", PHRASES)
def test_the_text_has_the_numbers_of_the_code(phrase: str) -> None:
    assert phrase in TEXT


def test_no_constant_of_the_text_is_without_a_phrase() -> None:
    """Equations of the text, in blocks: every decimal number in them stands in a phrase."""
    raw = (Path(__file__).parents[1] / "docs" / "odd.md").read_text(encoding="utf-8")
    blocks = " ".join(" ".join(re.findall(r"```\n(.*?)```", raw, re.DOTALL)).split())
    known = " ".join(PHRASES)
    decimals = set(re.findall(r"(?<![\w.])\d+\.\d+(?![\w.])", blocks))
    assert {found for found in decimals if found not in known} <= WRITTEN_IN_RULES


WRITTEN_IN_RULES = {"0.8"}
"""Numbers that stand in a rule itself and not in a constant."""
