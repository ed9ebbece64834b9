"""How `make docs` builds the documentation site: Sphinx, Markdown by MyST, the theme Furo."""

import sys
from importlib import metadata
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

project = "loansim"
author = copyright = "the loansim contributors"
release = version = metadata.version("loansim")
extensions = ["myst_parser"]
html_theme = "furo"
html_title = f"loansim {release}"
html_show_sphinx = False
smartquotes = False  # options are written with two hyphens
exclude_patterns = ["notebooks", "_build"]
myst_heading_anchors = 3
highlight_language = "text"
suppress_warnings = ["myst.header", "misc.highlighting_failure"]


def write_reference(app: Sphinx) -> None:
    """Write the pages that are made from code before the site is read."""
    from docs.site_reference import write_pages

    write_pages(Path(app.srcdir) / "reference")


def setup(app: Sphinx) -> None:
    """Make the reference when the build begins."""
    app.connect("builder-inited", write_reference)
