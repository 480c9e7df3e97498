"""Files of weights from addresses: looked for on this machine, fetched once, and checked.

They lie in the folder `weights` below $STRIATE_DATA or in the cache. What torchvision publishes
is fetched from $STRIATE_MIRROR/weights/ where that is set.
"""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from striate.data.sources.downloading import Check, bars, download, why
from striate.data.sources.fetching import cache_folder, mirrored, places
from striate.errors import WeightsError
from striate.transfer.sources.published import File, torchvision_files
from striate.transfer.weights.files import ENDINGS
from striate.transfer.weights.signs import START, form_of, told

FOLDER = "weights"


def locate(file: File) -> Path | None:
    """Where a published file lies on this machine, if it does."""
    paths = (folder / file.name for folder in places(FOLDER))
    return next((path for path in paths if path.is_file()), None)


def fetch_file(file: File) -> Path:
    """A published file, fetched where it is not on this machine. Raises WeightsError."""
    address = mirrored(f"{FOLDER}/{file.name}", file.address)
    path = cache_folder() / FOLDER / file.name
    return locate(file) or _fetch(address, path, _begins(file.checksum))


def fetch_address(address: str) -> Path:
    """The file of weights at an address, fetched where it was not before. Raises WeightsError.

    Addresses of the same file name are kept apart by the digest of the whole address.
    """
    name = _name(address)
    if Path(name).suffix.lower() not in ENDINGS:
        raise WeightsError(
            f"{address} is no address of weights: its file is called '{name}'",
            help=[f"a file of weights ends in {', '.join(ENDINGS)}"],
        )
    digest = hashlib.sha256(address.encode()).hexdigest()[:12]
    path = cache_folder() / FOLDER / digest / name
    return path if path.is_file() else _fetch(address, path, _is_weights)


def file_named(name: str) -> File | None:
    """The published file of that name, if there is one.

    >>> file_named("vgg16-397923af.pth").network
    'vgg16'
    """
    return next((file for file in torchvision_files() if file.name == name), None)


def _name(address: str) -> str:
    """What the file at an address is called; nothing where it is no address."""
    try:
        return Path(urlsplit(address).path).name
    except ValueError:
        return ""


def _fetch(address: str, path: Path, check: Check) -> Path:
    """Fetch a file to its place."""
    try:
        with bars(path.name, address, path.parent) as progress:
            download(address, path, check, progress)
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"{path.name} is not on this machine, and {address} could not be fetched: {why(error)}",
            help=[f"put {path.name} into {path.parent}", "or name a file: --weights FILE"],
        ) from error
    return path


def _begins(checksum: str) -> Check:
    """The check for how a SHA-256 begins."""

    def check(path: Path) -> None:
        _is_weights(path)
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if not found.startswith(checksum):
            raise ValueError(
                f"the SHA-256 of what arrived begins with {found[: len(checksum)]}, and that of "
                f"the published file with {checksum}"
            )

    return check


def _is_weights(path: Path) -> None:
    """The check for a file that begins as weights do."""
    with path.open("rb") as file:
        start = file.read(START)
    if not start:
        raise ValueError("what arrived is empty")
    if form_of(start) is None:
        raise ValueError(f"what arrived is no file of weights: it is {told(start)}")
