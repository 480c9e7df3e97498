"""Transferring: published weights come into a network, and what is not to be trained is held still.

Where the last layer is new, it is fitted on what the layers before it give, before anything else is
trained (see `transfer.regimes`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from torch import nn

from striate.data import Collection, order
from striate.data.features import Features
from striate.runs.start import anew, hold
from striate.runs.transferred import AUTO, Asked, Transferred
from striate.training import Recipe, Task
from striate.training.choosing import epochs_for, settle
from striate.training.depth import behind
from striate.training.featuring import featured, parts_for
from striate.transfer.freezing import last_layers, matching, only_trained, trained_in
from striate.transfer.parting import Parts, part
from striate.transfer.probing import find_last, probe
from striate.transfer.regimes import COURSES, Choice, Course, decay_for
from striate.transfer.trainable import trainable
from striate.transfer.weights.matching import Loaded, load_weights
from striate.transfer.weights.record import Weights

MOST = 5_000
"""Where all is trained afterwards, the last layer is fitted on at most so many images."""

Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Begun:
    """A network ready to be trained: what is kept of its beginning, its recipe, and sentences."""

    transfer: Transferred | None
    recipe: Recipe
    notes: tuple[str, ...] = ()
    parts: Parts | None = None
    """All but its last layer, and that, where it is to be fitted before anything is trained."""


def begin(
    model: nn.Module,
    weights: Weights | None,
    asked: Asked,
    collection: Collection,
    recipe: Recipe,
    task: Task,
) -> Begun:
    """Bring weights into a model, and freeze what is not to be trained, both in place.

    Who names what is frozen, or how many layers are trained, trains more than a last layer as with
    a medium number of images. Without classes there is no last layer that would have to be new.

    Raises WeightsError where they do not fit, OptionError for patterns that match nothing.
    """
    if asked.nothing:
        return Begun(None, recipe)
    layer = last_layers(model, 1)
    loaded = None
    if weights is not None:
        loaded = load_weights(model, weights, head=layer, fresh=asked.fresh)
    given = weights is not None and (task.head or asked.transfer != AUTO)
    choice = Choice.of(len(collection.splits["train"]), asked.transfer if given else "none")
    own = bool(asked.freeze or asked.train_last)
    course = COURSES["medium"] if own and choice.course.frozen else choice.course
    last = asked.train_last or int(choice.course.frozen and not own)
    transfer = _kept(choice, asked, last, weights, loaded)
    fits = course.fitted and task.head and not anew(model, transfer) - _below(model, layer)
    parts, clipped = _last_apart(model, collection) if fits else (None, False)
    layers = 1 + max(behind(model).values())
    hold(model, transfer)
    if clipped and recipe.precision == "auto":  # what is added to the biases wants its digits
        recipe = replace(recipe, precision="float32")
    more = set(trained_in(model)) - _below(model, layer)
    only = parts is not None and not more
    if not more - anew(model, transfer):  # nothing that is trained has learned before
        course = replace(course, rate=1.0, span=1.0)
    once = _is_once(model, collection, recipe, task)
    made = _course(course, recipe, collection, model, only=only, once=once, layers=layers)
    said = _said(choice, model, layer, own=own, fitted=parts is not None, once=once)
    notes = (loaded.sentence if loaded else "", said)
    return Begun(transfer, made, tuple(filter(None, notes)), parts)


def fit_last(
    model: nn.Module, collection: Collection, begun: Begun, recipe: Recipe, say: Say
) -> Begun:
    """Fit the last layer of a model, in place, on what the layers before it give; if it is to be.

    Where more is trained afterwards, that begins from there.
    """
    parts = begun.parts
    if parts is None or begun.transfer is None:
        return begun
    layer = last_layers(model, 1)
    more = set(trained_in(model)) - _below(model, layer)
    images = collection if not more else _few(collection, recipe.seed)
    alone = replace(recipe, views=max(1, recipe.views), mixup=0.0, cutmix=0.0)
    with only_trained(model, layer):
        seen = featured(parts, images, alone, say=say)
        rows = seen.splits["train"].images
        assert isinstance(rows, Features)
        found = probe(parts.head, rows.values, seen.splits["train"].labels, seed=recipe.seed)
    say(found.sentence)
    return replace(begun, transfer=replace(begun.transfer, penalty=found.penalty))


def _kept(
    choice: Choice, asked: Asked, last: int, weights: Weights | None, loaded: Loaded | None
) -> Transferred:
    """What recipe.toml says of a beginning."""
    held = Transferred(choice.regime, freeze=asked.freeze, train_last=last)
    if weights is None or loaded is None:
        return held
    return replace(
        held,
        weights=weights.source,
        file=str(weights.file),
        sha256=weights.sha256,
        licence=weights.licence,
        network=weights.network,
        loaded=len(loaded.loaded),
        anew=loaded.anew,
        left=loaded.left,
    )


def _course(
    course: Course,
    recipe: Recipe,
    collection: Collection,
    model: nn.Module,
    *,
    only: bool,
    once: bool,
    layers: int,
) -> Recipe:
    """The recipe as a course means it, where it is open; `only` the last of `layers` is fitted."""
    images = len(collection.splits["train"])
    frozen = not all(value.requires_grad for value in model.parameters())
    epochs = recipe.epochs
    if epochs is None:
        share = 1.0 if frozen else course.epochs
        epochs = 0 if only else max(1, round(share * epochs_for(images)))
    views = max(1, recipe.views) if once else recipe.views
    made = replace(recipe, epochs=epochs, views=views)
    if made.layer_decay == 1 and not only:
        made = replace(made, layer_decay=decay_for(course.span, layers))
    if recipe.lr is None and course.rate != 1 and not only:
        usual = settle(made, collection, model).lr
        made = replace(made, lr=None if usual is None else usual * course.rate)
    return made


def _is_once(model: nn.Module, collection: Collection, recipe: Recipe, task: Task) -> bool:
    """Whether what is frozen of a model will be computed once."""
    counted = replace(recipe, views=max(1, recipe.views), mixup=0.0, cutmix=0.0)
    return parts_for(model, collection, counted, task) is not None


def _said(
    choice: Choice,
    model: nn.Module,
    last: tuple[str, ...],
    *,
    own: bool,
    fitted: bool,
    once: bool,
) -> str:
    """What is said of what is trained, and of how."""
    about = trainable(model)
    if own:
        return about.sentence
    layers, count = last, _numbers(model, last)
    if choice.course.frozen:
        layers, count = tuple(row.path for row in about.rows if row.trained), about.trained
    total = about.trained + about.frozen
    return choice.sentence(layers, count, total, fitted=fitted, once=once)


def _last_apart(model: nn.Module, collection: Collection) -> tuple[Parts | None, bool]:
    """All but the last layer, and that, if it can be fitted; whether a ReLU stands behind it."""
    with only_trained(model, last_layers(model, 1)):
        parts = part(model, collection.size)
        last = find_last(parts.head) if parts is not None else None
    return (parts, last.clipped) if last else (None, False)


def _few(collection: Collection, seed: int) -> Collection:
    """So many training images as are enough to fit one layer, and no others."""
    train = collection.splits["train"]
    places = np.sort(order(seed, 0, len(train))[:MOST])
    return replace(collection, splits={"train": train.select(places)})


def _below(model: nn.Module, layers: tuple[str, ...]) -> set[str]:
    """The names of the parameters of these layers."""
    return set(matching(model, layers))


def _numbers(model: nn.Module, layers: tuple[str, ...]) -> int:
    """How many numbers the parameters of these layers are."""
    return sum(model.get_parameter(name).numel() for name in _below(model, layers))
