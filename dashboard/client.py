"""Who asks: the browser behind a request, known by an anonymous cookie or else by its address.

Limits on what one reader may have under way count by client, however many pages he has open. The
cookie holds a random number and a signature of this server process: it names nobody, and a number
that somebody invents counts for nothing. Who sends no cookie of ours (a script, or the first
request of a browser) counts by address; behind a proxy all such share one. After a restart cookies
are new.
"""

import hmac
import os
from hashlib import sha256

import flask

COOKIE = "client"

_SECRET = os.urandom(32)
_BYTES = 16


def this_client() -> str:
    """The client of the request at hand; "" where there is none, as at the start of the server."""
    if not flask.has_request_context():
        return ""
    number, _, signature = flask.request.cookies.get(COOKIE, "").partition(".")
    if hmac.compare_digest(signature.encode(), _signature(number).encode()):
        return number
    return flask.request.remote_addr or "unknown"


def register(server: flask.Flask) -> None:
    """Hand a cookie to whoever loads a page without one."""

    @server.after_request
    def hand_out(response: flask.Response) -> flask.Response:
        document = response.mimetype == "text/html" and flask.request.method == "GET"
        if document and this_client() == (flask.request.remote_addr or "unknown"):
            number = os.urandom(_BYTES).hex()
            response.set_cookie(
                COOKIE, f"{number}.{_signature(number)}", httponly=True, samesite="Strict"
            )
        return response


def _signature(number: str) -> str:
    """What only this process can write beside a number."""
    return hmac.new(_SECRET, number.encode(), sha256).hexdigest()
