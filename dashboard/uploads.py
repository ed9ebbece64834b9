"""Scenario files that readers upload: checked like any other file, kept while the server lives.

An upload may extend a scenario that comes with the program, by name, and nothing else: no path in
it is ever followed.
"""

import base64
import binascii
import re
import threading
import zlib
from collections import OrderedDict

from sim.core.errors import InputError
from sim.scenario import Scenario

UPLOAD = "upload:"
"""Before the hash of an uploaded scenario, where a source is named."""

LARGEST_UPLOAD = 200_000
"""Largest file that is taken, bytes."""

UPLOADS_KEPT = 32

_OUTSIDE_NAME = re.compile(r"[^a-z0-9_]+")


class Uploads:
    """The uploaded scenarios, the newest ones of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Scenario, bytes]] = OrderedDict()

    def take(self, content: str, file_name: str) -> str:
        """The source that stands for a file from now on.

        content : as the browser sends it: `data:...;base64,...` ; file_name : as it is called there

        Raises InputError, in words for the reader, where it is no scenario that can be run.
        """
        try:
            raw = base64.b64decode(content.partition(",")[2], validate=True)
        except (ValueError, binascii.Error) as error:
            raise InputError("the file did not arrive whole; upload it again") from error
        if len(raw) > LARGEST_UPLOAD:
            raise InputError(
                f"the file has {len(raw):,} bytes; allowed: {LARGEST_UPLOAD:,}, as scenarios are "
                "small texts"
            )
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError("the file is no text in UTF-8; upload a scenario's YAML") from error
        stem = file_name.rpartition("/")[2].rpartition("\\")[2].rpartition(".")[0].lower()
        name = _OUTSIDE_NAME.sub("_", stem).strip("_")[:40] or "uploaded"
        scenario = Scenario.from_outside(text, name)
        source = f"{UPLOAD}{scenario.hash[:24]}"
        with self._lock:
            self._kept[source] = scenario, zlib.compress(scenario.text.encode())
            self._kept.move_to_end(source)
            while len(self._kept) > UPLOADS_KEPT:
                self._kept.popitem(last=False)
        return source

    def find(self, source: str) -> Scenario | None:
        """The scenario that a source stands for; None if it is not, or no longer, here."""
        with self._lock:
            kept = self._kept.get(source)
            return None if kept is None else kept[0]

    def text(self, source: str) -> bytes:
        """Its text, compressed; empty for a source that is no upload."""
        with self._lock:
            kept = self._kept.get(source)
            return b"" if kept is None else kept[1]
