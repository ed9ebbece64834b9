"""The state of one borrower: every field, its type and unit, in one place.

A borrower is either a row of a NumPy array of this type (compiled executors) or a Mesa agent
with plain attributes of the same names (reference executor). All fields are integers with the
unit in the name, so storing never rounds and both executors agree to the last bit.
Fields are ordered by size, so that the record needs no padding: 144 bytes.
"""

from typing import Protocol

import numpy as np

SLOTS = 4
"""Relationships a borrower can hold. Three or more lenders is an output, so three is too few."""

RECORD = np.dtype(
    [
        ("principal_fen", np.int32, (SLOTS,)),
        ("instalment_fen", np.int32, (SLOTS,)),
        ("pending_fen", np.int32, (SLOTS,)),  # asked for this month, not yet paid out
        ("buffer_fen", np.int32),
        ("wanted_fen", np.int32),  # this month's need for cash, or planned draw
        ("route", np.int16, (SLOTS,)),  # row of the route book; -1 for an empty slot
        ("line_hundred", np.int16, (SLOTS,)),  # credit line, hundred yuan
        ("contract_bp", np.int16, (SLOTS,)),  # contract rate, basis points a year
        ("fee_bp", np.int16, (SLOTS,)),  # guarantee and service fees on top
        ("first_month", np.int16, (SLOTS,)),  # month of the first draw; 0 before it
        ("features", np.int16, (SLOTS,)),  # what the lender saw, packed
        ("log_income_e3", np.int16),  # log of permanent monthly income in fen, thousandths
        ("quality_e3", np.int16),  # stability of income, standard deviations, thousandths
        ("willingness_e3", np.int16),  # to repay, standard deviations, thousandths
        ("reservation_bp", np.int16),  # highest acceptable all-in APR
        ("appetite_pct", np.int16),  # wanted debt, hundredths of a month's income
        ("online_rank", np.int16),  # place in the order of going online, 0..32767
        ("performing_mask", np.int16),  # bit j: performing j months ago
        ("default_month", np.int16),  # last month in which any loan was 90+ days late; 0 never
        ("product", np.int8, (SLOTS,)),
        ("missed", np.int8, (SLOTS,)),  # missed count d
        ("months_left", np.int8, (SLOTS,)),  # without balance: less 1 for each idle review
        ("flags", np.int8, (SLOTS,)),
        ("segment", np.int8),
        ("region", np.int8),
        ("rural", np.int8),
        ("in_spell", np.int8),  # 1 while without work or with a failed business
        ("generation", np.int8),  # how many people have had this place before
        ("episode", np.int8),  # months of searching so far; negative: months of giving up left
        ("urgent", np.int8),  # 0 planned, 1 short for essentials, 2 short for debt service
        ("overdue_thousand", np.int8),  # yuan overdue in the default on record; WRITTEN_OFF
    ]
)

NO_ROUTE = -1
"""Route of an empty slot."""

EVER_90 = 2
"""Flag of a slot whose loan has been 90 days past due; the other flags are in agents/loan.py."""

HUNDRED_YUAN = 10_000
"""Fen in the unit of a credit line."""

WRITTEN_OFF = 127
"""Thousand yuan overdue of a default that was never paid back."""

GENERATION_STEP = 1 << 32
"""Permanent id = place + generation x this, so a newcomer's luck is never his predecessor's."""


class BorrowerState(Protocol):
    """A borrower as the rules see it; arrays hold one value per slot."""

    principal_fen: list[int]
    instalment_fen: list[int]
    pending_fen: list[int]
    buffer_fen: int
    wanted_fen: int
    route: list[int]
    line_hundred: list[int]
    contract_bp: list[int]
    fee_bp: list[int]
    first_month: list[int]
    features: list[int]
    log_income_e3: int
    quality_e3: int
    willingness_e3: int
    reservation_bp: int
    appetite_pct: int
    online_rank: int
    performing_mask: int
    default_month: int
    product: list[int]
    missed: list[int]
    months_left: list[int]
    flags: list[int]
    segment: int
    region: int
    rural: int
    in_spell: int
    generation: int
    episode: int
    urgent: int
    overdue_thousand: int
