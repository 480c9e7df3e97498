"""The loop: step after step to the end of a recipe, in such a way that it can always go on.

The weights after step n are a function of the recipe, the images and n. A process that is killed
anywhere goes on from its last checkpoint, takes the same steps again and ends with the same bits.
"""

import math
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NoReturn

import torch
from torch import nn

from striate.data.collection import Collection
from striate.training import checkpoint
from striate.training.checkpoint import Position, packed, writing_in
from striate.training.conditions import choose_device, compare, conditions
from striate.training.finite import not_finite
from striate.training.interruption import RunInterrupted, watch
from striate.training.journal import mend_journal, note
from striate.training.learner import Learner, surroundings
from striate.training.manner import Manner
from striate.training.progress import Display
from striate.training.ranks import decided, everywhere, only_first, wait
from striate.training.recipe import Recipe
from striate.training.results import Row, best_row, since_best, write_results
from striate.training.task import Task
from striate.training.writing import sweep, write_whole
from striate.transfer.weights.files import BEST

LAST = BEST.with_name("last.safetensors")
"""Where in a run folder the last weights are, beside the best, under the keys of the state_dict."""


def fit(
    model: nn.Module,
    collection: Collection,
    task: Task,
    recipe: Recipe,
    *,
    folder: Path,
    inexact: bool = False,
    manner: Manner = Manner(),  # noqa: B008
) -> list[Row]:
    """Train a model in place to the end of its recipe; the rows of all epochs.

    With no epochs the weights stay as they begin: they are the best and the last.
    Begins where the checkpoint in `folder` says, if there is one, and leaves the last there; see
    `checkpoint.finish`. Raises RunError where that checkpoint does not fit, where the folder takes
    no more, and where the loss is not finite; RunInterrupted after Ctrl-C or SIGTERM.
    """
    everywhere(partial(choose_device, recipe.device))
    task = task.under(recipe)
    only_first(partial(_clear, folder))
    with surroundings(recipe), watch() as asked:
        learner = Learner(model, collection, task, recipe, asked)
        steps, console = learner.steps, manner.shown
        with Display(steps, epochs=learner.epochs, console=console, aside=task.aside) as display:
            training = _Training(learner, folder, manner, display)
            training.begin(inexact=inexact)
            while not training.done:
                training.step()
                if asked.signal is not None:
                    training.stop(asked.signal)
            training.end()
    return training.position.rows


def _clear(folder: Path) -> None:
    """Make room in a run folder, and remove what a process left half done that was killed."""
    with writing_in(folder):
        (folder / BEST).parent.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        mend_journal(folder)


@dataclass(eq=False)
class _Training:
    """A learner on its way: how far it is, and what of it is in the folder."""

    learner: Learner
    folder: Path
    manner: Manner
    display: Display
    position: Position = field(init=False)
    best: bytes | None = field(default=None, init=False)
    """The best weights so far, if they are not in the folder yet."""

    def __post_init__(self) -> None:
        self.position = Position(torch.zeros((), device=self.learner.recipe.device))
        digest = self.learner.collection.digest
        self.conditions = conditions(self.learner.recipe, digest, self.learner.model)
        self.started = self.looked = self.saved = time.perf_counter()

    @property
    def done(self) -> bool:
        """Whether every step is taken, or patience is at its end."""
        return self.position.step == self.learner.steps or self.tired

    @property
    def tired(self) -> bool:
        """Whether there was no better epoch for as long as the recipe is patient."""
        patience = self.learner.recipe.patience
        return 0 < patience <= since_best(self.position.rows, self.learner.task.best)

    def begin(self, *, inexact: bool) -> None:
        """Go to the checkpoint, or write the first; other processes to where the first is."""
        only_first(partial(self._go_to_checkpoint, inexact=inexact))
        if self.learner.ranks.alone:
            return
        position = self.position
        position.step, position.seconds, position.rows = decided(
            lambda: (position.step, position.seconds, position.rows)
        )
        for tensor in (*checkpoint.state(self.learner).values(), position.loss):
            self.learner.ranks.spread(tensor)

    def _go_to_checkpoint(self, *, inexact: bool) -> None:
        if (self.folder / checkpoint.NAME).exists():
            facts = checkpoint.read_facts(self.folder)
            compare(facts["conditions"], self.conditions, self.folder, inexact=inexact)
            checkpoint.restore(self.folder, self.learner, self.position)
            self.started -= self.position.seconds
        else:
            self.save()
        with writing_in(self.folder):
            write_results(self.folder, self.position.rows)
            note(self.folder, "begun", step=self.position.step)
            self.tell_of_begin()

    def tell_of_begin(self) -> None:
        """Tell the loggers what is trained, and of the epochs that are over."""
        learner, manner = self.learner, self.manner
        images = learner.collection
        about = {"task": learner.task.name, "images": images.name, "classes": len(images.classes)}
        recipe, rows = learner.recipe.as_dict(), self.position.rows
        manner.loggers.begin(self.folder, recipe, about, rows=rows, say=manner.say)

    def step(self) -> None:
        """Take the next step, and what is due after it."""
        position = self.position
        loss, count = self.learner.step(position.step)
        position.loss.add_(loss, alpha=count)
        position.step += 1
        now, manner = time.perf_counter(), self.manner
        over = position.step % self.learner.batches.steps == 0
        due = now - self.saved >= (manner.settle if over else manner.save)
        if over:
            self.end_epoch()
        elif due or now - self.looked >= manner.look:
            self.look()
        if due:
            self.save()

    def look(self) -> float:
        """The mean loss of the epoch so far, shown. Raises RunError if it is not finite."""
        mean = float(self.position.loss) / self.learner.batches.seen(self.position.step)
        self.require_finite("loss", mean)
        self.display.move(self.position.step, mean)
        self.looked = time.perf_counter()
        return mean

    def end_epoch(self) -> None:
        """Validate, and enter the row of the epoch."""
        position, learner = self.position, self.learner
        loss, measured = self.look(), learner.validate()
        self.require_finite("loss", measured["loss"])
        row: Row = {
            "epoch": position.step // learner.batches.steps,
            "step": position.step,
            "seconds": self.seconds,
            "rate": learner.rate(position.step - 1),
            "loss": loss,
        } | {f"val_{name}": value for name, value in measured.items()}
        position.rows.append(row)
        position.loss.zero_()
        task = learner.task
        if best_row(position.rows, task.best, len(learner.val), counted=task.counted) is row:
            with learner.mean.shown():
                self.best = packed(learner.model.state_dict())
        self.display.epoch(row)
        if learner.ranks.first:
            with writing_in(self.folder):
                write_results(self.folder, position.rows)
                note(self.folder, "epoch", **row)
            self.manner.loggers.row(row)

    def save(self) -> None:
        """Bring the folder up to date: first the best weights, then the checkpoint."""
        learner, self.position.seconds = self.learner, self.seconds
        self.require_finite("weight", learner.largest_weight())
        if not learner.ranks.first:
            self.saved = time.perf_counter()
            return
        with writing_in(self.folder):
            if self.best is not None:
                write_whole(self.folder / BEST, self.best)
            checkpoint.save(self.folder, learner, self.position, self.conditions)
        self.best, self.saved = None, time.perf_counter()

    def stop(self, signal: int) -> NoReturn:
        """Save, and tell that training was interrupted."""
        self.save()
        if self.learner.ranks.first:
            with writing_in(self.folder):
                note(self.folder, "stopped", step=self.position.step, signal=signal)
        wait()
        raise RunInterrupted(signal, self.folder, step=self.position.step)

    def end(self) -> None:
        """Save, and leave the last weights: in the model too, where they are a mean."""
        if not self.learner.steps:
            self.best = packed(self.learner.model.state_dict())
        self.save()
        self.learner.mean.take()
        if not self.learner.ranks.first:
            return
        with writing_in(self.folder):
            if not self.learner.steps:
                note(self.folder, "left as it began", epochs=0)
            if self.position.step < self.learner.steps:
                epoch = len(self.position.rows)
                note(self.folder, "ended early", epoch=epoch, epochs=self.learner.epochs)
            write_whole(self.folder / LAST, packed(self.learner.model.state_dict()))
            note(self.folder, "trained", step=self.position.step, seconds=self.seconds)

    @property
    def seconds(self) -> float:
        """How long training has taken so far, the time before an interruption included."""
        return time.perf_counter() - self.started

    def require_finite(self, what: str, number: float) -> None:
        """Raise RunError for a loss, or a weight, that is not a number."""
        if not math.isfinite(number):
            raise not_finite(what, self.learner, self.position.step, self.folder)
