"""The guide for who works on the program: what it names exists, what it shows runs."""

import re
from pathlib import Path

import pytest

from agents.lender_parameters import LenderKind
from sim.cli import main
from sim.core.tables import MARKET
from sim.policy import PolicySection
from tests.test_docs import is_there

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED = re.findall(r"\[[^]]+\]\(([\w./]+)\)((?:,? `[\w.]+`(?!:))*)", TEXT)
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def test_everything_named_exists() -> None:
    assert len(NAMED) > 20
    for path, symbols in NAMED:
        assert (ROOT / path).is_file(), path
        for symbol in re.findall(r"`([\w.]+)`", symbols):
            assert is_there(path, symbol), (path, symbol)


def test_what_the_examples_follow_is_there() -> None:
    assert MARKET.column("over_indebted_share").label_zh
    assert "data_noise" in PolicySection.model_fields
    assert {"worst_risk", "operating_cost"} <= set(LenderKind.model_fields)


@pytest.mark.parametrize(
    ("title", "key", "shown"),
    [
        ("A credit union joins the classroom", "l credit_union_1", "Its price for its usual"),
        ("Lenders know half as much", "5", "data rule"),
    ],
)
def test_an_example_runs(
    title: str,
    key: str,
    shown: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (example,) = [text for text in EXAMPLES if f"title: {title}" in text]
    lines = example.splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    Path(tmp_path / "my.yaml").write_text("\n".join(x[indent:] for x in lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keys").write_text(f"1\n{key}\nq\n", encoding="utf-8")
    with (tmp_path / "keys").open(encoding="utf-8") as keys:
        monkeypatch.setattr("sys.stdin", keys)
        assert main(["walk", "my.yaml"]) == 0
    assert shown in " ".join(capsys.readouterr().out.split())
