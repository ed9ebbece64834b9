"""The Dash app: pages, the head of the document, security headers, errors without a traceback."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any
from urllib.parse import parse_qsl

import dash
import dash_mantine_components as dmc
import flask

from dashboard import answers, client, shell
from dashboard.cards import CARDS
from dashboard.catalogue import LANGUAGES, Language
from dashboard.library import Library
from dashboard.page import Page
from dashboard.pages import PAGES
from dashboard.texts import Text
from dashboard.theme import MANTINE
from dashboard.uploads import LARGEST_BODY

log = logging.getLogger("loansim.dashboard")

INDEX = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{description}">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<script>{ground}</script>
<link rel="icon" href="data:,">
{css}
<link rel="preload" as="script" fetchpriority="low" href="{plotly}">
</head>
<body>
<div id="react-entry-point">{waiting}</div>
<noscript>{needs_script}</noscript>
<footer>
{config}
{scripts}
{renderer}
</footer>
</body>
</html>"""

GROUND = """(function () {
  let asked = null;
  try { asked = window.localStorage.getItem("mantine-color-scheme-value"); } catch (error) {}
  const dark = asked === "dark"
    || (asked !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  const scheme = dark ? "dark" : "light";
  document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
  document.cookie = "COOKIE=" + scheme + "; path=/; max-age=31536000; SameSite=Strict";
})();""".replace("COOKIE", shell.SCHEME_COOKIE)
"""Light or dark, settled before anything is painted or asked: what the reader chose here before
(where Mantine keeps it), else what the device says. Charts are drawn for it from the first."""

PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
"""Where charts get the plotting library, which is large: it is asked for from the start."""

WAITING = """<div class="head"><div class="head-inside">
<span class="brand">loansim</span></div></div>
<div class="page waiting" aria-busy="true"><p role="status">{words}</p>
<div class="cards" aria-hidden="true">{cards}</div></div>"""
"""What stands in the page until the browser has its programs: its head and empty cards."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
}


class DashboardApp(dash.Dash):
    """Dash, with a document that says in which language it is and what page it holds."""

    pages: Sequence[Page] = ()

    def interpolate_index(
        self,
        metas: str = "",
        title: str = "",
        css: str = "",
        config: str = "",
        scripts: str = "",
        app_entry: str = "",
        favicon: str = "",
        renderer: str = "",
    ) -> str:
        """The document around the app, for the request at hand."""
        language = asked_language(flask.request.args.get("lang"))
        return INDEX.format(
            language="zh-CN" if language == "zh" else "en",
            ground=GROUND,
            plotly=self.get_relative_path(PLOTLY),
            waiting=WAITING.format(
                words=escape(Text.LOADING.say(language)),
                cards='<div class="card"></div>' * len(CARDS),
            ),
            needs_script=escape(Text.NEEDS_SCRIPT.say(language)),
            description=escape(Text.DESCRIPTION.say(language)),
            title=escape(_title(self.pages, flask.request.path, language)),
            css=css,
            config=config,
            scripts=scripts,
            renderer=renderer,
        )


def make_app(library: Library, pages: Sequence[Page] = PAGES) -> dash.Dash:
    """The app that shows a library; it owns no process and no file."""
    dash.page_registry.clear()  # Dash keeps pages for the whole process
    app = DashboardApp(
        "dashboard",
        assets_folder=str(shell.ASSETS),
        use_pages=True,
        include_pages_meta=False,
        pages_folder="",
        title="loansim",
        update_title="",
        suppress_callback_exceptions=True,  # pages bring their ids with them
        enable_mcp=False,
        on_error=_note_error,
    )

    app.pages = pages
    for page in pages:
        dash.register_page(
            page.path,
            path=page.path,
            title=partial(_title_now, pages, page.path),
            layout=_answering(page, pages, library),
        )

    def nowhere(**query: str) -> Any:
        language = asked_language(query.get("lang"))
        return shell.around(shell.no_page(language), pages, "", query, language)

    dash.register_page("not_found_404", path="/404", title="loansim", layout=nowhere)
    app.layout = dmc.MantineProvider(dash.page_container, theme=MANTINE, defaultColorScheme="auto")
    shell.register(app)
    for page in pages:
        page.register(app, library)
    _secure(app.server)
    answers.register(app.server, library.stamp, answers.Answers())
    return app


def _answering(page: Page, pages: Sequence[Page], library: Library) -> Callable[..., Any]:
    """What Dash calls with the query of an address: the page within its surroundings."""

    def answer(**query: str) -> Any:
        language = asked_language(query.get("lang"))
        scheme = flask.request.cookies.get(shell.SCHEME_COOKIE)
        try:
            content = page.layout(library, query, language, scheme)
        except Exception as error:  # whatever it is, the reader gets a page that says so
            _log_failure("a page", error)
            content = shell.no_answer(language)
        return shell.around(content, pages, page.path, query, language)

    return answer


def _title(pages: Sequence[Page], path: str, language: Language) -> str:
    """What the tab says: the page's name, then the program's."""
    names = [page.name for page in pages if page.path == path]
    return " · ".join([*(name.say(language) for name in names), Text.TITLE.say(language)])


def _title_now(pages: Sequence[Page], path: str) -> str:
    """The title that Dash asks for with a page; the address is then an input of its callback."""
    search = dash.ctx.inputs.get("_pages_location.search") or ""
    asked = dict(parse_qsl(search.removeprefix("?")))
    return _title(pages, path, asked_language(asked.get("lang")))


def asked_language(text: str | None) -> Language:
    """The language of a request: that of its address, else the browser's first that we speak."""
    for language in LANGUAGES:
        if text == language:
            return language
    return "zh" if flask.request.accept_languages.best_match(LANGUAGES) == "zh" else "en"


def _secure(server: flask.Flask) -> None:
    """Headers on every answer, no large bodies, errors that say no more than they should."""
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    client.register(server)

    @server.after_request
    def add_headers(response: flask.Response) -> flask.Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @server.errorhandler(500)
    def say_little(error: Exception) -> tuple[str, int]:
        _log_failure("a request", error)
        return "internal error", 500

    started = str(time.time_ns())

    @server.route("/alive")
    def alive() -> str:
        """Tells pages that the server is there, and whether it is still the one they came from."""
        return started


def _note_error(error: Exception) -> Mapping[str, Any] | None:
    """A callback that failed: the log has it, the page says so and keeps what it shows."""
    _log_failure("a callback", error)
    dash.set_props(shell.Id.TROUBLE, {"hidden": False})
    return None


def _log_failure(what: str, error: Exception) -> None:
    log.error("%s failed: %s", what, error, exc_info=error)
