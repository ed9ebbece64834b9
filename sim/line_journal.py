"""A file of lines that only ever grows, each on the disk before anything relies on it.

A line that a crash cut short is not there: it is dropped when the file is opened again.
"""

import os
from collections.abc import Iterator
from pathlib import Path


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines that are whole, in order; none where there is no file."""
    if path.exists():
        yield from path.read_bytes().split(b"\n")[:-1]


class LineJournal:
    """A file of lines, open at its end. Holds none of them."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        self._end = self._whole_lines()
        os.ftruncate(self._handle, self._end)

    def add(self, text: str) -> None:
        """Write a line and wait until it is on the disk; OSError if it cannot be written."""
        line = f"{text}\n".encode()
        os.lseek(self._handle, self._end, os.SEEK_SET)
        written = os.write(self._handle, line)
        if written < len(line):
            os.ftruncate(self._handle, self._end)
            raise OSError(28, "No space left on device")
        os.fsync(self._handle)
        self._end += len(line)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._handle)

    def _whole_lines(self) -> int:
        """Bytes up to the end of the last line that is whole."""
        size = os.lseek(self._handle, 0, os.SEEK_END)
        os.lseek(self._handle, 0, os.SEEK_SET)
        content = b""
        while len(content) < size and (part := os.read(self._handle, size - len(content))):
            content += part
        return content.rfind(b"\n") + 1
