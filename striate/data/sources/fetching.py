"""Where the files of a published set are found, and how they get there.

First in the folder of its name below $STRIATE_DATA, then in the cache; at last they are fetched
from where they were published, or from $STRIATE_MIRROR/<name>/, once, and kept only if their
checksums are the published ones.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from striate.data.sources.published import Published
from striate.errors import DataError

if TYPE_CHECKING:
    from rich.progress import Progress


def cache_folder() -> Path:
    """Where fetched sets are kept: $STRIATE_CACHE, or the place that the system has for that."""
    import pooch

    return Path(os.environ.get("STRIATE_CACHE") or pooch.os_cache("striate")).expanduser()


def locate(published: Published) -> Path:
    """The folder that holds every file of the set, which are fetched where there is none.

    Raises DataError, which names the files and where to put them, where they cannot be fetched.
    """
    places, shelf = [cache_folder() / published.name], os.environ.get("STRIATE_DATA")
    if shelf:
        places.insert(0, Path(shelf).expanduser() / published.name)
    for folder in places:
        if all(_holds(folder, file) for file in published.files):
            return folder
    _fetch(published, places[-1])
    return places[-1]


def _holds(folder: Path, file: str) -> bool:
    """Whether the file is there, packed or unpacked."""
    return (folder / file).is_file() or (folder / file.removesuffix(".gz")).is_file()


def _fetch(published: Published, folder: Path) -> None:
    """Fetch every file of the set into the folder, with a bar on a terminal."""
    from rich.console import Console
    from rich.progress import DownloadColumn, Progress

    mirror = os.environ.get("STRIATE_MIRROR")
    address = f"{mirror.rstrip('/')}/{published.name}" if mirror else published.address
    console = Console(stderr=True)
    console.print(f"fetching {published.name} from {address} into {folder}", soft_wrap=True)
    columns = (*Progress.get_default_columns(), DownloadColumn())
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        for file, checksum in published.files.items():
            try:
                _fetch_file(f"{address}/{file}", folder / file, checksum, _Bar(progress, file))
            except (OSError, ValueError) as error:
                raise _not_fetched(published, folder, f"{address}/{file}", error) from error


def _fetch_file(address: str, path: Path, checksum: str, bar: "_Bar") -> None:
    """Fetch one file to a temporary name, and give it its own name if the checksum is right."""
    import pooch

    downloader: Any = pooch.HTTPDownloader  # its annotations know of no bars but tqdm's
    pooch.get_logger().setLevel("ERROR")  # what it would say is said by the bar and the errors
    pooch.retrieve(
        address,
        known_hash=f"md5:{checksum}",
        fname=path.name,
        path=path.parent,
        downloader=downloader(progressbar=bar, chunk_size=2**16),
    )


def _not_fetched(published: Published, folder: Path, address: str, error: Exception) -> DataError:
    """The error for a file that did not arrive: why, and how to do without fetching."""
    from requests import ConnectionError, HTTPError

    reason = str(error)
    if isinstance(error, HTTPError) and error.response is not None:
        reason = f"the server answered {error.response.status_code}"
    elif isinstance(error, ConnectionError):
        reason = "the server cannot be reached"
    elif not isinstance(error, OSError):
        reason = "what arrived has another checksum than the published file"
    files = ", ".join(published.files)
    return DataError(
        f"{published.name} is not on this machine, and {address} could not be fetched: {reason}",
        help=[
            f"put {files} into {folder}",
            f"or set STRIATE_DATA to a folder whose folder {published.name} has them",
            "`digits` needs no network",
        ],
    )


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
