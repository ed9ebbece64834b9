"""A page that has no charts yet: where to find what it is about until it has."""

from typing import Any

from dash import html

from dashboard.catalogue import Catalogue, Language


def elsewhere(name: Catalogue, words: Catalogue, language: Language) -> Any:
    """The page's name, and a sentence with a command."""
    return html.Section(
        [html.H1(name.say(language)), html.P(words.say(language))], className="elsewhere"
    )
