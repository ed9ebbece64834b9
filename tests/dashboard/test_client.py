"""Readers are told apart by an anonymous cookie that only this server can make, or by address."""

import flask
import pytest

from dashboard import client, questions
from dashboard.questions import Questions
from sim.workers import Tell


@pytest.fixture
def server() -> flask.Flask:
    app = flask.Flask("test")
    client.register(app)

    @app.get("/page")
    def page() -> str:
        return client.this_client()

    return app


def test_a_reader_keeps_the_cookie_that_the_first_page_hands_out(server: flask.Flask) -> None:
    reader = server.test_client()
    first = reader.get("/page")
    assert first.text == "127.0.0.1"
    assert "HttpOnly" in first.headers["Set-Cookie"]
    second, third = reader.get("/page"), reader.get("/page")
    assert second.text == third.text != "127.0.0.1"
    assert "Set-Cookie" not in second.headers
    assert server.test_client().get("/page").text == "127.0.0.1"


@pytest.mark.parametrize("made_up", ["abc", "abc.def", "." * 3, "é.x"])
def test_a_cookie_that_somebody_makes_up_counts_for_nothing(
    server: flask.Flask, made_up: str
) -> None:
    reader = server.test_client()
    reader.set_cookie(client.COOKIE, made_up)
    assert reader.get("/page").text == "127.0.0.1"


def test_outside_of_a_request_there_is_no_client() -> None:
    assert client.this_client() == ""


def waiting(number: int, tell: Tell) -> int:
    """Never done."""
    tell(0.25)
    import time

    time.sleep(3600)
    return number


def test_no_client_has_more_questions_than_its_share(
    server: flask.Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "MOST_OF_ONE", 2)
    asked = Questions()
    try:
        with server.test_request_context("/page", environ_base={"REMOTE_ADDR": "10.0.0.1"}):
            states = [asked.ask(waiting, number, tells=True).state for number in range(3)]
            assert states == ["pending", "pending", "busy"]
            assert asked.ask(waiting, 0, tells=True).state == "pending"
        with server.test_request_context("/page", environ_base={"REMOTE_ADDR": "10.0.0.2"}):
            assert asked.ask(waiting, 2, tells=True).state == "pending"
    finally:
        asked.close()


def test_a_question_that_nobody_asks_about_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    asked = Questions()
    try:
        assert asked.ask(waiting, 1, tells=True).state == "pending"
        (one,) = asked._asked.values()
        end = time.monotonic() + 240
        while asked.ask(waiting, 1, tells=True).share < 0.25 and time.monotonic() < end:
            time.sleep(0.05)
        assert asked.ask(waiting, 1, tells=True).share == 0.25
        monkeypatch.setattr(questions, "UNASKED_SECONDS", -1.0)
        asked.ask(waiting, 2, tells=True)
        while not one.started.future.cancelled() and time.monotonic() < end:
            time.sleep(0.05)
        assert one.started.future.cancelled()
    finally:
        asked.close()
