"""What a click on a chart or a table row opens: the page of a lender, or of a group of people.

A trace says it in its `meta`, which `assets/open.js` reads; a table row is a plain link. Both go on
with the scenario that is shown.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from dash import html

from dashboard.catalogue import Language
from dashboard.choice import Choice

LENDERS, BORROWERS = "/lenders", "/borrowers"


def opens_lender(*lenders: str) -> dict[str, Any]:
    """The `meta` of a trace that stands for a lender, or for one at each of its points."""
    return {"page": LENDERS, "name": "firm", "values": list(lenders)}


def opens_group(by: str, groups: Sequence[str]) -> dict[str, Any]:
    """The `meta` of a trace that stands for a group of people, or for one at each point.

    by : of segment_months.GROUPINGS
    """
    return {"page": BORROWERS, "name": by, "values": list(groups)}


def shown_query(choice: Choice, language: Language) -> dict[str, str]:
    """What an address says of a scenario, what it is laid against, and the size of what is run."""
    usual = Choice()
    query = {"scenario": choice.scenario, "against": choice.against}
    if choice.seeds != usual.seeds:
        query["seeds"] = str(choice.seeds)
    if choice.borrowers != usual.borrowers:
        query["borrowers"] = str(choice.borrowers)
    return {name: value for name, value in query.items() if value} | {"lang": language}


def link_to(page: str, query: Mapping[str, str], words: Any) -> Any:
    """A link within a table."""
    return html.A(words, href=f"{page}?{urlencode(query, quote_via=quote, safe=':')}")
