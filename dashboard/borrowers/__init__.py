"""The page Borrowers."""
