"""Downloading: a file from an address to its place, whole and right or not at all."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress

Check = Callable[[Path], None]
"""Looks at what arrived; raises ValueError, whose text is the reason, where it is not right."""


def bars(name: str, address: str, folder: Path) -> "Progress":
    """Say what is fetched, from where and into which folder; the bars are drawn on a terminal."""
    from rich.console import Console
    from rich.progress import DownloadColumn, Progress

    console = Console(stderr=True)
    console.print(f"fetching {name} from {address} into {folder}", soft_wrap=True)
    columns = (*Progress.get_default_columns(), DownloadColumn())
    hidden = not console.is_terminal
    return Progress(*columns, console=console, transient=True, disable=hidden)


def download(address: str, path: Path, check: Check, progress: "Progress") -> None:
    """Fetch a file to a temporary name, and give it its own name if it is right.

    Raises OSError where it cannot be fetched or written, and what `check` raises.
    """
    import pooch

    downloader: Any = pooch.HTTPDownloader  # its annotations know of no bars but tqdm's
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
    os.close(handle)
    arrived, answers = Path(name), list[Any]()

    def keep(answer: Any, **_options: Any) -> None:
        answers.append(answer)

    try:
        options = {"progressbar": _Bar(progress, path.name), "chunk_size": 2**16}
        downloader(**options, hooks={"response": keep})(address, str(arrived), None)
        check(arrived)
        arrived.chmod(0o644)
        arrived.replace(path)
    finally:
        for answer in answers:  # one that was refused stays open otherwise
            answer.close()
        arrived.unlink(missing_ok=True)


def why(error: Exception) -> str:
    """Why a file did not arrive, as a sentence says it."""
    from requests import ConnectionError, HTTPError, Timeout
    from requests.exceptions import ChunkedEncodingError

    if isinstance(error, HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, ChunkedEncodingError) or "IncompleteRead" in str(error):
        return "the server broke off"
    if isinstance(error, Timeout):
        return "the server does not answer"
    if isinstance(error, ConnectionError):
        return "the server cannot be reached"
    return str(error)


class _Bar:
    """What pooch tells about a file on its way, as a bar."""

    def __init__(self, progress: "Progress", file: str) -> None:
        self._progress, self._task = progress, progress.add_task(file)
        self._total = 0

    @property
    def total(self) -> int:
        """The number of bytes that are expected."""
        return self._total

    @total.setter
    def total(self, total: int) -> None:
        self._total = total
        self._progress.update(self._task, total=total)

    def update(self, amount: int) -> None:
        """So many more bytes have arrived."""
        self._progress.advance(self._task, amount)

    def reset(self) -> None:
        """Count from the beginning."""
        self._progress.reset(self._task)

    def close(self) -> None:
        """The file is whole."""
