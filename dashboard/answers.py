"""Answers given before: the same question about finished runs is answered from memory.

A page asks the server some ten questions, and all readers of a run ask the same ones. What a
callback answers is kept as the bytes that were sent, where the callback says that it rests on
finished runs alone (`rests_on`). It is handed out again for the same question (everything that the
browser sends with it, light or dark, and the languages that the browser speaks) as long as the
results folder and the scenario files are as they were.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

import flask

if TYPE_CHECKING:
    from collections.abc import Hashable

MOST_BYTES = 64_000_000
"""Of all answers together; those unused for longest go first."""

LARGEST = 4_000_000
"""Bytes of an answer that is kept."""

ASKED_AT = "/_dash-update-component"
"""Where callbacks are asked."""

COOKIES = ("scheme",)
"""Cookies on which an answer may depend."""


class Seen(Protocol):
    """What there is to see of a source (dashboard/library.py, `Sight`)."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to come, and nothing went wrong."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer; `stamp` is of what it was made from."""

    stamp: "Hashable"
    status: int
    body: bytes


class Answers:
    """The answers that are kept, the one unused for longest first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self.size = 0

    def find(self, question: bytes, stamp: "Hashable") -> "_Kept | None":
        """The answer to a question, if what it was made from is as it was."""
        with self._lock:
            known = self._kept.get(question)
            if known is None:
                return None
            if known.stamp != stamp:
                self._drop(question)
                return None
            self._kept.move_to_end(question)
            return known

    def keep(self, question: bytes, stamp: "Hashable", status: int, body: bytes) -> None:
        """Keep an answer that is not too large."""
        if len(body) > LARGEST:
            return
        with self._lock:
            self._drop(question)
            self._kept[question] = _Kept(stamp, status, body)
            self.size += len(body)
            while self.size > self._most_bytes:
                self._drop(next(iter(self._kept)))

    def _drop(self, question: bytes) -> None:
        known = self._kept.pop(question, None)
        self.size -= 0 if known is None else len(known.body)


def rests_on(sights: Iterable[Seen]) -> None:
    """Say that the answer under way rests on these sources alone, besides files of the program.

    It is kept if nothing more is to come of any of them. To be called where nothing else that may
    change (a job, a worker's reply, the clock) has a part in the answer.
    """
    if flask.has_request_context() and all(sight.is_settled for sight in sights):
        flask.g.may_be_kept = True


def register(server: flask.Flask, stamp: "Callable[[], Hashable]", answers: Answers) -> None:
    """Let a server answer from memory.

    stamp : differs wherever the results folder or a scenario file has changed
    """

    @server.before_request
    def answer_again() -> flask.Response | None:
        if flask.request.path != ASKED_AT or flask.request.method != "POST":
            return None
        flask.g.question, flask.g.stamp = _question(), stamp()
        known = answers.find(flask.g.question, flask.g.stamp)
        if known is None:
            return None
        return flask.Response(known.body, known.status, mimetype="application/json")

    @server.after_request
    def keep(response: flask.Response) -> flask.Response:
        if flask.g.get("may_be_kept") and response.status_code in (200, 204):
            answers.keep(flask.g.question, flask.g.stamp, response.status_code, response.get_data())
        return response


def _question() -> bytes:
    """What is asked, as a digest: of an answer's megabyte no more than this is compared."""
    request = flask.request
    parts = [request.get_data(), request.headers.get("Accept-Language", "").encode()]
    parts += [request.cookies.get(name, "").encode() for name in COOKIES]
    digest = blake2b(digest_size=32)
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.digest()
