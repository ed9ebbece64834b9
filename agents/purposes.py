"""What each random draw is for.

A draw is keyed by (seed, permanent id, month, purpose, index), so two decisions never share
luck and adding a decision never moves anybody else's. Numbers are part of the results: never
reuse or renumber one.
"""

BIRTH = 1  # a borrower's lasting traits
LIFE = 2  # a month's luck: work, leaving or walking away, income, plans; then what is searched for
SHOCK = 3  # who is hit by a dated income shock (month = the shock's own)
WALK = 4  # being brought back by collection, renewing
SEARCH = 5  # the exponential race on reach, and liking beyond price (index = four lenders)
NOISE = 6  # what a lender's signal gets wrong about a borrower (month 0: lasting)
APPLY = 7  # route, channel, exploration, look for fraud (index = lender)
ADMIT = 8  # rationing of a request (index = slot)
# 9 was liking for a lender, drawn apart from the race
BUREAU = 10  # whether one lender sees the debt at another (month 0: lasting)
MOVE = 11  # whether a line moves to another route of its brand (one word a slot)
FRAUD = 12  # whether a newcomer is a fraudster (month 0: lasting)
INCOME = 13  # what a lender gets wrong about a borrower's income (month 0: lasting)
DISCLOSE = 14  # whether somebody sees the all-in price (month 0: lasting)
CALL = 15  # whether a bullet that falls due is called (one word a slot)

LENDER_EXIT = 32  # firms of a fringe that close
LENDER_ENTRY = 33  # firms that open
INSPECTION = 34  # whom the inspectors visit
INCIDENT = 35  # outages, breaches, failed suppliers
MERGER = 40  # whether a going concern is for sale
"""Keys of lenders use their permanent id, never a place in a list."""
