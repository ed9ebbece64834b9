"""The page Lenders: all lenders in a table, and one firm's strategy screen beside others'."""
