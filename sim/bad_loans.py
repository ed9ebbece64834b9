"""What becomes of loans charged off: sold at once for a few percent of face, or collected later.

A claim on a loan charged off is worth nothing on the books; what it will bring is known from its
product. Its holder sells a part of the new claims to outside buyers, who pay less than they will
bring, and collects the rest himself.
"""

import numpy as np

from agents.messages import Ints
from sim.columns import whole
from sim.ledger import FACE, WORTH, Item, Sector
from sim.market import Market

PRICE = 0.8
"""What buyers pay, fraction of what a claim will bring (assumption: 4% of face where 5% is
recovered; bad books sell at about 4%)."""


def recover(market: Market) -> None:
    """Sells a part of this month's new claims, and collects a part of those that are left."""
    ledger = market.ledger
    share = market.of_kinds("sells_bad_loans")
    ledger.sold = whole(share[:, None] * ledger.new_claims)
    ledger.claims += ledger.new_claims - ledger.sold
    ledger.new_claims = np.zeros_like(ledger.new_claims)
    paid = whole(PRICE * ledger.sold[:, WORTH])
    ledger.receive_all(paid, Sector.BAD_LOAN_BUYERS, Item.SALE)
    months = market.of_kinds("recovery_months").astype(np.int64)
    collected = -(-ledger.claims // months[:, None])  # rounded up, so that a claim comes to an end
    ledger.claims -= collected
    ledger.receive_all(collected[:, WORTH], Sector.COLLECTORS, Item.RECOVERY)


def face_sold(market: Market) -> Ints:
    """[L] face value of the bad loans sold this month, fen."""
    face: Ints = market.ledger.sold[:, FACE]
    return face
