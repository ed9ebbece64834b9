"""Uploaded scenarios: judged in a worker with a time limit, kept in a bounded folder."""

import base64
import os
import zlib
from pathlib import Path

import pytest

from dashboard.uploads import FOLDER, Uploads, make_room
from sim.core.errors import InputError
from sim.scenario import Scenario
from tests.dashboard import doubles


def sent(text: str) -> str:
    """A text as a browser sends a file."""
    return f"data:application/octet-stream;base64,{base64.b64encode(text.encode()).decode()}"


def test_an_upload_outlives_the_server_that_took_it(tmp_path: Path) -> None:
    first = Uploads(tmp_path)
    text = "extends: observed\ntitle: Mine\npopulation: 400_000_000\n"
    source = first.take(sent(text), "My File.yaml")
    first.close()
    second = Uploads(tmp_path)
    again = second.find(source)
    assert again is not None
    assert (again.name, again.title, again.population) == ("my_file", "Mine", 400_000_000)
    text = zlib.decompress(second.text(source)).decode()
    assert Scenario.from_text(text, "x").hash == again.hash
    second.close()
    (kept,) = (tmp_path / FOLDER).iterdir()
    kept.write_text(kept.read_text().replace("Mine", "Yours").replace("400000000", "300000000"))
    third = Uploads(tmp_path)
    assert third.find(source) is None  # it is not what its name says any more
    assert third.find("upload:../../secret") is None
    third.close()


def test_the_folder_of_uploads_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.uploads.MOST_FILES", 3)
    for number in range(5):
        path = tmp_path / f"{number}.yaml"
        path.write_text("x")
        os.utime(path, (number, number))
    make_room(tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["2", "3", "4"]
    monkeypatch.setattr("dashboard.uploads.MOST_BYTES", 1)
    make_room(tmp_path)
    assert [path.stem for path in tmp_path.iterdir()] == ["4"]


def test_a_file_that_takes_too_long_to_check_is_refused_and_the_next_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = Uploads(tmp_path)
    monkeypatch.setattr("dashboard.uploads.SECONDS", 0.5)
    monkeypatch.setattr("dashboard.uploads.judged", doubles.endless_judge)
    with pytest.raises(InputError, match="takes too long"):
        uploads.take(sent("extends: observed"), "slow.yaml")
    monkeypatch.undo()
    assert uploads.take(sent("extends: observed"), "quick.yaml").startswith("upload:")
    uploads.close()
