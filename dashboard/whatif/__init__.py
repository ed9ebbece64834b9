"""The page What-if: levers, dates and one lender's strategy, against a base scenario."""
