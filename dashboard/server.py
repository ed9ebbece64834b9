"""Starting and ending the dashboard: the port, the worker pool, the app, the web server."""

import logging
import socket
from pathlib import Path

from sim.core.errors import InputError

THREADS = 8
"""Requests answered at a time."""


def serve(host: str, port: int, results: Path | None) -> None:
    """Serve the dashboard until it is interrupted; ends all workers on the way out.

    host, port : where to listen; port 0 for any free one
    results : folder with runs; None for none

    Raises InputError if the address cannot be had.
    """
    listening = listen(host, port)  # first, as it needs no time and may fail
    from dashboard.jobs import ROUGH_BORROWERS, Jobs

    jobs = Jobs()
    try:
        jobs.warm_up()  # workers import the model while this process goes on
        from dashboard.choice import USUAL_SEEDS
        from dashboard.library import Library
        from dashboard.runs import Runs

        logging.basicConfig(level=logging.WARNING, format="%(message)s")
        # A page asks ten questions at once: that some wait their turn is no news for a terminal.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        library = Library(Runs(results), jobs)
        # Compiles while web libraries are imported; more than the rough answer waits for a reader.
        library.begin(USUAL_SEEDS, ROUGH_BORROWERS)
        import waitress

        from dashboard.app import make_app
        from dashboard.uploads import LARGEST_BODY

        app = make_app(library)
        server = waitress.create_server(
            app.server,
            sockets=[listening],
            threads=THREADS,
            max_request_body_size=LARGEST_BODY + 1,  # it refuses what is as large as this
        )
        print(f"loansim dashboard: {address(listening)}   (Ctrl-C ends it)", flush=True)
        server.run()  # returns on Ctrl-C
        library.uploads.close()
    finally:
        listening.close()
        jobs.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; InputError if the address is in use or not of this machine."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise InputError(f"host {host!r} is no address; try 127.0.0.1") from error
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(place)
        listening.listen(128)
    except PermissionError as error:
        listening.close()
        raise InputError(f"port {port} may not be used; try --port 8050") from error
    except OSError as error:
        listening.close()
        raise InputError(
            f"{host}:{port} cannot be had: {error.strerror}; try another --port (0: any free one)"
        ) from error
    return listening


def address(listening: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
