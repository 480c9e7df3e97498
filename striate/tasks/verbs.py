"""The verbs: what a person asks of images, handed to whoever does it.

They are striate's own names: striate.check, striate.train, striate.load and so on.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, overload

from numpy.typing import ArrayLike
from torch import Tensor, nn

from striate import runs
from striate.data import Shards, Source, write_shards
from striate.data.checking.checking import check as checked
from striate.data.checking.checkup import Checkup
from striate.data.filtering import Filtered, Sheet, filter_photo, sheet_of
from striate.language import Tree
from striate.runs import Pretrained, Run
from striate.runs.finding import FoundRate
from striate.runs.finding import find_rate as found
from striate.runs.repeating import Repeated
from striate.runs.repeating import repeat as repeated
from striate.tasks import task_called
from striate.training import Manner, Recipe
from striate.transfer.trainable import Trainable
from striate.transfer.trainable import trainable as trainable_in
from striate.zoo import find


def check(root: str | Path, *, keep: bool = False) -> Checkup:
    """Look through class folders of images: damaged, odd and duplicate files, and counts.

    `keep` keeps placeholders, and the first frame of several, which are problems otherwise.
    """
    return checked(root, keep=keep)


def filter(
    photo: Any,
    kernel: Any = "edge",
    *,
    show: str | None = None,
    border: str = "edge",
    grey: bool = False,
) -> Filtered | Sheet:
    """A photo, a file or an image in memory, under a kernel: by its name, or its rows.

    Rows are a text, "1,0;0,1", or an array; "all" gives a sheet of all kernels that have a name.
    The result has `values`, and `save` writes what is seen of them. `show` says how numbers
    become grey: "clip", "size", "signed" or "stretch"; left out, that depends on the kernel.
    `border` is what lies beyond the photo: "edge", "zeros", "reflect" or "circular".
    """
    if isinstance(kernel, str) and kernel.lower() == "all":
        return sheet_of(photo, show=show, border=border, grey=grey)
    return filter_photo(photo, kernel, show=show, border=border, grey=grey)


@overload
def train(
    images: Source,
    network: str | Path | Tree | nn.Module = "auto",
    *,
    labels: str | Path | None = None,
    **options: Any,
) -> Run: ...
@overload
def train(
    images: Tensor | ArrayLike,
    labels: Tensor | ArrayLike,
    network: str | Path | Tree | nn.Module = "auto",
    **options: Any,
) -> Run: ...
def train(
    images: Any,
    *given: Any,
    task: str = "classify",
    recipe: Recipe | None = None,
    project: str | Path = "runs",
    size: int | tuple[int, int, int] | None = None,
    log: Sequence[str] = (),
    **options: Any,
) -> Run:
    """Train a network on images, into a new run folder.

    Images are a named set, a folder, an .npz file, a list of `labels` (CSV) with or without its
    folder, WebDataset shards, a Dataset, or arrays with their labels: train(x, y). The network is
    a text, a name, a module (of which a copy is trained) or "package.module:factory"; left
    out, it is chosen by the size and number of the images and by the machine, and that is said.

    `task` is "classify" (say what is on an image) or "reconstruct" (give the image back). Options
    are fields of the recipe (`epochs=5, lr=0.01`) and the free numbers of a text (`N=2`), and what
    to begin from: `weights` (a file, a name, an address), `transfer` ("little", "medium", "much",
    "none"), `freeze` and `fresh` (patterns of paths), `train_last` (a number of layers);
    `size` is a side in pixels, or (channels, height, width), where images should not keep theirs;
    `log` names the other programs that are told, such as "tensorboard".
    """
    order = runs.Order.of(images, given, options, recipe)
    return runs.train(
        order.images,
        order.network,
        task_called(task),
        order.recipe,
        project=project,
        size=size,
        asked=order.asked,
        manner=Manner.telling(log),
    )


def shard(
    images: str | Path,
    output: str | Path,
    *,
    count: int | None = None,
    size: float | None = None,
    seed: int = 0,
) -> Shards:
    """Write a folder of images as WebDataset shards of `count` images, or of `size` megabytes."""
    return write_shards(images, output, count=count, size=size, seed=seed)


def repeat(images: Any, *given: Any, times: int = 3, **options: Any) -> Repeated:
    """Train from several seeds, all else as for `train`: the mean measure, and its interval."""
    named = {"network": "auto", **runs.by_name(images, given, options)}
    return repeated(partial(train, images), named, times)


def find_rate(images: Any, *given: Any, steps: int = 100, **options: Any) -> FoundRate:
    """Which learning rate to train with, all else as for `train`; nothing is kept but a picture."""
    task, recipe = task_called(options.pop("task", "classify")), options.pop("recipe", None)
    places = {name: options.pop(name) for name in ("project", "size") if name in options}
    order = runs.Order.of(images, given, options, recipe)
    places |= {"asked": order.asked}
    return found(order.images, order.network, task, order.recipe, steps=steps, **places)


def resume(
    path: str | Path,
    *,
    images: Source | None = None,
    network: nn.Module | None = None,
    inexact: bool = False,
    log: Sequence[str] = (),
) -> Run:
    """Go on with an interrupted run, to the very weights that it would have had.

    Images or a module that were in memory have to be given again. The programs are told that were
    told before, or those that `log` names.
    """
    given = runs.Given(images, network)
    task = task_called(runs.task_of(path))
    return runs.resume(path, task, given=given, inexact=inexact, manner=Manner.telling(log))


def pretrained(
    network: str | Path | Tree | None = None,
    weights: str | Path = "torchvision",
    *,
    classes: Sequence[str] | None = None,
    size: int | None = None,
    **numbers: int,
) -> Pretrained:
    """A network with published weights, to predict with as it is.

    `weights` is a file, a name ("torchvision", "timm/resnet18.a1_in1k") or an address; `classes`
    names its classes where the weights do not; `size` is the side of what it sees in pixels.
    Without a `network` it is the one that the weights say they are for.
    """
    tree = None if network is None else find(network, numbers)
    return runs.pretrained(tree, weights, task_called("classify"), classes=classes, side=size)


def trainable(source: nn.Module | Run) -> Trainable:
    """What is trained and what is frozen of a module, or of the network of a run: each layer."""
    return trainable_in(source if isinstance(source, nn.Module) else source.model)


def load(path: str | Path, *, network: nn.Module | None = None) -> Run:
    """The finished run in a folder, to evaluate and to predict with.

    `network` is the module that it was trained with, where no file and no factory says it.
    """
    given = runs.Given(network=network)
    return runs.load(path, task_called(runs.task_of(path)), given=given)
