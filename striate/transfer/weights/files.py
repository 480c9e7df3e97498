"""Reading weights from a file: safetensors, or what `torch.save` wrote, never running its code."""

import hashlib
from pathlib import Path

from striate.errors import WeightsError
from striate.transfer.weights.facts import facts_in
from striate.transfer.weights.pickles import read_pickle
from striate.transfer.weights.record import Weights
from striate.transfer.weights.safe import read_safetensors
from striate.transfer.weights.signs import START, form_of, told

ENDINGS = (".safetensors", ".pth", ".pt", ".bin", ".ckpt", ".th", ".tar")
"""What the name of a file of weights ends in; the bytes in it decide what it is."""

BEST = Path("weights/best.safetensors")
"""The best weights in the folder of a run."""


def read_weights(path: Path, *, source: str = "") -> Weights:
    """The tensors in a file, or the best weights of a run folder, and what the file says of them.

    Tensors are mapped, not copied, where the form of the file allows that. Raises WeightsError for
    anything that is no weights, whatever it is.

    >>> import tempfile, torch
    >>> path = Path(tempfile.mkdtemp()) / "small.pth"
    >>> torch.save({"fc.weight": torch.zeros(2, 4)}, path)
    >>> read_weights(path).tensors["fc.weight"].shape
    torch.Size([2, 4])
    """
    file = _file(Path(path))
    form, sha256 = _looked_at(file)
    notes: tuple[str, ...] = ()
    metadata: dict[str, str] = {}
    if form == "safetensors":
        tensors, metadata = read_safetensors(file)
    else:
        tensors, notes = read_pickle(file)
    if not tensors:
        raise WeightsError(f"{file} holds no tensors", help=["name a file of weights"])
    facts = facts_in(metadata, file)
    return Weights(
        tensors,
        source or str(path),
        file,
        sha256,
        licence=facts.licence,
        look=facts.look,
        classes=facts.classes,
        network=facts.network,
        notes=notes,
        metadata=metadata,
    )


def _file(path: Path) -> Path:
    """The file that is meant by a path. Raises WeightsError where there is none."""
    try:
        file = path / BEST if path.is_dir() and (path / BEST).is_file() else path
        if not file.is_dir():
            file.stat()
            return file
        names = sorted(found.name for found in file.iterdir() if found.suffix in ENDINGS)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    raise WeightsError(
        f"{path} is a folder, and neither a file of weights nor a run that has any",
        help=[f"name a file: {', '.join(names[:5]) or 'its name ends in .safetensors or .pth'}"],
    )


def _looked_at(file: Path) -> tuple[str, str]:
    """The form and the sha256 of a file. Raises WeightsError where it is no weights."""
    if not file.is_file():
        raise WeightsError(f"{file} is no file", help=["name a file of weights"])
    try:
        with file.open("rb") as opened:
            start = opened.read(START)
            opened.seek(0)
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(file, error) from None
    form = form_of(start)
    if form:
        return form, sha256
    is_what = f"is no file of weights: it is {told(start)}" if start else "is empty"
    raise WeightsError(f"{file} {is_what}", help=["get it again, or name another file of weights"])


def _unreadable(path: Path, error: OSError | ValueError) -> WeightsError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return WeightsError(
        f"{path} cannot be read: {reason[:1].lower()}{reason[1:]}",
        help=["name a file of weights: its name ends in .safetensors, .pth, .pt or .bin"],
    )
