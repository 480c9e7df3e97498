"""The run folder: everything about one training, under names that do not change.

    net.cnn               the network, every size written out (net.txt: a module of somebody else)
    recipe.toml           how it was trained, on which images, for which task
    environment.json      on which machine, with which versions
    split.csv             which image taught, chose, judged
    data.json             what there is of each class, and which files were left out, and why
    results.csv           a row for every epoch
    journal.jsonl         what happened, in order
    weights/              best.safetensors and last.safetensors; start.safetensors until it is over
    augmented.png         what the network saw of a few training images
    curves.png            and the pictures of the task: confusion.png, reliability.png, worst.png

A checkpoint lies there as long as the run is not finished.
"""

import re
import shlex
from itertools import count
from pathlib import Path

from striate.errors import RunError
from striate.training import checkpoint
from striate.training.loop import LAST

NETWORK, MODULE = "net.cnn", "net.txt"
RECIPE, ENVIRONMENT, SPLIT = "recipe.toml", "environment.json", "split.csv"
DATA = "data.json"
START = Path("weights/start.safetensors")
"""The weights that a training began with, where they came from elsewhere."""
AUGMENTED, CURVES = "augmented.png", "curves.png"


def new_folder(project: str | Path, data: str, network: str) -> Path:
    """Make `<project>/<data>-<network>N`, N the first number that is free.

    A hyphen stands before N where the name ends in a digit. No two processes are ever given the
    same. Raises RunError where none can be made.

    >>> import tempfile
    >>> project = tempfile.mkdtemp()
    >>> [new_folder(project, "digits", "lenet").name for _ in range(2)]
    ['digits-lenet1', 'digits-lenet2']
    """
    name = f"{_plain(data)}-{_plain(network)}"
    name += "-" if name[-1].isdigit() else ""
    try:
        Path(project).mkdir(parents=True, exist_ok=True)
        for number in count(1):
            folder = Path(project) / f"{name}{number}"
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder
    except OSError as error:
        raise RunError(
            f"no run folder can be made in {project}: {error.strerror or error}",
            help=["name a folder that can be written: --project runs"],
        ) from error
    raise AssertionError("there is always another number")


def require_apart(project: str | Path, images: Path) -> None:
    """Raise RunError where runs would be made in the folder of images, which stays as it is."""
    place, root = Path(project).resolve(), images.resolve()
    if root.is_dir() and (place == root or root in place.parents):
        raise RunError(
            f"runs would be written to {place}, in {root}, which stays as it is",
            help=[f"name another folder: --project {quoted(root.parent / 'runs')}"],
        )


def require_run(folder: Path) -> None:
    """Raise RunError where a folder holds no run."""
    networks = (folder / NETWORK, folder / MODULE)
    if (folder / RECIPE).is_file() and any(network.is_file() for network in networks):
        return
    what = "holds no run" if folder.is_dir() else "does not exist"
    inside, beside = (
        sorted(place.glob(f"*/{RECIPE}"), key=lambda path: path.stat().st_mtime)
        for place in (folder, folder.parent)
    )
    where, records = ("in", inside) if inside else ("beside", beside)
    there = ", ".join(str(path.parent) for path in records[:-4:-1])
    raise RunError(
        f"{folder} {what}",
        help=[
            f"the newest runs {where} it: {there}" if there else "train one: striate train digits"
        ],
    )


def is_finished(folder: Path) -> bool:
    """Whether training came to its end and everything is written."""
    return (folder / LAST).exists() and not (folder / checkpoint.NAME).exists()


def quoted(path: Path) -> str:
    """A path as it is typed into a shell."""
    return shlex.quote(str(path))


def _plain(name: str) -> str:
    """A name that any file system takes.

    >>> _plain("ants & bees/2")
    'ants-bees-2'
    """
    return re.sub(r"[^\w.+]+", "-", name).strip("-.") or "unnamed"
