"""A bank: takes deposits, lends under its own name, and funds other brands' loans for a yield."""

from agents.lender import Lender
from agents.messages import Floats

SERVICING = 0.005
"""Cost to a partner of holding a facilitated loan, fraction per year (assumption)."""

PARTNER_MARGIN = 0.012
"""What a partner wants over its costs, fraction per year (assumption)."""


class Bank(Lender):
    """Internet banks, banks that fund platforms' loans, banks with small loans of their own."""


def partner_yield[N: (float, Floats)](funding_cost: N, loss: N) -> N:
    """What a lender asks of a brand for funding its loans, fraction of the balance per year.

    loss : the brand's realised loss rate; 0 for loans that somebody guarantees
    """
    return funding_cost + SERVICING + PARTNER_MARGIN + loss
