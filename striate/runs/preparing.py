"""Preparing: images, a network for them, and what it begins with, before anything is written."""

from dataclasses import dataclass, replace
from functools import partial

from striate.data import Collection, Source
from striate.data.look import Size
from striate.runs.networks import Form, Ready, ready
from striate.runs.pairing import look_of, network_for, opened
from striate.runs.task import WholeTask
from striate.runs.together import together
from striate.runs.transferred import Asked
from striate.runs.transferring import Begun, begin
from striate.training import Recipe
from striate.training.ranks import everywhere


@dataclass(frozen=True, eq=False)
class Prepared:
    """What is trained, on what, and how: the network as it was named, and as it was made."""

    collection: Collection
    network: Form
    made: Ready
    began: Begun


def prepare(
    source: Source,
    network: Form,
    task: WholeTask,
    recipe: Recipe,
    *,
    size: Size | None,
    asked: Asked,
) -> Prepared:
    """Open weights and images, and make the network for them.

    Raises a StriateError where they cannot be had, or do not fit each other.
    """
    weights = everywhere(partial(opened, asked, network))
    named, network = network, network_for(network, weights)
    seen = look_of(network, size, weights)
    collection = together(partial(task.open, source, seed=recipe.seed, size=seen))
    made = ready(network, collection, task, recipe)
    began = begin(made.model, weights, asked, collection, recipe, task)
    if named is None and weights is not None:
        line = f"the network is {made.name}, which {weights.source} says it is for"
        began = replace(began, notes=(line, *began.notes))
    return Prepared(collection, network, made, began)
