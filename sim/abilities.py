"""What lenders know and can do in a month: what their kinds say, and what has come of it.

Technology adopted improves it, data rules and lost suppliers of data spoil it. L lenders.
"""

from itertools import chain
from typing import NamedTuple

import numpy as np

from agents.limits import Limits
from agents.messages import Floats
from agents.technology import left, membership
from agents.technology_parameters import TECHNOLOGIES
from sim.columns import floats
from sim.market import Market


class Abilities(NamedTuple):
    """[L] columns of one month.

    noise : error of behavioural signals, standard deviations
    income_error : error of incomes that lenders are told, standard deviation of the log
    income_bias : by how much they are told too much on the average, log
    bureau : share of debts elsewhere that they see
    member : standing in ledgers that lenders share, 0 to 1
    fraud_caught : chance that a forged application is told
    false_alarm : chance that an honest one is taken for forged
    collection : monthly chance that somebody who walked away pays again
    """

    noise: Floats
    income_error: Floats
    income_bias: Floats
    bureau: Floats
    member: Floats
    fraud_caught: Floats
    false_alarm: Floats
    collection: Floats


def abilities(market: Market, limits: Limits) -> Abilities:
    """The columns of a month under its limits."""
    adoption = adopted(market)
    error = data_errors(market, limits, adoption)
    missed, care = still_left(market, "fraud", adoption), care_taken(market)
    return Abilities(
        noise=market.of_kinds("noise") * error,
        income_error=market.of_kinds("income_error") * error,
        income_bias=market.of_kinds("income_bias") * error,
        bureau=care * debts_seen(market, limits, adoption),
        member=membership(market.of_effects("network"), adoption),
        fraud_caught=care * raised(market.of_kinds("fraud_caught"), missed),
        false_alarm=market.of_kinds("false_alarm") * missed,
        collection=raised(
            market.of_kinds("collection"), still_left(market, "collection", adoption)
        ),
    )


def adopted(market: Market) -> Floats:
    """[L, T] how much of each technology lenders have adopted."""
    shares = chain.from_iterable([lender.state.technology for lender in market.lenders])
    return floats(list(shares)).reshape(-1, len(TECHNOLOGIES))


def debts_seen(market: Market, limits: Limits, adoption: Floats | None = None) -> Floats:
    """[L] share of debts elsewhere that lenders see; `adoption` as in `still_left`."""
    seen = np.maximum(market.of_kinds("bureau") * limits.bureau, limits.bureau_floor)
    return raised(seen, still_left(market, "bureau", adoption))


def months_unseen(market: Market, limits: Limits) -> Floats:
    """[L] how much more than usual customers owe elsewhere unseen, months of income.

    Usual is what the kind's own file shows, for which its multiple of income is made. What people
    owe who apply is known from statistics, and which debts a file lacks has nothing to do with
    which it holds.
    """
    adoption = adopted(market)
    member = membership(market.of_effects("network"), adoption)
    balance = market.balances().astype(np.float64)
    total = float(balance.sum())
    elsewhere = np.maximum(0.0, total - balance)
    met = member * (total_of(member * balance) - member * balance) / np.maximum(1.0, elsewhere)
    file = debts_seen(market, limits, adoption)
    seen = file + (1.0 - file) * met
    debts = floats([lender.state.debts for lender in market.lenders])
    more: Floats = market.of_kinds("allows_for_unseen") * (market.of_kinds("bureau") - seen) * debts
    return more


def total_of(of_lenders: Floats) -> float:
    """A sum over lenders, in order of size, so that it does not depend on theirs."""
    return float(np.sort(of_lenders).sum())


def operating_costs(market: Market) -> Floats:
    """[L] running cost, fraction of balance per year, technology's savings taken off."""
    return market.of_kinds("operating_cost") * still_left(market, "operating")


def data_errors(market: Market, limits: Limits, adoption: Floats | None = None) -> Floats:
    """[L] what technology, data rules, lost suppliers and care make of data errors; usual 1.

    adoption : as in `still_left`
    """
    lost = 1.0 + floats([lender.state.blur for lender in market.lenders])
    return still_left(market, "noise", adoption) * limits.data_noise * lost / care_taken(market)


def care_taken(market: Market) -> Floats:
    """[L] part of the usual checks of who applies that lenders make; a strategy may skip some."""
    return floats([lender.state.stance.care for lender in market.lenders])


def still_left(market: Market, effect: str, adoption: Floats | None = None) -> Floats:
    """[L] what lenders' technology leaves of something; `effect` as in `Effects`.

    adoption : [L, T] see `adopted`, where the caller has it at hand
    """
    return left(market.of_effects(effect), adopted(market) if adoption is None else adoption)


def raised(share: Floats, rest: Floats) -> Floats:
    """[L] shares of which technology takes a part off what is missing to one.

    rest : [L] the part that it leaves
    """
    return share + (1.0 - share) * (1.0 - rest)
