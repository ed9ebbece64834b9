"""What can be taken along from the page What-if, each at an address that says what it holds."""

import io
from urllib.parse import parse_qsl

import flask

from dashboard.catalogue import Language
from dashboard.library import Library, Problem
from dashboard.texts import Text
from dashboard.uploads import UPLOAD
from dashboard.whatif.choice import WhatIf
from dashboard.whatif.content import seen
from dashboard.whatif.texts import WhatIfText
from sim.comparison import Comparison
from sim.comparison_report import comparison_html
from sim.yaml_writer import yaml_text

SCENARIO, CSV, PARQUET, REPORT = (
    "what_if.yaml",
    "what_if.csv",
    "what_if.parquet",
    "what_if.html",
)
FILES = {
    SCENARIO: WhatIfText.FILE_SCENARIO,
    CSV: WhatIfText.FILE_CSV,
    PARQUET: WhatIfText.FILE_PARQUET,
    REPORT: WhatIfText.FILE_REPORT,
}
"""File -> what links call it."""

KINDS = {
    SCENARIO: "application/yaml; charset=utf-8",
    CSV: "text/csv; charset=utf-8",
    PARQUET: "application/vnd.apache.parquet",
    REPORT: "text/html; charset=utf-8",
}

FOLDER = "/what-if-files/"


def register(server: flask.Flask, library: Library) -> None:
    """Serve the files."""

    @server.get(f"{FOLDER}<name>")
    def take_along(name: str) -> flask.Response:
        query = dict(parse_qsl(flask.request.query_string.decode("utf-8", "replace")))
        what = WhatIf.of(query)
        language: Language = what.language or "en"
        if name not in FILES:
            return _refused(Text.NO_PAGE.say(language), 404)
        if what.faults:
            reasons = "; ".join(f"{fault.name}: {fault.reason}" for fault in what.faults)
            return _refused(reasons, 400)
        content = _content(name, library, what, language)
        if isinstance(content, Problem):
            return _refused(content.text.say(language, **content.values), 409)
        answer = flask.Response(content, content_type=KINDS[name])
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _refused(words: str, code: int) -> flask.Response:
    return flask.Response(words, status=code, content_type="text/plain; charset=utf-8")


def _content(
    name: str, library: Library, what: WhatIf, language: Language
) -> str | bytes | Problem:
    if name == SCENARIO:
        return scenario_file(library, what)
    now = seen(library, what, start=False)
    if now.against is None or not now.pairs_all(what.seeds):
        return Problem(WhatIfText.NOT_YET)
    compared = library.compare(now.scenario, now.against)
    if not isinstance(compared, Comparison):
        return compared or Problem(WhatIfText.NOT_YET)
    if name == CSV:
        return "\ufeff" + compared.differences.to_csv(index=False)
    if name == REPORT:
        return comparison_html(compared)
    buffer = io.BytesIO()
    compared.differences.to_parquet(buffer, index=False)
    return buffer.getvalue()


def scenario_file(library: Library, what: WhatIf) -> str | Problem:
    """The what-if as a scenario file: laid over its base by name, or whole where that was uploaded.

    The command line brings the same figures from it.
    """
    order = library.order(what.base, what.changes(), what.seeds, what.borrowers)
    if isinstance(order, Problem):
        return order
    scenario = order[0]
    titles: dict[str, object] = {
        "title": WhatIfText.FILE_TITLE.say("en", base=what.base),
        "title_zh": WhatIfText.FILE_TITLE.say("zh", base=what.base),
    }
    if what.base.startswith(UPLOAD):
        return scenario.text
    content: dict[str, object] = {"extends": what.base, **titles}
    for path, value in what.changes().items():
        node = content
        *above, last = path.split(".")
        for part in above:
            node = node.setdefault(part, {})  # type: ignore[assignment]
        node[last] = value
    return yaml_text(content)  # type: ignore[arg-type]
