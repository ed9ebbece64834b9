"""A platform: finds and judges borrowers, funds itself wholesale and through partners."""

from agents.lender import Lender

LEVERAGE_SPREAD = 0.01
"""Spread per year that wholesale funders add when leverage is twice the target (assumption)."""


class Platform(Lender):
    """Big-tech, fintech facilitators, consumer-finance and small-loan companies."""

    def cost_of_funds(self, lpr_change: float, leverage: float) -> float:
        """Wholesale money follows the LPR and charges for leverage; fraction per year."""
        excess = max(0.0, leverage / self.kind.target_leverage - 1.0)
        return max(0.0, self.kind.funding_cost + lpr_change + LEVERAGE_SPREAD * excess)

    def new_funding(self, funding: int, matured: int, freeze: float) -> int:
        """What the market renews and adds this month; a freeze shuts part of both; fen."""
        return round((1.0 - freeze) * (matured + self.kind.funding_growth * funding))
