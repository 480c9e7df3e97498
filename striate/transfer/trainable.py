"""Trainable: which layers of a network are trained and which are frozen, with their counts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import nn

from striate.transfer.following import layer_of

if TYPE_CHECKING:
    from rich.table import Table

NAMED = 3
"""So many trained layers are named in the sentence; of more, how many they are is said."""


@dataclass(frozen=True)
class Row:
    """A layer: its path, and how many of its parameters are trained and are frozen."""

    path: str
    trained: int
    frozen: int


@dataclass(frozen=True)
class Trainable:
    """The layers with parameters, in the order of their keys.

    A parameter that several layers share counts once, at the first of them.

    >>> model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    >>> _ = model[0].requires_grad_(False)
    >>> trainable(model).sentence
    '18 of 58 parameters are trained: 2'
    """

    rows: tuple[Row, ...]

    @property
    def trained(self) -> int:
        """How many parameters are trained."""
        return sum(row.trained for row in self.rows)

    @property
    def frozen(self) -> int:
        """How many parameters stay as they are."""
        return sum(row.frozen for row in self.rows)

    @property
    def sentence(self) -> str:
        """What is trained, in one sentence."""
        total = self.trained + self.frozen
        if not self.frozen:
            return f"all {total:,} parameters are trained"
        if not self.trained:
            return f"none of {total:,} parameters is trained"
        paths = [row.path for row in self.rows if row.trained]
        layers = ", ".join(paths)
        if len(paths) > NAMED:
            layers = f"{len(paths)} layers, {paths[0]} to {paths[-1]}"
        return f"{self.trained:,} of {total:,} parameters are trained: {layers}"

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "trained": self.trained,
            "frozen": self.frozen,
            "layers": [vars(row) for row in self.rows],
        }

    def __rich__(self) -> "Table":
        from rich.table import Table

        table = Table(box=None, show_footer=True, footer_style="bold")
        table.add_column("layer", "total", no_wrap=True)
        table.add_column("trained", f"{self.trained:,}", justify="right")
        table.add_column("frozen", f"{self.frozen:,}", justify="right")
        for row in self.rows:
            table.add_row(row.path, f"{row.trained:,}", f"{row.frozen:,}")
        return table


def trainable(model: nn.Module) -> Trainable:
    """What of a model is trained, layer by layer.

    >>> trainable(nn.Linear(4, 2)).rows
    (Row(path='weight', trained=8, frozen=0), Row(path='bias', trained=2, frozen=0))
    """
    counts: dict[str, list[int]] = {}
    for path, weight in model.named_parameters():
        counts.setdefault(layer_of(model, path), [0, 0])[not weight.requires_grad] += weight.numel()
    return Trainable(tuple(Row(path, *count) for path, count in counts.items()))
