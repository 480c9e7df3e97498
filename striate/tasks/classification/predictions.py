"""Predictions: what a network takes images for, and how sure it is."""

from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from striate.data import Problem
from striate.errors import OptionError
from striate.runs.showing import percent
from striate.runs.task import Answers, Predictions, as_left_out, with_left_out


@dataclass(frozen=True)
class Prediction:
    """One image: the names of the likeliest classes and their probabilities, highest first."""

    file: str
    classes: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class ClassPredictions(Predictions):
    """A prediction for each image, in their order."""

    images: tuple[Prediction, ...]
    left_out: tuple[Problem, ...] = ()
    """The files in which there was no picture."""

    def as_dict(self) -> list[dict[str, Any]]:
        """The stable form that other programs read."""
        answered = [
            {
                "file": image.file,
                "classes": [
                    {"name": name, "probability": probability}
                    for name, probability in image.classes
                ],
            }
            for image in self.images
        ]
        return [*answered, *as_left_out(self.left_out)]

    def __rich__(self) -> RenderableType:
        table = Table(box=None, pad_edge=False)
        table.add_column("file")
        table.add_column("class")
        table.add_column("probability", justify="right")
        for image in self.images:
            for place, (name, probability) in enumerate(image.classes):
                file = Text("" if place else image.file, overflow="fold")
                table.add_row(file, Text(name), percent(probability))
        return with_left_out(table, self.left_out)


def predict(answers: Answers, top: int) -> ClassPredictions:
    """The `top` likeliest classes of each image, from its logits. Raises OptionError."""
    if top not in range(1, 1_000_000):
        raise OptionError(
            f"the first {top} classes cannot be named", help=["top takes a whole number, such as 5"]
        )
    values, places = answers.output.double().softmax(1).topk(min(int(top), len(answers.classes)))
    return ClassPredictions(
        tuple(
            Prediction(
                file, tuple(zip((answers.classes[k] for k in ks), probabilities, strict=True))
            )
            for file, ks, probabilities in zip(
                answers.files, places.tolist(), values.tolist(), strict=True
            )
        ),
        answers.left_out,
    )
