"""Making a run: training into a new folder, or going on with a run that was interrupted."""

from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from striate.data import Collection, write_manifest
from striate.errors import RunError
from striate.language import Network, Tree, write
from striate.nn import build
from striate.planning import Settings, resolve
from striate.planning.entrance import input_size
from striate.runs.environment import write_environment
from striate.runs.folder import NETWORK, SPLIT, is_finished, new_folder, quoted
from striate.runs.pictures import write_pictures
from striate.runs.record import Images, Record, read_record, write_record
from striate.runs.reopening import judges, read_network, reopen
from striate.runs.report import Report
from striate.runs.run import Run
from striate.runs.task import WholeTask
from striate.training import Manner, Recipe, checkpoint, choose, fit
from striate.training.checkpoint import writing_in
from striate.training.journal import note
from striate.training.results import best_row
from striate.training.task import Size
from striate.training.writing import write_whole


def train(
    source: str | Path,
    network: Tree,
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
    collection = task.open(source, seed=recipe.seed, size=size or _written_size(network))
    resolved = _resolved(network, collection, task)
    chosen, sentence = choose(recipe, collection, _new_model(resolved, recipe), task)
    record = Record(chosen, Images.of(collection, recipe.seed), task.name)
    folder = new_folder(project, collection.name, resolved.name)
    with writing_in(folder):
        write_manifest(folder / SPLIT, collection)
        write_environment(folder, chosen)
        write_whole(folder / NETWORK, write(resolved))
        write_record(folder, record)
        note(folder, "chosen", sentence=sentence)
    for line in (*_about(collection), *resolved.notes, sentence, f"Into {folder}"):
        manner.say(line)
    return _carry_on(Run(folder, record, task), collection, manner)


def resume(
    path: str | Path,
    task: WholeTask,
    *,
    inexact: bool = False,
    manner: Manner = Manner(),  # noqa: B008
) -> Run:
    """Go on with a run that was interrupted, to the weights that it would have had.

    Raises RunError where there is none, where it is finished, and, unless `inexact`, where torch,
    machine or recipe are not what they were; DataError where the images are not.
    """
    folder = Path(path)
    record = read_record(folder)
    assert record.task == task.name
    if is_finished(folder):
        raise RunError(
            f"{folder} is finished: all {record.recipe.epochs} epochs are done",
            help=[f"striate evaluate {quoted(folder)}", "for more epochs, train anew"],
        )
    collection = reopen(record, task)
    return _carry_on(Run(folder, record, task), collection, manner, inexact=inexact)


def _carry_on(run: Run, collection: Collection, manner: Manner, *, inexact: bool = False) -> Run:
    """Train to the end, from wherever the run is, and report."""
    folder, recipe, task = run.folder, run.recipe, run.task
    rows = fit(
        _new_model(read_network(folder, run.record), recipe),
        collection,
        task,
        recipe,
        folder=folder,
        inexact=inexact,
        manner=manner,
    )
    split = judges(collection)
    answers = run.answered(split.images, split.files)
    evaluation = task.judge(answers, split.labels)
    form = evaluation.as_dict()
    with writing_in(folder):
        pictures = write_pictures(folder, task, answers, split.labels, rows=rows)
        note(folder, "finished", **{name: form[name] for name in (task.best, "interval")})
        checkpoint.finish(folder)
    report = Report(
        folder,
        evaluation,
        split="test" if "test" in collection.splits else "val",
        rows=rows,
        best=best_row(rows, task.best, len(collection.splits["val"]), counted=task.counted),
        problems=collection.problems,
        pictures=pictures,
    )
    return replace(run, report=report)


def _written_size(network: Tree) -> Size | None:
    """(channels, height, width) from the network's own text, if it says them."""
    size, _ = input_size(network, None) if network.complete else ((), None)
    return (size[0], size[1], size[2]) if len(size) == 3 else None


def _resolved(network: Tree, collection: Collection, task: WholeTask) -> Network:
    """The network for these images."""
    classes = len(collection.classes) if task.head else None
    return resolve(network, Settings(input=collection.size, classes=classes, head=task.head))


def _new_model(network: Network, recipe: Recipe) -> nn.Module:
    """The network as a module whose first weights are a function of the seed."""
    with torch.random.fork_rng([]):
        torch.default_generator.manual_seed(recipe.seed)
        return build(network)


def _about(collection: Collection) -> list[str]:
    """What there is to know about the images before they are learned."""
    counts = ", ".join(f"{len(split)} {name}" for name, split in collection.splits.items())
    size = "x".join(map(str, collection.size))
    about = f"{collection.name}: {counts} images of {size} in {len(collection.classes)} classes"
    left_out = [f"left out: {problem}" for problem in collection.problems]
    return [about, *collection.notes, *left_out]
