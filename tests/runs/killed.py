"""A process to be killed: it trains on digits into a project, or goes on where it was killed.

    python killed.py PROJECT EPOCHS THREADS TASK [BYTES]

It saves every few steps. With BYTES, no file may become longer than that.
"""

import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from striate import runs
from striate.errors import StriateError
from striate.language import read
from striate.tasks import task_called
from striate.training import Manner, Recipe, RunInterrupted

NETWORKS = {
    "classify": """
        INPUT -> CONV 8 3x3 -> BN -> RELU -> DROPOUT 0.2 -> POOL -> CONV 16 3x3 -> RELU
        FC 512 -> RELU -> DROPOUT -> FC
    """,
    "reconstruct": """
        INPUT -> CONV 64 3x3 stride=2 pad=1 -> BN -> RELU -> DROPOUT 0.2
        CONV 8 3x3 pad=1 -> DECONV 64 -> RELU -> CONV 1 3x3 pad=1
    """,
}
RECIPE = Recipe(
    batch=32,
    optimizer="adamw",
    lr=0.01,
    shift=1,
    mixup=0.25,
    cutmix=0.25,
    balance="sampling",
    ema=0.99,
    clip=1.0,
    accumulate=2,
    precision="float32",
    layout="contiguous",
)


def main(project: Path, epochs: int, threads: int, name: str) -> None:
    task = task_called(name)
    manner = Manner(look=0, settle=0.05, save=0.05, console=Console(quiet=True))
    folder = project / "digits-net1"
    if (folder / "recipe.toml").exists():
        runs.resume(folder, task, manner=manner)
    else:
        recipe = replace(RECIPE, epochs=epochs, threads=threads)
        tree = read(NETWORKS[name]).called("net")
        runs.train("digits", tree, task, recipe, project=project, manner=manner)


def limit(size: int) -> None:
    """Let no file of this process become longer."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


if __name__ == "__main__":
    try:
        if sys.argv[5:]:
            limit(int(sys.argv[5]))
        main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    except StriateError as error:
        print(error)
        sys.exit(2)
    except RunInterrupted as stopped:
        print(stopped)
        sys.exit(stopped.code)
