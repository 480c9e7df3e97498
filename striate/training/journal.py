"""journal.jsonl: what happened to a run, one event a line, in the order in which it happened.

Lines are only ever added. A process that is killed while it adds one leaves it torn; the torn
line is dropped before the run goes on.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from striate.training.writing import write_whole

NAME = "journal.jsonl"


def note(folder: Path, event: str, **facts: Any) -> None:
    """Add an event to the journal of a run folder.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> note(folder, "resumed", step=40)
    >>> [(entry["event"], entry["step"]) for entry in read_journal(folder)]
    [('resumed', 40)]
    """
    moment = datetime.now().astimezone().isoformat(timespec="seconds")
    line = json.dumps({"time": moment, "event": event, **facts})
    with (folder / NAME).open("a", encoding="utf-8", newline="\n") as file:
        file.write(line + "\n")


def read_journal(folder: Path) -> list[dict[str, Any]]:
    """The events of a run, the first one first; a torn last line is left out."""
    content = _whole_lines(folder / NAME).decode()
    return [json.loads(line) for line in content.splitlines()]


def mend_journal(folder: Path) -> None:
    """Drop the torn last line of a journal, if there is one."""
    path = folder / NAME
    if path.exists() and len(whole := _whole_lines(path)) < path.stat().st_size:
        write_whole(path, whole)


def _whole_lines(path: Path) -> bytes:
    """What a file holds up to the last line that has an end."""
    content = path.read_bytes()
    return content[: content.rfind(b"\n") + 1]
