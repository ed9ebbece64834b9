"""Who acts: borrowers, banks, platforms and the regulator, one file per kind of agent."""
