"""A platform: finds and judges borrowers, funds itself wholesale and through partners."""

from agents.lender import Lender


class Platform(Lender):
    """Big-tech, fintech facilitators, consumer-finance and small-loan companies."""
