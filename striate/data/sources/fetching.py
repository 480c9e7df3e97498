"""Where the files of a published set are found, and how they get there.

First in the folder of its name below $STRIATE_DATA, then in the cache; at last they are fetched
from where they were published, or from $STRIATE_MIRROR/<name>/, once, and kept only if their
checksums are the published ones.
"""

import hashlib
import os
from pathlib import Path

from striate.data.sources.downloading import Check, bars, download, why
from striate.data.sources.published import Published
from striate.errors import DataError


def cache_folder() -> Path:
    """Where fetched sets are kept: $STRIATE_CACHE, or the place that the system has for that."""
    import pooch

    return Path(os.environ.get("STRIATE_CACHE") or pooch.os_cache("striate")).expanduser()


def places(name: str) -> list[Path]:
    """Where what is published may lie on this machine: below $STRIATE_DATA, or in the cache."""
    shelf = os.environ.get("STRIATE_DATA")
    shelves = [Path(shelf).expanduser()] if shelf else []
    return [folder / name for folder in (*shelves, cache_folder())]


def mirrored(name: str, address: str) -> str:
    """The address of what is published: that, or its name on $STRIATE_MIRROR where that is set."""
    mirror = os.environ.get("STRIATE_MIRROR")
    return f"{mirror.rstrip('/')}/{name}" if mirror else address


def locate(published: Published) -> Path:
    """The folder that holds every file of the set, which are fetched where there is none.

    Raises DataError, which names the files and where to put them, where they cannot be fetched.
    """
    for folder in places(published.name):
        if all(_holds(folder, file) for file in published.files):
            return folder
    folder = cache_folder() / published.name
    _fetch(published, folder)
    return folder


def _holds(folder: Path, file: str) -> bool:
    """Whether the file is there, packed or unpacked."""
    return (folder / file).is_file() or (folder / file.removesuffix(".gz")).is_file()


def _fetch(published: Published, folder: Path) -> None:
    """Fetch every file of the set into the folder."""
    address = mirrored(published.name, published.address)
    with bars(published.name, address, folder) as progress:
        for file, checksum in published.files.items():
            if _is_right(folder / file, _has(checksum)):
                continue
            try:
                download(f"{address}/{file}", folder / file, _has(checksum), progress)
            except (OSError, ValueError) as error:
                raise _not_fetched(published, folder, f"{address}/{file}", error) from error


def _is_right(path: Path, check: Check) -> bool:
    """Whether a file is there already, and passes its check."""
    try:
        check(path)
    except (OSError, ValueError):
        return False
    return True


def _has(checksum: str) -> Check:
    """The check for an MD5 sum."""

    def check(path: Path) -> None:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "md5").hexdigest() != checksum:
                raise ValueError("what arrived has another checksum than the published file")

    return check


def _not_fetched(published: Published, folder: Path, address: str, error: Exception) -> DataError:
    """The error for a file that did not arrive: why, and how to do without fetching."""
    files = ", ".join(published.files)
    return DataError(
        f"{published.name} is not on this machine, and {address} could not be fetched: "
        f"{why(error)}",
        help=[
            f"put {files} into {folder}",
            f"or set STRIATE_DATA to a folder whose folder {published.name} has them",
            "`digits` needs no network",
        ],
    )
