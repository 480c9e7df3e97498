"""Flags: the fields of a recipe as a person types them, in the groups that help shows.

A field becomes a flag of its name with the help that stands below it in the recipe; here is only
what is different at a prompt: the groups, and that times have units.
"""

from collections.abc import Sequence
from dataclasses import fields, make_dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from cyclopts import Group, Parameter, Token

from striate.cli.values import seconds_of
from striate.training import Recipe

GROUPS = {
    "Images": (
        *("augment", "flip", "shift", "crop", "rotate", "scale", "jitter", "erase"),
        *("mixup", "cutmix", "balance"),
    ),
    "Transfer": ("views", "cache", "layer_decay"),
    "Machine": ("precision", "layout", "device", "threads", "workers", "accumulate"),
}
"""Which flags stand together; all others are about training."""


def _seconds(_kind: Any, tokens: Sequence[Token]) -> float:
    """A time as it is typed, in seconds."""
    return seconds_of(tokens[0].value)


def group_called(title: str) -> Group:
    """The group of that title, in the place where help shows it."""
    return Group(title, sort_key=2 + [*GROUPS].index(title) if title in GROUPS else 1)


def _parameter(name: str) -> Parameter:
    """How a field is typed and where help shows it."""
    titles = [title for title, names in GROUPS.items() if name in names]
    group = group_called((titles or ["Training"])[0])
    if name != "time":
        return Parameter(group=group)
    return Parameter(group=group, converter=_seconds, help=TIME, show_default=False)


TIME = "How long training may take, such as 90s, 2m or 1h: as many epochs as fit."

if TYPE_CHECKING:
    Flags = Recipe
else:
    _KINDS = get_type_hints(Recipe)
    Flags = make_dataclass(
        "Flags",
        [
            (field.name, Annotated[_KINDS[field.name], _parameter(field.name)], field.default)
            for field in fields(Recipe)
        ],
        bases=(Recipe,),
        frozen=True,
        namespace={"__module__": __name__},
    )


def as_flags(recipe: Recipe) -> list[str]:
    """What is to be typed for a recipe.

    >>> as_flags(Recipe(epochs=3, flip=False, weight_decay=0.1, time=90))
    ['--epochs', '3', '--weight-decay', '0.1', '--no-flip', '--time', '90s']
    """
    typed: list[str] = []
    for field in fields(recipe):
        name, value = field.name.replace("_", "-"), getattr(recipe, field.name)
        if value == field.default:
            continue
        if isinstance(value, bool):
            typed.append(f"--{name}" if value else f"--no-{name}")
        else:
            typed += [f"--{name}", f"{value:g}s" if name == "time" else str(value)]
    return typed
