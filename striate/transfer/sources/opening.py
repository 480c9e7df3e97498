"""Opening weights by what a person calls them: a file, a name, or an address."""

import difflib
from pathlib import Path

from striate.data.sources.addresses import expanded
from striate.errors import WeightsError
from striate.transfer.sources.fetching import fetch_address, fetch_file
from striate.transfer.sources.hub import from_hub, is_repository
from striate.transfer.sources.local import from_path
from striate.transfer.sources.published import TORCHVISION, File, repositories, torchvision_files
from striate.transfer.weights.files import ENDINGS
from striate.transfer.weights.record import Weights

FORMS = (
    "weights are a file, a run folder, OWNER/NAME on the Hugging Face hub, an https:// address, "
    "or torchvision"
)


def open_weights(source: str | Path, *, network: str = "") -> Weights:
    """The weights that are meant by a path, a name or an address, with what is known of them.

    A path that is there is what it is. "torchvision" are the weights that torchvision publishes for
    `network`, "torchvision/resnet50-0676ba61" those in one of its files; OWNER/NAME is a repository
    of the Hugging Face hub. Raises WeightsError where there are none, or they cannot be had.
    """
    if isinstance(source, Path):
        return from_path(expanded(source), str(source))
    if source != TORCHVISION and _is_there(source):
        return from_path(expanded(Path(source)), source)
    if source.startswith(("https://", "http://")):
        return _from_address(source)
    if source == TORCHVISION or source.startswith(f"{TORCHVISION}/"):
        return _from_torchvision(_file(source, network), source)
    if Path(source).suffix.lower() in ENDINGS or source.startswith((".", "/", "~")):
        return from_path(expanded(Path(source)), source)  # which says that there is none
    if is_repository(source):
        return from_hub(source)
    raise _unknown(source)


def _is_there(source: str) -> bool:
    """Whether something lies at a path."""
    try:
        return bool(source) and expanded(Path(source)).exists()
    except (OSError, ValueError):  # too long for a name, or no name at all
        return False


def _from_torchvision(file: File, source: str) -> Weights:
    """The weights in a file of torchvision's, if that is what lies there."""
    path = fetch_file(file)
    weights = from_path(path, source)
    if not weights.sha256.startswith(file.checksum):
        raise WeightsError(
            f"{path} is not the published file: its SHA-256 begins with "
            f"{weights.sha256[: len(file.checksum)]}, and not with {file.checksum}",
            help=[f"remove {path}: it is fetched again"],
        )
    return weights


def _from_address(address: str) -> Weights:
    """The weights at an address; what turns out to be none is not kept."""
    path = fetch_address(address)
    try:
        return from_path(path, address)
    except WeightsError:
        path.unlink(missing_ok=True)
        raise


def _file(source: str, network: str) -> File:
    """The file of torchvision's that is meant: by its name, or by its network."""
    name = source.partition("/")[2]
    asked = name or network
    for file in torchvision_files():
        if asked in (file.network, file.name, Path(file.name).stem):
            return file
    if not asked:
        raise WeightsError(
            "torchvision publishes weights for many networks, and none is named",
            help=["name one: torchvision/resnet18"],
        )
    raise WeightsError(
        f"torchvision publishes no weights under the name {asked}",
        help=_near(name) or ["it has them for " + ", ".join(_networks())],
    )


def _networks() -> list[str]:
    """The networks that torchvision publishes weights for, each once."""
    return list(dict.fromkeys(file.network for file in torchvision_files()))


def _near(asked: str) -> list[str]:
    """A remedy that names what is known by nearly that name, if anything is."""
    known = {file.source.partition("/")[2]: file.source for file in torchvision_files()}
    known |= {file.network: f"{TORCHVISION}/{file.network}" for file in torchvision_files()}
    known |= {row.name: row.name for row in repositories()}
    known |= {row.name.partition("/")[2]: row.name for row in repositories()}
    near = difflib.get_close_matches(asked, known, n=3, cutoff=0.6)
    named = dict.fromkeys(known[name] for name in near)
    return [f"did you mean {' or '.join(named)}?"] if named else []


def _unknown(source: str) -> WeightsError:
    """The error for a name that is nothing: what is called nearly so, and what there is."""
    return WeightsError(
        f"there are no weights called '{source}'",
        help=[*_near(source), FORMS, "`striate weights` lists what is known by name"],
    )
