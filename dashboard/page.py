"""What a page is to the app: an address, a name, and two functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import dash

from dashboard.catalogue import Catalogue, Language
from dashboard.library import Library

type Layout = Callable[[Library, Mapping[str, str], Language, str | None], Any]
"""(library, query of the address, language, light or dark as far as known) -> the page."""

type Register = Callable[[dash.Dash, Library], None]
"""Connects what a page shows to what happens there."""


def no_callbacks(app: dash.Dash, library: Library) -> None:
    """For a page on which nothing happens."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the dashboard; its package brings layout, callbacks and strings.

    path : "/" or "/what-if" ; name : in the head of all pages and in the title of the tab
    """

    path: str
    name: Catalogue
    layout: Layout
    register: Register = no_callbacks
