"""Reading YAML strictly: what a value can be, what is refused, and in which words."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import yaml_reader
from sim.core.errors import InputError
from sim.yaml_reader import LARGEST_FILE, Document, Value, read_yaml_file, read_yaml_text
from sim.yaml_writer import yaml_text

DECIMAL = "write a decimal number without leading zeros, or quotes around a name"


def message(text: str) -> str:
    """The message for a text that cannot be used; exactly one line."""
    with pytest.raises(InputError) as caught:
        read_yaml_text(text, "my.yaml")
    told = str(caught.value)
    assert told.isprintable()
    return told


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("500_000_000", 500_000_000),
        ("9223372036854775807", 2**63 - 1),
        ("0.24", 0.24),
        (".5", 0.5),
        ("5.", 5.0),
        ("-1.5e-3", -0.0015),
        ("1e3", 1000.0),
        ("24%", "24%"),
        ("2026-01", "2026-01"),
        ("2026-01-31", "2026-01-31"),
        ("1:30", "1:30"),
        ("190:20:30", "190:20:30"),
        ("1_0", "1_0"),
        ("1.2.3", "1.2.3"),
        ("'yes'", "yes"),
        ("'null'", "null"),
        ("'010'", "010"),
        ('"24"', "24"),
        ("''", ""),
        ("yes, but", "yes, but"),
        ("=", "="),
        ("北京", "北京"),
        ("[1, [a, 24%], {b: 2}]", [1, ["a", "24%"], {"b": 2}]),
        ("{}", {}),
        ("[]", []),
        ("null", None),
    ],
)
def test_a_value_is_what_it_looks_like(written: str, value: Value) -> None:
    found = read_yaml_text(f"a: {written}", "my.yaml").content["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("key", ["2026-01", "24%", "7", "with space", "价格", "'on'", "'7'"])
def test_a_key_is_its_text(key: str) -> None:
    assert list(read_yaml_text(f"{key}: 1", "my.yaml").content) == [key.strip("'")]


def test_the_line_of_every_key_and_item_is_known() -> None:
    text = """title: x

policy:
  cap: {level: 24%,
    base: all_in}
  licences:
  - a
  - b: 1
"""
    places = read_yaml_text(text, "my.yaml").places
    assert {path: place.line for path, place in places.items()} == {
        (): 1,
        ("title",): 1,
        ("policy",): 3,
        ("policy", "cap"): 4,
        ("policy", "cap", "level"): 4,
        ("policy", "cap", "base"): 5,
        ("policy", "licences"): 6,
        ("policy", "licences", 0): 7,
        ("policy", "licences", 1): 8,
        ("policy", "licences", 1, "b"): 8,
    }
    assert str(places["policy", "cap"]) == "my.yaml, line 4"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # look-alikes of booleans and of null
        ("a: yes", "line 1: a is yes; write true or false, or 'yes' in quotes if it is a name"),
        (
            "a: {b: Off}",
            "line 1: a.b is Off; write true or false, or 'Off' in quotes if it is a name",
        ),
        ("a: True", "line 1: a is True; write true or false, or 'True' in quotes if it is a name"),
        ("a: n", "line 1: a is n; write true or false, or 'n' in quotes if it is a name"),
        ("a: ~", "line 1: a is ~; write null, or '~' in quotes if it is a name"),
        ("a: NULL", "line 1: a is NULL; write null, or 'NULL' in quotes if it is a name"),
        ("no: 1", "line 1: found key no; write 'no' in quotes if it is a name"),
        ("a:\n  null: 1", "line 2: found key null in a; write 'null' in quotes if it is a name"),
        ("a:\nb: 1", "line 1: a has no value; write one, or null to remove what the parent has"),
        ("a: [1, null]", "line 1: a.1 is null; leave it out"),
        # numbers in other notations, or too large
        ("a: 010", f"line 1: a is 010; {DECIMAL}"),
        ("a: 0x1F", f"line 1: a is 0x1F; {DECIMAL}"),
        ("a: -0b1", f"line 1: a is -0b1; {DECIMAL}"),
        ("a: .inf", "line 1: a is .inf; write a finite number, or quotes around a name"),
        ("a: NaN", "line 1: a is NaN; write a finite number, or quotes around a name"),
        ("a: 1e999", "line 1: a is 1e999; a number lies within ±1.8e308"),
        (
            "a: 9223372036854775808",
            "line 1: a is 9223372036854775808; a whole number lies within ±2^63",
        ),
        # what makes a file say one thing and mean another
        ("a: 1\nb: 2\na: 3", "line 3: found key 'a' a second time (first on line 1); keep one"),
        (
            "a:\n  b: 1\n  'b': 2",
            "line 3: found key 'b' in a a second time (first on line 2); keep one",
        ),
        ("a: &x 1", "line 1: found anchor &x; write the value out where it is used"),
        ("a: &x {b: 1}", "line 1: found anchor &x; write the value out where it is used"),
        ("a: 1\nb: *x", "line 2: found alias *x; write the value out"),
        ("a: !!str 1", "line 1: found tag !!str; write the plain value"),
        ("a: !load [x]", "line 1: found tag !load; write the plain value"),
        ("! a: 1", "line 1: found tag !; write the plain value"),
        (
            "a:\n  <<: {b: 1}",
            "line 2: found merge key << in a; use 'extends' or write the values out",
        ),
        ("a: 1\n---\nb: 2", "line 2: found a second document (---); a file holds one"),
        ("%YAML 1.1\n---\na: 1", "line 1: found a directive (%...); leave it out"),
        # keys that a dotted path could not name
        ("a.b: 1", "line 1: found key 'a.b'; a key is a name or a month, without dots"),
        ("'': 1", "line 1: found key ''; a key is a name or a month, without dots"),
        ("? [a]\n: 1", "line 1: found a list or mapping as a key; a key is a name or a month"),
        ("{a: 1}: 2", "line 1: found a list or mapping as a key; a key is a name or a month"),
        # not a mapping
        ("- a", "line 1: found a list at the top level; write keys and values"),
        ("a text", "line 1: found text or a number at the top level; write keys and values"),
        # not YAML, not text
        ("a: 1\n\tb: 2", "line 2: not valid YAML: a tab indents it; indent with spaces"),
        ("a: \x07", "line 1: character 0x07 does not belong in a text file"),
        (
            'a: "x\\0"',
            r"line 1: found text with a control character, 'x\x00'; leave it out",
        ),
        ("a: " + 25 * "[", "line 1: found more than 20 levels of nesting; flatten it"),
    ],
)
def test_what_is_refused(text: str, told: str) -> None:
    assert message(text) == f"my.yaml, {told}"


def test_a_broken_file_names_the_line() -> None:
    told = message("a: 1\nb: {c: 1\nd: 2\n")
    assert told.startswith("my.yaml, line 3: not valid YAML: ")


@pytest.mark.parametrize("text", ["", "\n\n", "# only a remark\n", "---\n", "---\n...\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert message(text) == "my.yaml is empty; write keys and values, such as 'title: ...'"


def test_nesting_up_to_the_limit_is_read() -> None:
    text = 19 * "{a: " + "1" + 19 * "}"
    assert read_yaml_text(text, "my.yaml").places[19 * ("a",)].line == 1
    assert "levels of nesting" in message(20 * "{a: " + "{}" + 20 * "}")


def test_messages_stay_on_one_line_whatever_the_file_holds() -> None:
    told = message("a: !<" + 300 * "x" + "> 1")
    assert len(told) < 150
    assert "\\n" in message('"a\\nb": 1')


def file_message(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_yaml_file(path, "my.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (
            b"title: caf\xe9\n",
            "my.yaml, line 1: byte 0xe9 is not UTF-8 text; save the file as UTF-8",
        ),
        (
            "a: 1".encode("utf-16"),
            "my.yaml, line 1: byte 0xff is not UTF-8 text; save the file as UTF-8",
        ),
        (b"a: 1\n\x00\x01\x02", "my.yaml, line 2: character 0x00 does not belong in a text file"),
        (b"PK\x03\x04", "my.yaml, line 1: character 0x03 does not belong in a text file"),
    ],
)
def test_a_binary_file_is_refused(raw: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_bytes(raw)
    assert file_message(path) == told


def test_a_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    assert read_yaml_file(path).content == {"a": 1}


def test_a_large_file_is_refused_before_it_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my.yaml"
    path.write_bytes(10_000_000 * b"[")

    def parse(*_: object, **__: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr(yaml, "parse", parse)
    assert file_message(path) == "my.yaml is larger than 1 MB; a file to read is smaller"
    with pytest.raises(InputError, match="larger than 1 MB"):
        read_yaml_text((LARGEST_FILE + 1) * "#", "my.yaml")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert file_message(tmp_path / "absent.yaml") == "my.yaml does not exist"
    assert file_message(tmp_path) == "my.yaml is a folder; name a YAML file"
    assert file_message(Path(os.devnull)) == "my.yaml is not a regular file; name a YAML file"
    assert file_message(Path("a\0b")) == "my.yaml is not a path"
    assert file_message(tmp_path / (300 * "x")).startswith("my.yaml cannot be read: ")


texts = st.text(st.characters(exclude_categories=["C"]), max_size=12) | st.sampled_from(
    [
        "yes",
        "no",
        "on",
        "~",
        "null",
        "true",
        "010",
        "1e3",
        "2026-01",
        "24%",
        "<<",
        "0x1F",
        "1:30",
        " ",
    ]
)
keys = texts.filter(
    lambda key: key != "" and "." not in key and key == key.strip() and key.isprintable()
)
scalars = (
    st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(keys, below, max_size=3)
)
contents = st.dictionaries(keys, values, min_size=1, max_size=4)


@given(contents)
@settings(deadline=None)
def test_what_is_written_is_read_back(content: dict[str, Value]) -> None:
    assert read_yaml_text(yaml_text(content), "my.yaml").content == content


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(deadline=None, max_examples=300)
def test_no_bytes_cause_any_other_error(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my.yaml"
        path.write_bytes(raw)
        assert outcome(lambda: read_yaml_file(path)).isprintable()


@given(st.text("ab:-? \n{}[],'\"&*!%#|>~0123.\t<", max_size=60))
@settings(deadline=None, max_examples=300)
def test_no_punctuation_causes_any_other_error(text: str) -> None:
    for loader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml_reader, "_Loader", loader)
            assert outcome(lambda: read_yaml_text(text, "my.yaml")).isprintable()


def outcome(read: Callable[[], Document]) -> str:
    """`read`, or the message with which it was refused."""
    try:
        return "read" if isinstance(read().content, dict) else "\0"
    except InputError as error:
        return str(error)
