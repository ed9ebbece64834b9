"""The page What-if without a browser: addresses, levers, files, uploads, who was hit."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plotly.utils import PlotlyJSONEncoder

from agents.limits import Limits
from dashboard.app import make_app
from dashboard.jobs import Jobs
from dashboard.library import Library, Problem
from dashboard.runs import Runs
from dashboard.shell import CARRIED
from dashboard.uploads import LARGEST_UPLOAD
from dashboard.whatif.because import access, firms, shares
from dashboard.whatif.choice import STRATEGIES, Campaign, WhatIf
from dashboard.whatif.content import asked, seen
from dashboard.whatif.files import CSV, FOLDER, PARQUET, REPORT, SCENARIO, scenario_file
from dashboard.whatif.layout import what_if
from dashboard.whatif.levers import AHEAD, BY_IDENTITY, FIRST, LAST, LASTS, LEVERS, OVER, Setting
from dashboard.whatif.timeline import timeline, words
from sim.branching import first_difference
from sim.core.errors import InputError
from sim.core.months import Month
from sim.policy import PolicySection
from sim.scenario import Scenario, load_scenario
from tests.dashboard import doubles
from tests.synthetic import seed_tables


@st.composite
def settings(draw: st.DrawFn) -> dict[str, Setting]:
    """Levers that are on, set as the page can set them."""
    found = {}
    for lever in draw(st.lists(st.sampled_from(LEVERS), unique=True)):
        steps = round((lever.most - lever.least) / lever.step)
        level = round(lever.least + lever.step * draw(st.integers(0, steps)), 6)
        month = Month(draw(st.integers(FIRST, LAST)))
        found[lever.identity] = (
            Setting(level, month, lasts=draw(st.sampled_from(LASTS)))
            if lever.blow
            else Setting(level, month, draw(st.sampled_from(AHEAD)), draw(st.sampled_from(OVER)))
        )
    return {name: found[name] for name in BY_IDENTITY if name in found}


@given(
    settings=settings(),
    competition=st.sampled_from(["", "high", "monopoly"]),
    strategy=st.sampled_from(["", *STRATEGIES]),
    seeds=st.sampled_from([1, 4]),
)
def test_an_address_reproduces_a_what_if(
    settings: dict[str, Setting], competition: str, strategy: str, seeds: int
) -> None:
    campaign = Campaign("bigtech_2", strategy, Month.of(2025, 1)) if strategy else None
    what = WhatIf(
        base="cap_24_phase_in",
        settings=settings,
        competition=competition,
        campaign=campaign,
        seeds=seeds,
    )
    assert asked(what.query()) == what


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("cap=500,2026-01,0,0", "500 is out of bounds; allowed: 8 to 36"),
        ("cap=nan,2026-01,0,0", "out of bounds"),
        ("cap=12", "is not of the form 15,2026-01,0,0"),
        ("cap=12,2035-01,0,0", "2035-01 is out of bounds"),
        ("cap=12,soon,0,0", "'soon' is no month"),
        ("cap=12,2026-01,7,0", "'7' months is none of 0, 3, 6, 12, 24"),
        ("recession=20,2027-01,-3", "none of 6, 12, 18, 24"),
        ("seeds=999", "allowed: 1, 2, 4, 8"),
        ("borrowers=1000000000", "allowed: 5,000, 20,000, 50,000"),
        ("scenario=../../etc/passwd", "names none"),
        ("scenario=run:mine&leverage=4,2026-01,0,0", "'run:mine' is a run; name its scenario"),
        ("levrage=4,2026-01,0,0", "nothing on this page is called so. Did you mean 'leverage'?"),
        ("nonsense=1", "nothing on this page is called so"),
        ("strategy=bigtech_1,rob_a_bank,2026-01", "strategies: price_war"),
        ("strategy=x", "is not LENDER,STRATEGY,MONTH"),
        ("competition=../x", "names nothing"),
    ],
)
def test_what_cannot_be_is_told_and_not_altered(query: str, said: str) -> None:
    what = asked(query)
    assert [fault for fault in what.faults if said in fault.reason], what.faults


def test_what_other_pages_carry_along_is_no_fault() -> None:
    assert not asked("&".join(f"{name}=" for name in CARRIED)).faults


@given(st.dictionaries(st.sampled_from([*BY_IDENTITY, "scenario", "strategy", "competition",
                                        "seeds", "view"]), st.text()))  # fmt: skip
def test_no_address_does_harm(query: dict[str, str]) -> None:
    what = WhatIf.of(query)
    assert asked(what.query()) == what.without_faults()


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.identity)
def test_every_lever_changes_the_world_from_its_month_on(lever: object) -> None:
    base = load_scenario("observed")
    usual = lever.usual_setting()  # type: ignore[attr-defined]
    other = base.with_changes(lever.changes(usual))  # type: ignore[attr-defined]
    assert first_difference(base, other) == usual.month
    early = Setting(usual.level, usual.month, ahead=6, lasts=usual.lasts)
    other = base.with_changes(lever.changes(early))  # type: ignore[attr-defined]
    known = usual.month if lever.blow else usual.month - 6  # type: ignore[attr-defined]
    assert first_difference(base, other) == known


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.identity)
@pytest.mark.parametrize("month", [FIRST, Month.of(2026, 7), LAST])
def test_every_setting_of_the_page_is_a_scenario(lever: object, month: Month) -> None:
    base = load_scenario("observed")
    for level in (lever.least, lever.most):  # type: ignore[attr-defined]
        for rest in ({}, {"ahead": 24, "over": 36, "lasts": 24}):
            base.with_changes(lever.changes(Setting(level, month, **rest)))  # type: ignore[attr-defined]


# --- with a library ----------------------------------------------------------------------------


@pytest.fixture
def library() -> Iterator[Library]:
    jobs = Jobs(doubles.quick, workers=2)
    one = Library(Runs(None), jobs)
    yield one
    one.uploads.close()
    jobs.close()


WHAT = "cap=12,2026-01,6,12&strategy=bigtech_2,price_war,2025-01&seeds=2&lang=en"


def complete(library: Library, what: WhatIf) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        now = seen(library, what, asker="a page")
        if all(sight.stage == "whole" for sight in now.sights):
            return
        time.sleep(0.02)
    raise AssertionError(now)


def test_the_file_is_the_what_if(library: Library) -> None:
    what = asked(WHAT)
    text = scenario_file(library, what)
    assert isinstance(text, str)
    order = library.order(what.base, what.changes(), what.seeds, what.borrowers)
    assert not isinstance(order, Problem)
    assert Scenario.from_outside(text, "what_if").hash == order[0].hash
    assert "extends: observed" in text


def test_files_are_served_once_the_answer_is_there(library: Library) -> None:
    client = make_app(library).server.test_client()
    assert client.get(f"{FOLDER}{CSV}?{WHAT}").status_code == 409
    complete(library, asked(WHAT))
    csv = client.get(f"{FOLDER}{CSV}?{WHAT}")
    assert csv.status_code == 200
    assert csv.text.startswith("\ufeffseed,month,measure")
    assert client.get(f"{FOLDER}{PARQUET}?{WHAT}").data[:4] == b"PAR1"
    assert "<html" in client.get(f"{FOLDER}{REPORT}?{WHAT}").text
    assert client.get(f"{FOLDER}{SCENARIO}?{WHAT}").text.startswith("extends: observed")
    assert client.get(f"{FOLDER}secret.txt?{WHAT}").status_code == 404
    refused = client.get(f"{FOLDER}{SCENARIO}?cap=900,2026-01,0,0")
    assert refused.status_code == 400
    assert "out of bounds" in refused.text


def test_a_change_that_cannot_be_is_told(library: Library) -> None:
    now = seen(library, asked("strategy=nobody_9,price_war,2025-01"))
    assert now.scenario.problem is not None
    assert "nobody_9" in str(now.scenario.problem.values["error"])


def test_a_page_that_moves_a_lever_lets_go_of_what_it_asked_for(library: Library) -> None:
    library.jobs._work = doubles.endless
    one, two = asked("cap=12,2026-01,0,0"), asked("cap=13,2026-01,0,0")
    seen(library, one, asker="a page")
    order = library.order(one.base, one.changes(), one.seeds, one.borrowers)
    assert not isinstance(order, Problem)
    assert order[1] in library.jobs._jobs
    seen(library, two, asker="a page")
    assert order[1] not in library.jobs._jobs


def sent(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode()
    return f"data:application/octet-stream;base64,{base64.b64encode(raw).decode()}"


def test_an_uploaded_scenario_is_a_base(library: Library) -> None:
    text = "extends: observed\ntitle: Mine\npopulation: 400_000_000\n"
    source = library.uploads.take(sent(text), "C:\\secret\\My File.yaml")
    scenario = library.scenario(source)
    assert not isinstance(scenario, Problem)
    assert (scenario.name, scenario.title, scenario.population) == ("my_file", "Mine", 400_000_000)
    complete(library, asked(f"scenario={source}&{WHAT}"))
    text = scenario_file(library, asked(f"scenario={source}&{WHAT}"))  # type: ignore[assignment]
    assert Scenario.from_outside(text, "x").population == 400_000_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extends: /etc/passwd", "can only name a scenario that comes with the program"),
        ("extends: ../secret.yaml", "can only name a scenario that comes with the program"),
        ("extends: observed.yaml", "can only name a scenario that comes with the program"),
        ("extends: nowhere", "no scenario 'nowhere'"),
        ("population: 12", "is missing"),
        ("extends: observed\npopulation: 0", "population is 0"),
        ("a: &x 1\nb: *x", "anchor"),
        ("!!python/object/apply:os.system [ls]", "line 1"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        ("#" * (LARGEST_UPLOAD + 1), "allowed: 200,000"),
    ],
)
def test_a_bad_upload_is_refused_in_words(library: Library, text: str | bytes, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("(", "\\(")) as refused:
        library.uploads.take(sent(text), "bad.yaml")
    assert "Traceback" not in str(refused.value)
    assert "/work" not in str(refused.value)


REACTION = (
    "{starts: 2024-02, figure: hhi, above: 9000, back: 100, moves: openness, step: -1%, bound: 0}"
)


def rules_and_reactions(rules: int, reactions: int, instrument: str = "leverage") -> str:
    """A scenario with many rules of one instrument, each of one step, and reactions."""
    lines = ["extends: observed", "policy:", f"  {instrument}:"]
    for number in range(rules):
        month = f"{2024 + number % 6}-{1 + number % 12:02d}"
        lines.append(f"    r{number}: {{licences: [bank], steps: {{{month}: {{level: 9}}}}}}")
    lines.append("  reactions:")
    lines += [f"    q{number}: {REACTION}" for number in range(reactions)]
    return "\n".join(lines)


def test_a_month_is_judged_once_for_all_reactions(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[Month] = []
    limits_at = PolicySection.at

    def counted(policy: PolicySection, month: Month, lpr: float) -> Limits:
        judged.append(month)
        return limits_at(policy, month, lpr)

    monkeypatch.setattr(PolicySection, "at", counted)
    scenario = Scenario.from_outside(rules_and_reactions(40, 20), "many")
    assert len(scenario.policy.reactions) == 20
    assert judged
    assert len(judged) == len(set(judged))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (rules_and_reactions(400, 1), "rules; write 100 or fewer"),
        (rules_and_reactions(1, 200), "reactions has 200 rules; write 50 or fewer"),
    ],
)
def test_an_upload_that_takes_long_to_check_is_refused(
    library: Library, text: str, said: str
) -> None:
    assert len(text) < LARGEST_UPLOAD
    with pytest.raises(InputError, match=said):
        library.uploads.take(sent(text), "many.yaml")


def test_a_body_larger_than_any_upload_is_refused_before_it_is_read(library: Library) -> None:
    client = make_app(library).server.test_client()
    body = b'{"output": "' + b"x" * (2 * LARGEST_UPLOAD) + b'"}'
    address = "/_dash-update-component"
    answer = client.post(address, data=body, content_type="application/json")
    assert answer.status_code == 413


def test_a_text_larger_than_any_upload_is_not_decoded(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> bytes:
        raise AssertionError("decoded")

    monkeypatch.setattr("dashboard.uploads.base64.b64decode", never)
    with pytest.raises(InputError, match="allowed: 200,000"):
        library.uploads.take("data:;base64," + "A" * (2 * LARGEST_UPLOAD), "large.yaml")


def test_an_upload_that_is_gone_is_told(library: Library) -> None:
    now = seen(library, asked("scenario=upload:0123456789abcdef"))
    assert now.scenario.problem is not None
    assert "Upload the file again" in now.scenario.problem.text.say("en")


# --- who was hit -------------------------------------------------------------------------------


def test_reasons_say_who_lost_and_who_gained() -> None:
    base, other = seed_tables(3), seed_tables(3)
    lenders = other["lenders"]
    first, second = lenders["lender"].drop_duplicates().iloc[:2]
    doubled = lenders["balance"].where(lenders["lender"] != first, lenders["balance"] * 2)
    gone = lenders["firms"].where(lenders["lender"] != second, 0)
    other["lenders"] = lenders.assign(balance=doubled, firms=gone)
    segments = other["segments"]
    segment = segments["segment"].iloc[0]
    half = segments["active"].where(segments["segment"] != segment, segments["active"] // 2)
    other["segments"] = segments.assign(active=half)
    assert shares(base, other)[0].who == first
    assert shares(base, other)[0].effect.effect > 0
    left = firms(base, other)
    assert [reason.who for reason in left] == [second]
    assert left[0].effect.other == 0
    lost = access(base, other)[0]
    assert lost.who == segment
    assert lost.effect.effect < 0
    assert firms(base, base) == []


def test_a_lender_of_one_world_alone_counts_as_none_in_the_other() -> None:
    base, other = seed_tables(2), seed_tables(2)
    name = other["lenders"]["lender"].iloc[0]
    entrant = other["lenders"][other["lenders"]["lender"] == name].assign(lender="newcomer")
    other["lenders"] = pandas.concat([other["lenders"], entrant], ignore_index=True)
    found = {reason.who: reason for reason in firms(base, other)}
    assert found["newcomer"].effect.base == 0
    assert dict(parse_qsl(WHAT))["lang"] == "en"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"scenario": "run:nowhere"}, "There is no run “nowhere” in the folder"),
        ({"scenario": "nowhere"}, None),
        ({"scenario": "observed"}, None),
    ],
)
def test_a_run_that_is_not_there_is_told(
    library: Library, query: dict[str, str], said: str | None
) -> None:
    page = json.dumps(what_if(library, query, "en", None), default=plain, ensure_ascii=False)
    assert ("in the folder; the base is observed instead" in page) is (said is not None)
    assert said is None or said in page


def plain(component: Any) -> Any:
    return component.to_plotly_json()


@pytest.mark.parametrize(
    ("query", "english", "chinese", "bars"),
    [
        ({"cap": "12,2026-01,0,0"}, "from 2026-01 on", "自 2026-01 起", ["bar"]),
        (
            {"cap": "12,2026-01,6,12"},
            "from 2026-01 on, announced 2025-07, in full from 2027-01",
            "自 2026-01 起，2025-07 公布，2027-01 起完全生效",
            ["bar before", "bar"],
        ),
        ({"recession": "20,2026-01,12"}, "2026-01 to 2026-12", "2026-01 至 2026-12", ["bar"]),
    ],
)
def test_the_timeline_says_from_when_to_when(
    query: dict[str, str], english: str, chinese: str, bars: list[str]
) -> None:
    what = WhatIf.of({"scenario": "observed"} | query)
    assert not what.faults
    (dated,) = what.dated()
    assert words(dated, "en").endswith(f": {english}")
    assert words(dated, "zh").endswith(f"：{chinese}")
    track = json.loads(json.dumps(timeline(what, "en"), cls=PlotlyJSONEncoder))
    drawn = track[0]["props"]["children"][0]["props"]["children"][1]["props"]["children"]
    assert [one["props"]["className"] for one in drawn] == bars
    last = drawn[-1]["props"]["style"]
    ends = float(last["left"][:-1]) + float(last["width"][:-1])
    assert ends == pytest.approx(100 if "to" not in english else 100 * 36 / 84, abs=0.02)
