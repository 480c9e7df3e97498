"""Telling: what training is going to be, in one sentence."""

from striate.training.budget import told
from striate.training.recipe import Recipe
from striate.training.timing import Times


def sentence(recipe: Recipe, times: Times) -> str:
    """What a recipe that leaves nothing open will do, and how long a step of each way took."""
    place = (
        f"on {recipe.device} with {counted(recipe.threads, 'thread')}, in {recipe.precision} and "
        f"{recipe.layout}"
    )
    if not recipe.epochs:
        return f"No epochs are trained; {place}."
    parts = [
        f"{counted(recipe.epochs, 'epoch')} in batches of {recipe.batch} {place}"
        f"{_timed(recipe, times)}",
        f"{recipe.optimizer} with a learning rate up to {recipe.lr:g}",
        *besides(recipe),
    ]
    return "; ".join(parts) + "."


def besides(recipe: Recipe) -> list[str]:
    """What of a recipe is on that is off by itself.

    >>> besides(Recipe(epochs=9, ema=0.99, patience=3, time=90))[1:]
    ['at most 3 epochs without a better one', 'no more epochs than fit into 90 s']
    """
    balance = {
        "weights": "the loss weighed so that every class counts the same",
        "sampling": "every class shown as often as the others",
    }
    parts = {
        "each image in one view": recipe.views == 1,
        f"{counted(recipe.views, 'view')} of each image, shown in turn": recipe.views > 1,
        f"rates that fall to {recipe.layer_decay:g} of themselves from each layer to the one "
        "before": recipe.layer_decay < 1,
        f"evaluated and kept: a mean of the weights (ema {recipe.ema:g})": recipe.ema,
        f"gradients no longer than {recipe.clip:g}": recipe.clip,
        f"each batch in {recipe.accumulate} parts": recipe.accumulate > 1,
        balance.get(recipe.balance, ""): recipe.balance in balance,
        f"at most {counted(recipe.patience, 'epoch')} without a better one": recipe.patience,
        f"no more epochs than fit into {told(recipe.time)}": recipe.time,
    }
    return [part for part, is_on in parts.items() if is_on]


def counted(number: int | None, noun: str) -> str:
    """A number of things.

    >>> counted(1, "epoch"), counted(2, "epoch")
    ('1 epoch', '2 epochs')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _timed(recipe: Recipe, times: Times) -> str:
    """How long a step took in the way that was chosen, and in the others."""
    if not times:
        return ""
    way = (recipe.precision, recipe.layout)
    others = ", ".join(
        f"{precision} {layout} {1e3 * seconds:.1f}"
        for (precision, layout), seconds in times.items()
        if (precision, layout) != way
    )
    return f" ({1e3 * times[way]:.1f} ms a step; {others})"
