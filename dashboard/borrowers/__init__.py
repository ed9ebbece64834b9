"""The page Borrowers: who gets credit, who owes too much, who defaults, by segment and place."""
