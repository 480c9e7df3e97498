"""Making a run: training into a new folder, or going on with a run that was interrupted."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from torch import nn

from striate.data import MEMORY, NAMES, Collection, Source, address, data_json, write_manifest
from striate.errors import RunError
from striate.language import Tree
from striate.planning.entrance import input_size
from striate.runs.augmented import write_augmented
from striate.runs.environment import write_environment
from striate.runs.folder import (
    AUGMENTED,
    DATA,
    SPLIT,
    is_finished,
    new_folder,
    quoted,
    require_apart,
)
from striate.runs.networks import Form, first, ready, require_weights
from striate.runs.pictures import write_pictures
from striate.runs.record import Images, Record, read_record, write_record
from striate.runs.reopening import Given, judges, reopen
from striate.runs.report import Report
from striate.runs.run import Run
from striate.runs.task import WholeTask
from striate.runs.together import chosen_by_first, together
from striate.training import Manner, Recipe, checkpoint, fit
from striate.training.augmenting import about_augmentation
from striate.training.balancing import about_balance
from striate.training.checkpoint import writing_in
from striate.training.journal import note
from striate.training.ranks import decided, here, joined, only_first
from striate.training.results import Row, best_row, read_results
from striate.training.task import Size
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
    manner: Manner = Manner(),  # noqa: B008
) -> Run:
    """Train a network on the images of a source, into a new folder of `project`.

    Images get the `size` that is asked for, else that in the network's text, else keep their own.
    Nothing is written before images, network and recipe are seen to fit each other. The test
    images are read once, when training is over.
    """
    _require_apart(project, source)
    only_first(manner.loggers.open)
    opened = partial(task.open, source, seed=recipe.seed, size=size_of(network, size))
    collection = together(opened)
    made = ready(network, collection, task, recipe)
    chosen, sentence = chosen_by_first(recipe, collection, made.model, task)
    record = Record(chosen, Images.of(collection, recipe.seed), task.name, made.factory)
    folder = Path(decided(lambda: str(new_folder(project, collection.name, made.name))))
    processes = here().ranks

    def write_down() -> None:
        with writing_in(folder):
            write_manifest(folder / SPLIT, collection)
            write_whole(folder / DATA, data_json(collection))
            write_environment(folder, chosen, processes)
            write_whole(folder / made.file, made.text)
            write_record(folder, record)
            note(folder, "chosen", sentence=sentence)
            write_augmented(folder, collection, chosen)

    only_first(write_down)
    uneven = about_balance(collection, chosen) if task.head else []
    said = (*about_augmentation(chosen), sentence, f"Into {folder}")
    for line in (*_about(collection), *uneven, *made.notes, *said):
        manner.say(line)
    given = Given(source, network if isinstance(network, nn.Module) else None)
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
    rows = fit(
        first(folder, run.record, run.given.network),
        collection,
        task,
        recipe,
        folder=folder,
        inexact=inexact,
        manner=manner,
    )
    report = only_first(partial(_reported, run, collection, rows))
    if report:
        pictures = [folder / name for name in report.pictures]
        manner.loggers.end(report.evaluation.as_dict(), pictures)
    return replace(run, report=report)


def _reported(run: Run, collection: Collection, rows: list[Row]) -> Report:
    """Judge the best weights, draw the pictures, and declare the run finished."""
    folder, task = run.folder, run.task.under(run.recipe)
    split = judges(collection)
    answers = run.answered(split.images, split.files)
    evaluation = task.judge(answers, split.labels)
    form = evaluation.as_dict()
    drawn = [AUGMENTED] if (folder / AUGMENTED).exists() else []
    with writing_in(folder):
        pictures = write_pictures(folder, task, answers, split.labels, rows=rows)
        note(folder, "finished", **{name: form[name] for name in (run.task.best, "interval")})
        checkpoint.finish(folder)
    return Report(
        folder,
        evaluation,
        split="test" if "test" in collection.splits else "val",
        rows=rows,
        best=best_row(rows, task.best, len(collection.splits["val"]), counted=task.counted),
        problems=collection.problems,
        pictures=(*drawn, *pictures),
        planned=run.recipe.epochs or 0,
    )


def size_of(network: Form, asked: Size | None) -> Size | None:
    """The size of images that is asked for, else that in the network's text; None: their own."""
    return _written_size(network) if asked is None else asked


def _written_size(network: Form) -> Size | None:
    """(channels, height, width) from the network's own text, if it says them."""
    if not isinstance(network, Tree) or not network.complete:
        return None
    size, _ = input_size(network, None)
    return (size[0], size[1], size[2]) if len(size) == 3 else None


def _about(collection: Collection) -> list[str]:
    """What there is to know about the images before they are learned."""
    counts = ", ".join(f"{len(split)} {name}" for name, split in collection.splits.items())
    size = "x".join(map(str, collection.size))
    about = f"{collection.name}: {counts} images of {size} in {len(collection.classes)} classes"
    left_out = [f"left out: {problem}" for problem in collection.problems]
    return [about, *collection.notes, *left_out]
