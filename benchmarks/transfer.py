"""What does it cost to teach a published network two classes of photos?

Whole processes, from the command to the result: `striate train ants-bees --net squeezenet1_0
--weights FILE` with an empty cache, and again with what the first one kept, beside a plain script
in the manner of PyTorch's transfer learning tutorial (`plain_tuning`: the same weights, the same
photos, the body frozen as well, 25 epochs). Needs ants-bees and squeezenet1_0-imagenet.safetensors
below $STRIATE_DATA.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.rounds import Result, rounds, torch_machine

ROUNDS = 3
PLAIN = "a plain script, 25 epochs"
EMPTY, KEPT = "striate, nothing kept", "striate, features kept"


def main(count: int = ROUNDS, plain_rounds: int = 1) -> Result:
    data = Path(os.environ["STRIATE_DATA"])
    right: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)

        def plain() -> float:
            seconds, right[PLAIN] = _plain(data)
            return seconds

        def empty() -> float:
            caches = len(list(place.glob("cache*")))
            seconds, right[EMPTY] = _striate(data, place, f"cache{caches}")
            return seconds

        def kept() -> float:
            caches = len(list(place.glob("cache*")))
            seconds, right[KEPT] = _striate(data, place, f"cache{caches - 1}")
            return seconds

        times = rounds({PLAIN: plain}, plain_rounds) | rounds({EMPTY: empty, KEPT: kept}, count)
    slow = statistics.median(times[PLAIN])
    rows: list[dict[str, float | str]] = []
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        ends = {"least": min(seconds), "most": max(seconds), "rounds": float(len(seconds))}
        faster = {"times faster": slow / middle}
        rows.append({"way": name, "val %": 100 * right[name], "median": middle, **ends, **faster})
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**torch_machine(), "unit": "seconds"},
        rows=rows,
        answer=(
            f"{float(rows[1]['times faster']):.1f} times faster than the script, "
            f"{float(rows[2]['times faster']):.1f} times where the features are kept: "
            f"{100 * right[EMPTY]:.1f} % of val against {100 * right[PLAIN]:.1f} %"
        ),
    )


def _plain(data: Path) -> tuple[float, float]:
    """The seconds of the script, and the share of val that is right."""
    script = Path(__file__).with_name("plain_tuning.py")
    given = [script, data / "ants-bees", data / "squeezenet1_0-imagenet.safetensors"]
    seconds, said = _timed([sys.executable, *map(str, given)], {})
    return seconds, json.loads(said.splitlines()[-1])["accuracy"]


def _striate(data: Path, place: Path, cache: str) -> tuple[float, float]:
    """The seconds of the command, and the share of val that is right, as it reports it."""
    (place / cache).mkdir(exist_ok=True)
    weights = str(data / "squeezenet1_0-imagenet.safetensors")
    given = [str(data / "ants-bees"), "--net", "squeezenet1_0", "--weights", weights, "--json"]
    command = [sys.executable, "-m", "striate", "train", *given, "--project", str(place / "runs")]
    seconds, said = _timed(command, {"STRIATE_CACHE": str(place / cache)})
    return seconds, json.loads(said)["evaluation"]["accuracy"]


def _timed(command: list[str], settings: dict[str, str]) -> tuple[float, str]:
    started = time.perf_counter()
    environment = {**os.environ, **settings}
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=environment, cwd=_ROOT
    )
    return time.perf_counter() - started, done.stdout


_ROOT = Path(__file__).parent.parent
