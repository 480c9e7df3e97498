"""Making a run: training into a new folder, or going on with a run that was interrupted."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from torch import nn

from striate.arithmetic.window import show
from striate.data import MEMORY, NAMES, Collection, Source, address, data_json, write_manifest
from striate.data.features import Features
from striate.data.look import Size
from striate.errors import RunError
from striate.runs.augmented import write_augmented
from striate.runs.environment import write_environment
from striate.runs.folder import (
    AUGMENTED,
    DATA,
    SPLIT,
    START,
    is_finished,
    new_folder,
    quoted,
    require_apart,
)
from striate.runs.networks import Form, Ready, first, require_weights
from striate.runs.pictures import write_pictures
from striate.runs.preparing import prepare
from striate.runs.record import Images, Record, read_record, write_record
from striate.runs.reopening import Given, judges, reopen
from striate.runs.report import Report
from striate.runs.run import Run
from striate.runs.start import at_start, head_and_features, write_start
from striate.runs.task import WholeTask
from striate.runs.together import chosen_by_first, together
from striate.runs.transferred import Asked
from striate.runs.transferring import fit_last
from striate.training import Manner, Recipe, RunInterrupted, checkpoint, fit
from striate.training.augmenting import about_augmentation
from striate.training.balancing import about_balance
from striate.training.checkpoint import writing_in
from striate.training.journal import note
from striate.training.ranks import decided, here, joined, only_first
from striate.training.results import Row, best_row, read_results
from striate.training.writing import write_whole


@joined()
def train(
    source: Source,
    network: Form,
    task: WholeTask,
    recipe: Recipe,
    *,
    project: str | Path = "runs",
    size: Size | None = None,
    asked: Asked = Asked(),  # noqa: B008
    manner: Manner = Manner(),  # noqa: B008
) -> Run:
    """Train a network on the images of a source, into a new folder of `project`.

    Images get the `size` that is asked for, else that which the weights were trained with, else
    that in the network's text, else keep their own. The weights that are `asked` for are brought
    in, and their last layer is fitted, before anything is written. Nothing is written before
    images, network and recipe are seen to fit each other. The test images are read once, when
    training is over.
    """
    _require_apart(project, source)
    only_first(manner.loggers.open)
    prepared = prepare(source, network, task, recipe, size=size, asked=asked)
    collection, made, began = prepared.collection, prepared.made, prepared.began
    chosen, sentence = chosen_by_first(began.recipe, collection, made.model, task)
    for line in (*_about(collection), *began.notes):
        manner.say(line)
    fitted = partial(fit_last, made.model, collection, began, chosen, manner.say)
    began = only_first(fitted) or began
    images = Images.of(collection, recipe.seed)
    record = Record(chosen, images, task.name, made.factory, began.transfer)
    folder = Path(decided(lambda: str(new_folder(project, collection.name, made.name))))
    write_down = partial(_write_down, folder, record, collection, made, sentence=sentence)
    only_first(partial(write_down, processes=here().ranks))
    uneven = about_balance(collection, chosen) if task.head else []
    said = (*about_augmentation(chosen), sentence, f"Into {folder}")
    for line in (*uneven, *made.notes, *said):
        manner.say(line)
    named = prepared.network
    given = Given(source, named if isinstance(named, nn.Module) else None)
    run = Run(folder, record, task, given, name=made.name)
    return _carry_on(run, collection, manner)


@joined()
def resume(
    path: str | Path,
    task: WholeTask,
    *,
    given: Given = Given(),  # noqa: B008
    inexact: bool = False,
    manner: Manner = Manner(),  # noqa: B008
) -> Run:
    """Go on with a run that was interrupted, to the weights that it would have had.

    What it cannot find again is `given`: images or a module from memory. Raises RunError where
    there is none, where it is finished, and, unless `inexact`, where torch,
    machine or recipe are not what they were; DataError where the images are not.
    """
    folder = Path(path)
    record = read_record(folder)
    only_first(partial(manner.loggers.open, folder))
    assert record.task == task.name
    if is_finished(folder):
        raise RunError(
            f"{folder} is finished: {len(read_results(folder))} of {record.recipe.epochs} epochs "
            "are done",
            help=[f"striate evaluate {quoted(folder)}", "for more epochs, train anew"],
        )
    model = first(folder, record, given.network)
    if (folder / checkpoint.NAME).exists():
        checkpoint.read_facts(folder)  # which says so where it is damaged
        require_weights(model, folder / checkpoint.NAME, "network/")
    elif given.network is not None:
        raise RunError(
            f"{folder} was stopped before its first checkpoint", help=["train the module anew"]
        )
    collection = together(partial(reopen, folder, record, task, given))
    return _carry_on(Run(folder, record, task, given), collection, manner, inexact=inexact)


def _write_down(
    folder: Path,
    record: Record,
    collection: Collection,
    made: Ready,
    *,
    sentence: str,
    processes: int,
) -> None:
    """Write into a run folder all that is known before the first step."""
    with writing_in(folder):
        write_manifest(folder / SPLIT, collection)
        write_whole(folder / DATA, data_json(collection))
        write_environment(folder, record.recipe, processes)
        write_whole(folder / made.file, made.text)
        write_record(folder, record)
        note(folder, "chosen", sentence=sentence)
        write_start(folder, made.model, record.transfer)
        write_augmented(folder, collection, record.recipe)


def _require_apart(project: str | Path, source: Source) -> None:
    """Raise RunError where runs would lie among the images."""
    match address(source):
        case str(images) | (str(images), _) if images not in (MEMORY, *NAMES):
            require_apart(project, Path(images))
        case _:
            pass


def _carry_on(run: Run, collection: Collection, manner: Manner, *, inexact: bool = False) -> Run:
    """Train to the end, from wherever the run is, and report."""
    folder, recipe, task = run.folder, run.recipe, run.task
    with _saying_how_to_go_on(folder):
        model = at_start(folder, run.record, run.given.network)
        trained, seen = head_and_features(model, collection, recipe, task, manner.say)
        rows = fit(trained, seen, task, recipe, folder=folder, inexact=inexact, manner=manner)
        head = None if trained is model else trained
        report = only_first(partial(_reported, run, collection, rows, head, seen))
    if report:
        pictures = [folder / name for name in report.pictures]
        manner.loggers.end(report.evaluation.as_dict(), pictures)
    return replace(run, report=report)


@contextmanager
def _saying_how_to_go_on(folder: Path) -> Generator[None]:
    """Where somebody stops what is done before the first step, or after the last."""
    try:
        yield
    except RunInterrupted:  # which says it
        raise
    except KeyboardInterrupt as stopped:
        line = f"stopped; to go on: striate resume {quoted(folder)}"
        raise KeyboardInterrupt(line) from stopped


def _reported(
    run: Run, collection: Collection, rows: list[Row], head: nn.Module | None, seen: Collection
) -> Report:
    """Judge the best weights, draw the pictures, and declare the run finished.

    Where a head was trained on what was `seen`, it answers for the network.
    """
    folder, task = run.folder, run.task.under(run.recipe)
    split = judges(collection)
    output = None
    if head is not None:
        features = judges(seen).images
        assert isinstance(features, Features)
        output = run.of_features(head, features)
    answers = run.answered(split.pixels, split.files, output)
    evaluation = task.judge(answers, split.labels)
    form = evaluation.as_dict()
    drawn = [AUGMENTED] if (folder / AUGMENTED).exists() else []
    with writing_in(folder):
        pictures = write_pictures(folder, task, answers, split.labels, rows=rows)
        note(folder, "finished", **{name: form[name] for name in (run.task.best, "interval")})
        checkpoint.finish(folder)
        (folder / START).unlink(missing_ok=True)
    of_val = partial(best_row, rows, task.best, len(collection.splits["val"]))
    return Report(
        folder,
        evaluation,
        split="test" if "test" in collection.splits else "val",
        rows=rows,
        best=of_val(counted=task.counted) if rows else None,
        problems=collection.problems,
        pictures=(*drawn, *pictures),
        fitted=run.record.transfer is not None and run.record.transfer.penalty > 0,
        planned=run.recipe.epochs or 0,
    )


def _about(collection: Collection) -> list[str]:
    """What there is to know about the images before they are learned."""
    counts = ", ".join(f"{len(split)} {name}" for name, split in collection.splits.items())
    size = show(collection.size)
    about = f"{collection.name}: {counts} images of {size} in {len(collection.classes)} classes"
    left_out = [f"left out: {problem}" for problem in collection.problems]
    return [about, *collection.notes, *left_out]
