"""The page Market: concentration, default paths, shares, prices and balances of one or two runs."""
