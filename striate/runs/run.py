"""A run: a network that was trained, with all that is needed to use it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import torch
from rich.console import RenderableType
from rich.text import Text
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from striate.data import Split, open_labelled, read_image
from striate.errors import DataError, OptionError, RunError
from striate.language import Network
from striate.nn import build
from striate.runs.folder import NETWORK, is_finished, quoted
from striate.runs.record import Record, read_record
from striate.runs.reopening import judges, read_network, reopen
from striate.runs.report import Report
from striate.runs.showing import Shown
from striate.runs.task import Answers, Evaluation, Predictions, WholeTask
from striate.training import Recipe
from striate.training.batches import Preparation
from striate.training.conditions import choose_device
from striate.training.evaluating import outputs, placed
from striate.training.loop import BEST
from striate.training.results import Row, read_results


def load(path: str | Path, task: WholeTask) -> "Run":
    """The finished run in a folder, for the task that it was trained for (`task_of` names it).

    Raises RunError where there is none, or it is not finished.
    """
    folder = Path(path)
    record = read_record(folder)
    assert record.task == task.name
    if not is_finished(folder):
        raise RunError(
            f"{folder} is not finished: its training was interrupted, or is still going on",
            help=[f"striate resume {quoted(folder)}"],
        )
    return Run(folder, record, task)


def task_of(path: str | Path) -> str:
    """The name of the task that the network in a run folder was trained for. Raises RunError."""
    return read_record(Path(path)).task


@dataclass(frozen=True, eq=False)
class Run(Shown):
    """A trained network, its recipe and its images; `load` and `train` make one."""

    folder: Path
    record: Record
    task: WholeTask
    report: Report | None = None
    """What there was to say when its training was over; None if it was loaded."""

    def __rich__(self) -> RenderableType:
        images, recipe = self.record.images, self.recipe
        known = f"{self.folder}: {self.task.name}, {len(self.classes)} classes of {images.name}"
        return self.report or Text(f"{known}, {recipe.epochs} epochs")

    @property
    def recipe(self) -> Recipe:
        """How it was trained."""
        return self.record.recipe

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, in the order of the outputs."""
        return self.record.images.classes

    @cached_property
    def network(self) -> Network:
        """The network, its sizes known."""
        return read_network(self.folder, self.record)

    @cached_property
    def model(self) -> nn.Module:
        """The network with its best weights, ready to answer."""
        model = build(self.network)
        try:
            model.load_state_dict(load_file(self.folder / BEST))
        except (OSError, RuntimeError, SafetensorError) as error:
            raise RunError(
                f"{self.folder / BEST} does not hold the weights of {NETWORK}",
                help=["bring back the files that striate wrote, or train anew"],
            ) from error
        return placed(model, self._here).eval()

    @property
    def rows(self) -> list[Row]:
        """The row of every epoch."""
        return read_results(self.folder)

    def evaluate(self, data: str | Path | None = None) -> Evaluation:
        """How good its answers are for images that it did not learn from.

        Those are the test images of the set that it was trained on, or val where there is no test;
        or what `data` names, whose classes are among its own. Raises DataError.
        """
        source = self.record.images.source
        if data is None or source in (str(data), str(Path(data).resolve())):
            return self.evaluate_on(judges(reopen(self.record, self.task)))
        return self.evaluate_on(
            open_labelled(data, classes=self.classes, size=self.record.images.size)
        )

    def evaluate_on(self, split: Split) -> Evaluation:
        """How good its answers are for these images."""
        return self.task.judge(self.answered(split.images, split.files), split.labels)

    def predict(
        self, images: str | Path | Tensor | Sequence[str | Path], *, top: int = 5
    ) -> Predictions:
        """What it makes of files, or of a tensor uint8 (image, channel, row, column).

        `top` is how many classes are named where classes are. Raises DataError for what is no
        image.
        """
        if isinstance(images, Tensor):
            files = [f"image {place}" for place in range(len(images))]
        else:
            paths = [images] if isinstance(images, str | Path) else images
            files = [str(path) for path in paths]
            size = self.record.images.size
            pixels = [read_image(path, size) for path in paths]
            images = torch.stack(pixels) if pixels else torch.empty((0, *size), dtype=torch.uint8)
        return self.task.predict(self.answered(images, files), top)

    def answered(self, images: Tensor, files: Sequence[str]) -> Answers:
        """What the network makes of images, with all that it takes to judge and to tell it."""
        known = self.record.images
        cpu = replace(self._here, device="cpu", layout="contiguous")
        prepare = Preparation.of(known.mean, known.std, cpu)
        return Answers(images, files, self.answers(images), prepare, known.classes)

    def answers(self, images: Tensor) -> Tensor:
        """What the network makes of bytes (image, channel, height, width): float32, cpu."""
        size = self.record.images.size
        if images.dtype != torch.uint8 or tuple(images.shape[1:]) != size:
            found = "x".join(map(str, images.shape[1:]))
            raise DataError(
                f"the network takes bytes of {'x'.join(map(str, size))}, not {images.dtype} "
                f"of {found or 'nothing'}",
                help=["give uint8 (image, channel, height, width), 0 to 255, not normalised"],
            )
        prepare = Preparation.of(self.record.images.mean, self.record.images.std, self._here)
        return outputs(self.model, images, self._here, prepare)

    @cached_property
    def _here(self) -> Recipe:
        """The recipe with its device, or with one that this machine has."""
        device = self.recipe.device
        try:
            return replace(self.recipe, device=choose_device(device))
        except OptionError:
            return replace(self.recipe, device=choose_device("auto"))
