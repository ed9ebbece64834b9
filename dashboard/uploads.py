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

LARGEST_BODY = 2 * LARGEST_UPLOAD
"""Largest request that is taken, bytes: an upload as letters (4 for 3 bytes), and what names it."""

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
        sent = content.partition(",")[2]
        _not_too_large(len(sent) // 4 * 3 - 2)  # 4 letters carry 3 bytes; up to 2 only fill up
        try:
            raw = base64.b64decode(sent, validate=True)
        except (ValueError, binascii.Error) as error:
            raise InputError("the file did not arrive whole; upload it again") from error
        _not_too_large(len(raw))
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


def _not_too_large(size: int) -> None:
    """Raises InputError for a file of more bytes than are taken."""
    if size > LARGEST_UPLOAD:
        raise InputError(
            f"the file has {size:,} bytes; allowed: {LARGEST_UPLOAD:,}, as scenarios are "
            "small texts"
        )
