"""Together: what several processes do alike before they train, and what the first does for all."""

from collections.abc import Callable

from torch import nn

from striate.data import Collection
from striate.training import Recipe, Task, choose
from striate.training.conditions import suited
from striate.training.ranks import decided, everywhere, here, require_same


def together(opened: Callable[[], Collection]) -> Collection:
    """The images that each process opens for itself, and that are the same in all.

    Raises the DataError of whichever cannot open them, and one where they differ.
    """
    collection = everywhere(opened)
    if not here().alone:
        require_same(collection.digest, "images")
    return collection


def chosen_by_first(
    recipe: Recipe, collection: Collection, model: nn.Module, task: Task
) -> tuple[Recipe, str]:
    """What the first process chooses for all: a recipe that leaves nothing open, and a sentence."""
    ranks = here()
    if ranks.alone:
        return choose(recipe, collection, model, task)
    recipe = everywhere(lambda: suited(recipe))

    def chosen() -> tuple[dict[str, object], str]:
        made, sentence = choose(recipe, collection, model, task)
        return made.as_dict(), sentence

    values, sentence = decided(chosen)
    made = Recipe.from_dict(values)
    threads = f"{made.threads} thread{'s' * (made.threads != 1)}"
    return made, f"{sentence} {ranks.ranks} processes share each batch, {threads} in each."
