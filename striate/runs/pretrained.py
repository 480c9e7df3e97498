"""Pretrained: a network with published weights, ready to be used as it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text
from torch import nn

from striate.data import Judges, Source, Split, open_labelled
from striate.data.look import Look
from striate.errors import OptionError, WeightsError
from striate.language import Tree
from striate.nn import build
from striate.planning import Settings, resolve
from striate.runs.answering import Answering, Pictures
from striate.runs.pairing import network_for, weights_for
from striate.runs.showing import Shown
from striate.runs.task import Evaluation, Predictions, WholeTask
from striate.training import Recipe
from striate.training.conditions import choose_device
from striate.training.recipe import Device
from striate.transfer.sources import imagenet_classes, imagenet_wnids
from striate.transfer.weights.matching import Loaded, classes_in, load_weights
from striate.transfer.weights.record import Weights

BATCH = 2
"""The batch of the recipe by which it answers: four times as many images are looked at at once."""


@dataclass(frozen=True, eq=False)
class Pretrained(Shown):
    """A network with published weights: what it is, and what came of its weights."""

    name: str
    model: nn.Module
    weights: Weights
    loaded: Loaded
    look: Look
    classes: tuple[str, ...]
    task: WholeTask
    device: Device = "auto"

    def __rich__(self) -> RenderableType:
        _, height, width = self.look.size
        known = f"{self.name}: {len(self.classes):,} classes, images of {height}x{width}"
        licence = self.weights.licence or "not stated"
        said = (known, self.loaded.sentence, f"licence: {licence}")
        return Text("\n".join(said), overflow="fold")

    def predict(self, images: Pictures, *, top: int = 5) -> Predictions:
        """What it takes files, folders or arrays for; the `top` likeliest classes of each.

        Raises DataError for what is no image.
        """
        return self.task.predict(self.answering.told(images), top)

    def evaluate(self, data: Source, *, split: str | None = None) -> Evaluation:
        """How often it is right for labelled images whose classes are among its own."""
        return self.evaluate_on(self.judges(data, split=split).images)

    def judges(self, data: Source, *, split: str | None = None) -> Judges:
        """The images of a source that judge it, and what is to be known of them.

        Classes of ImageNet may have their WordNet ids in the place of names: n01440764.
        """
        ids = imagenet_wnids() if self.classes == imagenet_classes() else ()
        found = open_labelled(data, classes=self.classes, size=self.look, ids=ids)
        return Judges.of(found, split)

    def evaluate_on(self, split: Split) -> Evaluation:
        """How often it is right for these images."""
        return self.task.judge(self.answering.answered(split.pixels, split.files), split.labels)

    @cached_property
    def answering(self) -> Answering:
        """The network as it answers: in float32, a few images at once, which is fast."""
        recipe = Recipe(batch=BATCH, precision="float32", layout="channels_last")
        recipe = replace(recipe, device=choose_device(self.device))
        moments = self.look.mean, self.look.std
        return Answering(self.model, self.look, moments, self.classes, recipe)


def pretrained(
    network: Tree | None,
    weights: str | Path,
    task: WholeTask,
    *,
    classes: Sequence[str] | None = None,
    side: int | None = None,
) -> Pretrained:
    """A network with the weights in a file, or of a name or an address, as they were published.

    `classes` are the names of its classes where the file does not tell them; `side` is that of the
    squares it sees, where it should not be that of the weights. Without a network it is the one
    that the weights say they are for. Raises WeightsError where weights cannot be had or do not
    fit, or have more or fewer classes than names; OptionError where the side cannot be.
    """
    if side is not None and side < 1:
        raise OptionError(
            f"size = {side} cannot be", help=["size takes a side in pixels, such as 224"]
        )
    opened = weights_for(network, weights)
    tree = network_for(network, opened)
    assert isinstance(tree, Tree)
    names = _names(opened, classes)
    seen = opened.look.sized(side) if opened.look and side else opened.look
    if seen is None:
        raise WeightsError(
            f"{opened.source} does not say how images were prepared for it",
            help=[
                "write it into the file's metadata: mean, std, resize and crop",
                "train on images of your own, which need no such thing: striate train",
            ],
        )
    resolved = resolve(tree, Settings(seen.size, len(names)))
    model = build(resolved)
    _require_names(names, classes, classes_in(model, opened), opened)
    loaded = load_weights(model, opened)
    return Pretrained(resolved.name, model, opened, loaded, seen, names, task)


def _names(weights: Weights, given: Sequence[str] | None) -> tuple[str, ...]:
    """The names of the classes, in the order of the outputs."""
    return tuple(given) if given else weights.classes or imagenet_classes()


def _require_names(
    names: Sequence[str], given: Sequence[str] | None, told: int | None, weights: Weights
) -> None:
    """Raise WeightsError unless there is a name for each of the classes that weights tell apart."""
    if told in (None, len(names)):
        return
    if given:
        what = f"and {len(names):,} {'name is' if len(names) == 1 else 'names are'} given for them"
    elif weights.classes:
        what = f"and names {len(names):,}"
    else:
        what = f"which are not the {len(names):,} of ImageNet, and does not name them"
    raise WeightsError(
        f"{weights.source} tells {told:,} classes apart, {what}",
        help=["name each, in the order of the outputs: --classes FILE, a name in each line"],
    )
