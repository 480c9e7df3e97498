"""One of the processes of test_ranks.py: does each of some jobs, in turn.

    python ranked.py '[{"job": "steps", "out": "weights.safetensors", ...}, ...]'

Its rank is in the environment, as torchrun sets it; without, it is the only process.
"""

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import torch
from rich.console import Console
from safetensors.torch import save_file
from torch import nn

import striate
from striate.data import Collection, Split
from striate.errors import DataError, StriateError
from striate.tasks import classify
from striate.training import Manner, Recipe, RunInterrupted, fit, spanning
from striate.training.choosing import settle
from striate.training.learner import Learner, surroundings
from striate.training.ranks import decided, everywhere, here, joined, require_same

CLASSES = ("ant", "bee", "cat")
RECIPE = Recipe(
    epochs=4,
    batch=9,
    optimizer="sgd",
    lr=0.05,
    weight_decay=1e-3,
    label_smoothing=0.1,
    flip=True,
    shift=1,
    augment="light",
    precision="float32",
    layout="contiguous",
    device="cpu",
    threads=1,
)


class Aside(nn.Module):
    """A network with a layer that is frozen, and one that is never used."""

    def __init__(self):
        super().__init__()
        self.first, self.unused = nn.Conv2d(1, 4, 3), nn.Linear(3, 3)
        self.last = nn.Linear(144, len(CLASSES))
        self.first.requires_grad_(False)

    def forward(self, x):
        return self.last(self.first(x).relu().flatten(1))


def with_batch_norm():
    """Normalised on planes and on vectors, once without weights, once by a plain mean."""
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 6, 3, bias=False), nn.BatchNorm2d(6, affine=False, momentum=None)),
        *(nn.Flatten(), nn.Linear(24, 8), nn.BatchNorm1d(8), nn.ReLU()),
        nn.Linear(8, len(CLASSES)),
    )


def with_frozen_body():
    """The first norm would move if it were not held still, the second moves."""
    network = with_batch_norm()
    network[:2].requires_grad_(False)
    return network


def with_dropout():
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.2), nn.Flatten()),
        nn.Linear(144, len(CLASSES)),
    )


def plain():
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.Flatten(), nn.Linear(216, len(CLASSES))),
    )


def unshared():
    text = "INPUT 1x8x8 -> UNSHARED 4 3x3 -> RELU -> TILED 4 2x2 tiles=2 stride=2 -> RELU -> FC 3"
    return striate.build(text)


class Keeping(nn.Module):
    """A network that keeps what each process finds by itself, in numbers of all types."""

    def __init__(self):
        super().__init__()
        self.norm = nn.InstanceNorm2d(1, track_running_stats=True)
        self.last = nn.Linear(64, len(CLASSES))
        for kind in (torch.bool, torch.int16, torch.bfloat16, torch.complex64):
            self.register_buffer(f"ones_{str(kind)[6:]}", torch.ones(2).to(kind))
        self.register_buffer("nothing", torch.zeros(0))

    def forward(self, x):
        return self.last(self.norm(x).flatten(1))


NETWORKS = {
    function.__name__: function
    for function in (Aside, Keeping, with_batch_norm, with_dropout, with_frozen_body, plain)
} | {"unshared": unshared}


def split(count, seed):
    """Noise whose brightness tells the class."""
    draw = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % len(CLASSES)
    noise = torch.randint(0, 120, (count, 1, 8, 8), generator=draw)
    images = (noise + 50 * labels.reshape(-1, 1, 1, 1)).to(torch.uint8)
    return Split(images, labels, tuple(f"{seed}-{place}" for place in range(count)))


def collection(val=31):
    splits = {"train": split(50, 1), "val": split(val, 2)}
    return Collection("blots", "blots", CLASSES, splits, flip=True, shift=1)


def network(name):
    torch.manual_seed(1)
    return NETWORKS[name]()


def learner_of(net, val=31, **options):
    model, images = network(net), collection(val)
    recipe = settle(replace(RECIPE, **options), images, model)
    return Learner(model, images, classify, recipe)


def steps(out, net, count=50, apart=False, **options):
    """Take steps, and write the weights; `apart` leaves every process its own statistics."""
    if apart:
        spanning._forward = lambda norm, _ranks, x: type(norm).forward(norm, x)
    learner = learner_of(net, epochs=30, **options)
    with surroundings(learner.recipe):
        losses = [learner.step(number)[0] for number in range(count)]
    if here().first:
        found = learner.model.state_dict() | {"losses": torch.stack(losses)}
        save_file({name: value.contiguous() for name, value in found.items()}, out)


def kept(folder):
    """Train a network with buffers of its own; each process writes its state."""
    model = network("Keeping")
    images = collection()
    recipe = settle(replace(RECIPE, epochs=1), images, model)
    manner = Manner(console=Console(quiet=True))
    Path(folder).mkdir(parents=True, exist_ok=True)
    fit(model, images, classify, recipe, folder=Path(folder), manner=manner)
    save_file(model.state_dict(), f"{folder}/kept{here().rank}")


def measured(out, val, **options):
    """Evaluate a network, and write its measures."""
    found = learner_of("with_batch_norm", val, **options).validate()
    if here().first:
        Path(out).write_text(json.dumps(found))


def normalised(out, pieces):
    """Normalise the same noise in pieces of these sizes, one for each process, in float64."""
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(sum(pieces), 3, 2, 2, dtype=torch.float64, generator=draw)
    target = torch.randn(x.shape, dtype=torch.float64, generator=draw)
    ranks, norm = here(), nn.BatchNorm2d(3).double()
    start = sum(pieces[: ranks.rank])
    mine = slice(start, start + pieces[ranks.rank] if ranks.ranks > 1 else None)
    part = x[mine].clone().requires_grad_()
    with spanning.spanning(norm, ranks):
        loss = (norm(part) - target[mine]).square().sum()
    loss.backward()
    found = dict(norm.state_dict()) | {"x": torch.zeros_like(x)}
    found |= {name: value.grad for name, value in norm.named_parameters()}
    found["x"][mine] = part.grad
    for name in ("x", "weight", "bias"):
        ranks.sum(found[name])
    if ranks.first:
        save_file(found, out)


def train(folder, net="with_dropout", do=None, at=0, rank=0, save=0.0, **options):
    """Train into a folder; at a step the process of a rank does what it is told to do."""
    step = Learner.step

    def watched(self, number):
        if number == at and here().rank == rank:
            ACTS[do]()
        return step(self, number)

    if do:
        Learner.step = watched
    manner = Manner(save=save, console=Console(quiet=True))
    Path(folder).mkdir(parents=True, exist_ok=True)
    inexact = options.pop("inexact", False)
    model, images = network(net), collection()
    recipe = settle(replace(RECIPE, **options), images, model)
    options = {"folder": Path(folder), "inexact": inexact, "manner": manner}
    fit(model, images, classify, recipe, **options)


def refuse():
    raise DataError("the images are gone", help=["bring them back"])


def break_down():
    raise ZeroDivisionError("an accident")


ACTS = {
    "refuse": refuse,
    "break down": break_down,
    "die": lambda: os.kill(os.getpid(), signal.SIGKILL),
    **{
        name: lambda name=name: signal.raise_signal(signal.Signals[name])
        for name in ("SIGTERM", "SIGUSR1", "SIGINT")
        if hasattr(signal, name)
    },
}


def words(out):
    """What the processes tell each other."""
    rank = here().rank
    found = {"decided": decided(lambda: {"rank": here().rank, "ranks": here().ranks})}
    for place, of in {"everywhere": (1, 2), "nowhere": (), "first": (0,)}.items():
        try:
            everywhere(lambda of=of: refuse() if rank in of else None)
            found[place] = "fine"
        except DataError as error:
            found[place] = str(error)
    try:
        require_same(f"digest{min(rank, 1)}", "images")
    except DataError as error:
        found["same"] = error.message
    Path(f"{out}{rank}").write_text(json.dumps(found))


JOBS = {
    "steps": steps,
    "kept": kept,
    "measured": measured,
    "normalised": normalised,
    "train": train,
    "words": words,
}


def main(jobs):
    for job in jobs:
        with joined():
            JOBS[job.pop("job")](**job)


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except StriateError as error:
        print(error)
        sys.exit(2)
    except RunInterrupted as stopped:
        print(stopped)
        sys.exit(stopped.code)
