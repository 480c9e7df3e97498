"""What does it take to plan somebody's ResNet-50, with receptive field and training memory?

One call of each tool on a module with weights, as its documentation says, on one thread: the first
in a process, and one more of another copy of the module. Each round is a process of its own, since
some of the tools change torch for those after them. The others are installed apart, as nothing here
needs them; one that is not there is left out, and said so:

    pip install --no-deps --target rivals torchinfo fvcore iopath portalocker yacs tabulate \\
        termcolor pyyaml tqdm ptflops torchlens graphviz
    PYTHONPATH=rivals python -m benchmarks inspection
"""

import copy
import importlib.util
import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.rounds import Result, rounds, spread, torch_machine

ROUNDS = 5
SIZE = (3, 224, 224)
GIVES = {"striate": "products, field, memory", "torchlens": "products, field"}


def _striate(model: Any) -> None:
    import striate

    made = striate.plan(model, input=SIZE)
    if made.row("layer4.2.conv3").field.size != (427, 427) or not made.memory(32).totals:
        raise AssertionError("the plan is not what it should be")


def _torchinfo(model: Any) -> None:
    import torchinfo

    torchinfo.summary(model, (1, *SIZE), verbose=0)


def _torchinfo_on_meta(model: Any) -> None:
    import torchinfo

    torchinfo.summary(model, (1, *SIZE), verbose=0, device="meta")


def _fvcore(model: Any) -> None:
    import torch
    from fvcore.nn import FlopCountAnalysis

    FlopCountAnalysis(model, torch.zeros(1, *SIZE)).unsupported_ops_warnings(False).total()


def _ptflops(model: Any) -> None:
    from ptflops import get_model_complexity_info

    get_model_complexity_info(model, SIZE, print_per_layer_stat=False, verbose=False)


def _torchlens(model: Any) -> None:
    import torch
    import torchlens

    layers = torchlens.trace(model, torch.zeros(1, *SIZE)).layers
    sizes = [one.receptive_field.size for one in layers if one.layer_label.startswith("conv2d")]
    if sizes[-1] != (427, 427):
        raise AssertionError("the field is not what it should be")


CONTESTANTS: dict[str, Callable[[Any], None]] = {
    "striate": _striate,
    "torchinfo": _torchinfo,
    "torchinfo on meta": _torchinfo_on_meta,
    "fvcore": _fvcore,
    "ptflops": _ptflops,
    "torchlens": _torchlens,
}


def call(name: str) -> list[float]:
    """In a process of its own: the seconds of a tool's first call, and of one more."""
    import torch

    torch.set_num_threads(1)
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from inspection.architectures import ARCHITECTURES

    with torch.device("meta" if name.endswith("on meta") else "cpu"):
        model = ARCHITECTURES["resnet50"]().eval()
    importlib.import_module(name.split()[0])
    return [_seconds(CONTESTANTS[name], copy.deepcopy(model)) for _ in range(2)]


def _seconds(run: Callable[[Any], None], model: Any) -> float:
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run(model)
    return time.perf_counter() - started


def main(count: int = ROUNDS) -> Result:
    there = [name for name in CONTESTANTS if importlib.util.find_spec(name.split()[0])]
    first: dict[str, list[float]] = {name: [] for name in there}

    def again(name: str) -> float:
        program = (
            "import json\nfrom benchmarks.inspection import call\n"
            f"print(json.dumps(call({name!r})))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[1],
        )
        cold, warm = json.loads(done.stdout.splitlines()[-1])
        first[name].append(cold)
        return warm

    measured = rounds({name: lambda name=name: again(name) for name in there}, count)
    taken = {name: spread(seconds) for name, seconds in measured.items()}
    own = taken["striate"]["median"]
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={
            **torch_machine(),
            "threads": "1",
            "unit": "seconds",
            "rounds": str(count),
        },
        rows=[
            {
                "tool": f"{name} {version(name.split()[0])}",
                "first call": spread(first[name])["median"],
                **taken[name],
                "times striate": taken[name]["median"] / own,
                "gives": GIVES.get(name, "products"),
            }
            for name in there
        ],
        answer=_answer({name: taken[name]["median"] / own for name in there}),
    )


def _answer(times: dict[str, float]) -> str:
    others = ", ".join(f"{name} {n:.1f}" for name, n in times.items() if name != "striate")
    missing = ", ".join(name for name in CONTESTANTS if name not in times)
    said = f"of the time that striate takes the others take: {others or 'none was installed'}"
    return f"{said}; not installed: {missing}" if missing else said
