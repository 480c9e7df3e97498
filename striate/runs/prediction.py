"""Predictions: what a network takes images for, and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from torch import Tensor

from striate.runs.showing import Shown, percent


@dataclass(frozen=True)
class Prediction:
    """One image: the names of the likeliest classes and their probabilities, highest first."""

    file: str
    classes: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Predictions(Shown):
    """A prediction for each image, in their order."""

    images: tuple[Prediction, ...]

    @classmethod
    def of(
        cls, logits: Tensor, files: Sequence[str], classes: tuple[str, ...], *, top: int
    ) -> "Predictions":
        """From logits (image, class): the `top` likeliest classes of each."""
        values, places = logits.double().softmax(1).topk(min(top, len(classes)))
        return cls(
            tuple(
                Prediction(file, tuple(zip((classes[k] for k in ks), probabilities, strict=True)))
                for file, ks, probabilities in zip(
                    files, places.tolist(), values.tolist(), strict=True
                )
            )
        )

    def as_dict(self) -> list[dict[str, Any]]:
        """The stable form that other programs read."""
        return [
            {
                "file": image.file,
                "classes": [
                    {"name": name, "probability": probability}
                    for name, probability in image.classes
                ],
            }
            for image in self.images
        ]

    def __rich__(self) -> RenderableType:
        table = Table(box=None, pad_edge=False)
        table.add_column("file")
        table.add_column("class")
        table.add_column("probability", justify="right")
        for image in self.images:
            for place, (name, probability) in enumerate(image.classes):
                file = Text("" if place else image.file, overflow="fold")
                table.add_row(file, Text(name), percent(probability))
        return table
