"""A bank: takes deposits, lends under its own name, and funds other brands' loans for a yield."""

from agents.lender import Lender
from agents.messages import Floats

DEPOSIT_PASS_THROUGH = 0.5
"""Part of a change of the LPR that reaches the cost of deposits (assumption)."""

SERVICING = 0.005
"""Cost to a partner of holding a facilitated loan, fraction per year (assumption)."""

PARTNER_MARGIN = 0.012
"""What a partner wants over its costs, fraction per year (assumption)."""


class Bank(Lender):
    """Internet banks, banks that fund platforms' loans, banks with small loans of their own."""

    def cost_of_funds(self, lpr_change: float, leverage: float) -> float:
        """Deposits follow the LPR half-way and do not ask about leverage; fraction per year."""
        return max(0.0, self.kind.funding_cost + DEPOSIT_PASS_THROUGH * lpr_change)

    def new_funding(self, funding: int, matured: int, freeze: float) -> int:
        """Deposits are renewed whatever the market does, and grow within limits; fen."""
        return matured + round(self.kind.funding_growth * funding)


def partner_yield[N: (float, Floats)](funding_cost: N, loss: N) -> N:
    """What a lender asks of a brand for funding its loans, fraction of the balance per year.

    loss : the brand's realised loss rate; 0 for loans that somebody guarantees
    """
    return funding_cost + SERVICING + PARTNER_MARGIN + loss
