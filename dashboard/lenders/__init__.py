"""The page Lenders."""
