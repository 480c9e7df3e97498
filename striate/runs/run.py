"""A run: a network that was trained, with all that is needed to use it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from rich.console import RenderableType
from rich.text import Text
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from striate.data import Judges, Source, Split, given_images, read_image
from striate.data.photos.collected import Images
from striate.errors import DataError, OptionError, RunError
from striate.language import Network
from striate.runs.folder import NETWORK, is_finished, quoted
from striate.runs.networks import first, read_network
from striate.runs.record import Record, read_record
from striate.runs.reopening import Given, judging
from striate.runs.report import Report
from striate.runs.showing import Shown
from striate.runs.task import Answers, Evaluation, Predictions, WholeTask
from striate.training import Recipe
from striate.training.batches import Preparation
from striate.training.conditions import choose_device
from striate.training.evaluating import outputs, placed
from striate.training.loop import BEST
from striate.training.results import Row, read_results


def load(
    path: str | Path,
    task: WholeTask,
    *,
    given: Given = Given(),  # noqa: B008
) -> "Run":
    """The finished run in a folder, for the task that it was trained for (`task_of` names it).

    What it cannot find again is `given`: images or a module from memory. Raises RunError where
    there is none, or it is not finished.
    """
    folder = Path(path)
    record = read_record(folder)
    assert record.task == task.name
    if not is_finished(folder):
        raise RunError(
            f"{folder} is not finished: its training was interrupted, or is still going on",
            help=[f"striate resume {quoted(folder)}"],
        )
    return Run(folder, record, task, given)


def task_of(path: str | Path) -> str:
    """The name of the task that the network in a run folder was trained for. Raises RunError."""
    return read_record(Path(path)).task


@dataclass(frozen=True, eq=False)
class Run(Shown):
    """A trained network, its recipe and its images; `load` and `train` make one."""

    folder: Path
    record: Record
    task: WholeTask
    given: Given = Given()  # noqa: RUF009 (it is frozen)
    """What it cannot find again by itself."""
    report: Report | None = None
    """What there was to say when its training was over; None if it was loaded."""
    name: str = ""
    """What its network was called when its training began."""

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
        """The network, its sizes known. Raises RunError where it is a module of somebody else."""
        return read_network(self.folder, self.record)

    @cached_property
    def model(self) -> nn.Module:
        """The network with its best weights, ready to answer."""
        model = first(self.folder, self.record, self.given.network)
        try:
            model.load_state_dict(load_file(self.folder / BEST))
        except (OSError, RuntimeError, SafetensorError) as error:
            raise RunError(
                f"{self.folder / BEST} does not hold the weights of {self._network_name}",
                help=["bring back the files that striate wrote, or train anew"],
            ) from error
        return placed(model, self._here).eval()

    @property
    def rows(self) -> list[Row]:
        """The row of every epoch."""
        return read_results(self.folder)

    def evaluate(self, data: Source | None = None, *, split: str | None = None) -> Evaluation:
        """How good its answers are for images that it did not learn from; see `judges`."""
        return self.evaluate_on(self.judges(data, split=split).images)

    def judges(self, data: Source | None = None, *, split: str | None = None) -> Judges:
        """The images that judge it, and what is to be known of them.

        Those are of the set that it was trained on, or of `data`, anything that images are opened
        from, whose classes are among its own: of the test split, or val where there is no test, or
        all where there are no splits; or of the `split` that is named, "all" among them. Raises
        DataError, and OptionError for a split that is not there.
        """
        found, own = judging(self.folder, self.record, self.task, self.given, data)
        return Judges.of(found, split, own=own)

    def evaluate_on(self, split: Split) -> Evaluation:
        """How good its answers are for these images."""
        return self.task.judge(self.answered(split.images, split.files), split.labels)

    def predict(
        self,
        images: str | Path | Tensor | NDArray[Any] | Sequence[str | Path],
        *,
        top: int = 5,
    ) -> Predictions:
        """What it makes of files, of an array as `train` takes it, or of bytes just as it needs.

        Those are a tensor uint8 (image, channel, row, column). `top` is how many classes are named
        where classes are. Raises DataError for what is no image.
        """
        paths = [images] if isinstance(images, str | Path) else images
        if not isinstance(paths, list | tuple) or not all(map(_is_path, paths)):
            if not isinstance(images, Tensor):
                images = given_images(images, self.record.images.size)
            files = [f"image {place}" for place in range(len(images))]
        else:
            files = [str(path) for path in paths]
            size = self.record.images.size
            pixels = [read_image(path, size) for path in paths]
            images = torch.stack(pixels) if pixels else torch.empty((0, *size), dtype=torch.uint8)
        return self.task.predict(self.answered(images, files), top)

    def answered(self, images: Images, files: Sequence[str]) -> Answers:
        """What the network makes of images, with all that it takes to judge and to tell it."""
        known = self.record.images
        cpu = replace(self._here, device="cpu", layout="contiguous")
        prepare = Preparation.of(known.mean, known.std, cpu)
        return Answers(images, files, self.answers(images), prepare, known.classes)

    def answers(self, images: Images) -> Tensor:
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

    @property
    def _network_name(self) -> str:
        """What its network is called in messages."""
        factory = self.record.factory
        return NETWORK if factory is None else factory.name or "the module that was given"

    @cached_property
    def _here(self) -> Recipe:
        """The recipe with its device, or with one that this machine has."""
        device = self.recipe.device
        try:
            return replace(self.recipe, device=choose_device(device))
        except OptionError:
            return replace(self.recipe, device=choose_device("auto"))


def _is_path(value: object) -> bool:
    """Whether a value names a file."""
    return isinstance(value, str | Path)
