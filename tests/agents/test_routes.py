"""Routes: who funds, who bears the risk, and what happens when books change hands."""

from agents.routes import MILLION, NOBODY, Route, RouteBook


def test_a_route_has_one_number_however_often_it_is_asked_for() -> None:
    book = RouteBook()
    joint = Route(0, 1, "joint", 300_000, "small_loan")
    assert book.number(joint) == 0
    assert book.own(0, "small_loan") == 1
    assert book.number(Route(0, 1, "joint", 300_000, "small_loan")) == 0
    assert book.number(Route(0, 1, "joint", 310_000, "small_loan")) == 2
    assert len(book) == 3


def test_only_guaranteed_loans_are_bought_out_and_onto_the_brands_own_book() -> None:
    book = RouteBook()
    for kind in ("own", "joint", "facilitated", "guaranteed"):
        partner = NOBODY if kind == "own" else 1
        book.number(Route(0, partner, kind, MILLION if kind == "own" else 0, "facilitation"))
    assert book.buyout().tolist() == [0, 1, 2, 0]
    assert [route.guaranteed for route in book] == [False, False, False, True]


def test_an_own_book_is_opened_for_the_first_guarantee() -> None:
    book = RouteBook([Route(2, 1, "guaranteed", 0, "facilitation")])
    assert book.buyout().tolist() == [1, 1]
    assert book.rows[1] == Route(2, NOBODY, "own", MILLION, "facilitation")
    assert len(book) == 2


def test_a_buyer_takes_the_sellers_place_on_both_sides() -> None:
    book = RouteBook([
        Route(0, 1, "guaranteed", 0, "facilitation"),
        Route(2, 0, "joint", 300_000, "small_loan"),
        Route(1, NOBODY, "own", MILLION, "bank"),
    ])  # fmt: skip
    book.hand_over(0, 1)
    assert [(row.brand, row.partner) for row in book] == [(1, 1), (2, 1), (1, NOBODY)]
    assert [row.own_ppm for row in book] == [0, 300_000, MILLION]
    assert book.column("brand").tolist() == [1, 2, 1]
