"""The notebook runs from top to bottom and shows what it says."""

import os
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebooks" / "sweep.ipynb"
ROOT = Path(__file__).parents[2]

nbformat = pytest.importorskip("nbformat", reason="needs nbclient")
nbclient = pytest.importorskip("nbclient", reason="needs nbclient")
pytest.importorskip("ipykernel", reason="needs ipykernel")


@pytest.mark.filterwarnings("ignore")  # of the kernel's own libraries
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("LOANSIM_NOTEBOOK_FOLDER", str(tmp_path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        assert not cell.get("outputs"), "outputs are not kept: the test makes them"
    kernel = "python3"
    client = nbclient.NotebookClient(
        notebook, timeout=900, kernel_name=kernel, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    last = notebook.cells[-1].outputs[-1].data["text/plain"]
    assert "runs=16, done=16, failed=0" in last
    shown = "".join(str(cell.get("outputs", "")) for cell in notebook.cells)
    assert "variance_ratio" in shown
