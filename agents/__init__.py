"""Who acts: borrowers, banks, platforms and the regulator, one file per kind of agent."""

from sim.core.deferred import defer

defer("mesa", {"Agent": "mesa.agent", "Model": "mesa.model"}, seldom="pandas")
defer("mesa.experimental", {})
