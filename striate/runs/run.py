"""A run: a network that was trained, with all that is needed to use it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from striate.data import Judges, Source, Split
from striate.data.features import Features
from striate.data.photos.collected import Images
from striate.errors import OptionError, RunError
from striate.language import Network
from striate.runs.answering import Answering, Pictures
from striate.runs.folder import NETWORK, is_finished, quoted
from striate.runs.networks import read_network
from striate.runs.record import Record, read_record
from striate.runs.reopening import Given, judging
from striate.runs.report import Report
from striate.runs.showing import Shown
from striate.runs.start import at_start
from striate.runs.task import Answers, Evaluation, Predictions, WholeTask
from striate.training import Recipe
from striate.training.conditions import choose_device
from striate.training.evaluating import placed
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
        model = at_start(self.folder, self.record, self.given.network)
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
        return Judges.of(found, split, own=own, chose=bool(self.recipe.epochs))

    def evaluate_on(self, split: Split) -> Evaluation:
        """How good its answers are for these images."""
        return self.task.judge(self.answered(split.pixels, split.files), split.labels)

    def predict(self, images: Pictures, *, top: int = 5) -> Predictions:
        """What it makes of files and folders, of an array as `train` takes it, or of bytes.

        Those are a tensor uint8 (image, channel, row, column). `top` is how many classes are named
        where classes are. Raises DataError for what is no image.
        """
        return self.task.predict(self.answering.told(images), top)

    def answered(
        self, images: Images, files: Sequence[str], output: Tensor | None = None
    ) -> Answers:
        """What the network makes of images, with all that it takes to judge and to tell it.

        Its `output` may be known already.
        """
        return self.answering.answered(images, files, output)

    def answers(self, images: Images) -> Tensor:
        """What the network makes of bytes (image, channel, height, width): float32, cpu."""
        return self.answering.answers(images)

    @cached_property
    def answering(self) -> Answering:
        """The network with its best weights, and what it is to be shown."""
        known = self.record.images
        moments = known.mean, known.std
        return Answering(self.model, known.seen, moments, known.classes, self._here)

    def of_features(self, head: nn.Module, rows: Features) -> Tensor:
        """What its head makes, with the best weights, of what its frozen body made of images."""
        head.load_state_dict(load_file(self.folder / BEST))
        return self.answering.of_features(head, rows)

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
