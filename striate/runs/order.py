"""An order: what a person asks to be trained, sorted into images, network and recipe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from striate.data import Source, is_images
from striate.errors import OptionError
from striate.runs.networks import AUTO, Form, form_of
from striate.runs.transferred import Asked
from striate.training import Recipe


@dataclass(frozen=True, eq=False)
class Order:
    """What to train, on what, how, and what it begins from."""

    images: Source
    network: Form
    recipe: Recipe
    asked: Asked = Asked()  # noqa: RUF009 (it is frozen)

    @classmethod
    def of(
        cls,
        images: Any,
        given: Sequence[Any],
        options: Mapping[str, Any],
        recipe: Recipe | None = None,
    ) -> "Order":
        """From `train`'s arguments: behind arrays stand labels, behind everything the network.

        Raises OptionError where something is given twice, or has no place.

        >>> Order.of("digits", ["lenet5"], {"epochs": 3}).recipe.epochs
        3
        """
        require_recipe(recipe)
        asked = {"network": AUTO, **by_name(images, given, options)}
        labels, network = asked.pop("labels", None), asked.pop("network")
        if is_images(images) and labels is None:
            raise OptionError(
                "there are images without labels", help=["striate.train(x, y): y has a label each"]
            )
        known = [field.name for field in fields(Recipe)]
        begins: dict[str, Any] = {
            f.name: asked.pop(f.name) for f in fields(Asked) if f.name in asked
        }
        chosen = {name: value for name, value in asked.items() if name in known}
        numbers: dict[str, Any] = {
            name: value for name, value in asked.items() if name not in known
        }
        return cls(
            images if labels is None else (images, labels),
            form_of(network, numbers, also=known),
            Recipe.from_dict({**(recipe.as_dict() if recipe else {}), **chosen}),
            Asked(**begins),
        )


def by_name(images: Any, given: Sequence[Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of `train`, and by their names what stands behind its images.

    >>> by_name("digits", ["lenet5"], {"epochs": 3})
    {'network': 'lenet5', 'epochs': 3}
    """
    order = ("labels", "network") if is_images(images) else ("network",)
    _require_places(order, given, options)
    return {**dict(zip(order, given, strict=False)), **options}


def require_recipe(recipe: object) -> None:
    """Raise OptionError for what is neither a recipe nor None."""
    if recipe is not None and not isinstance(recipe, Recipe):
        raise OptionError(
            f"recipe is {type(recipe).__name__}",
            help=["give a striate.training.Recipe, or its fields by name: epochs=5, lr=0.01"],
        )


def _require_places(order: Sequence[str], given: Sequence[Any], options: Mapping[str, Any]) -> None:
    """Raise OptionError for more values than there are places, or two for one."""
    if len(given) > len(order):
        raise OptionError(
            f"train takes images and {' and '.join(order)}, then options by name",
            help=["striate.train('photos/', 'lenet5', epochs=5)", "striate.train(x, y, 'lenet5')"],
        )
    for name in order[: len(given)]:
        if name in options:
            raise OptionError(f"{name} is given twice", help=["give it once"])
