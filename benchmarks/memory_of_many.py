"""How much memory does training on a folder of many photos take, and how does it grow?

Each size is trained in a process of its own, for one epoch, from generated JPEGs whose pixels do
not fit into what photos may take in memory, so that they are mapped. Peaks are those that the
system counts for the whole process: all that it held, and what it saw of the mapped file.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.rounds import Result, torch_machine

COUNTS, SIDE, WANTED = (10_000, 20_000, 30_000), 96, 100_000
TRAINING = """
import json, resource, sys
from striate.data.photos import caching
caching.FEW = 0
import striate
from striate.training import Recipe
recipe = Recipe(epochs=1, batch=64, precision="float32", layout="channels_last", augment="light")
net = "CONV 8 3x3 stride=4 -> RELU -> GAP -> FC"
striate.train(sys.argv[1], net, recipe=recipe, project=sys.argv[2], size=int(sys.argv[3]))
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))
"""


def write_photos(root: Path, first: int, last: int) -> None:
    """So many small JPEG files in ten classes, no two of them alike."""
    from PIL import Image

    for number in range(first, last):
        folder = root / f"class{number % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        cells = np.random.default_rng(number).integers(0, 256, (12, 16, 3), dtype=np.uint8)
        picture = Image.fromarray(cells).resize((160, 120), Image.Resampling.BILINEAR)
        picture.save(folder / f"{number:06}.jpg", quality=85)


def peak(root: Path, project: Path, cache: Path) -> int:
    """The most bytes that a training of one epoch held."""
    environment = {**os.environ, "STRIATE_CACHE": str(cache)}
    command = [sys.executable, "-c", TRAINING, str(root), str(project), str(SIDE)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return int(json.loads(done.stdout.splitlines()[-1]))


def main() -> Result:
    peaks: dict[int, int] = {}
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "photos"
        for before, count in zip((0, *COUNTS), COUNTS, strict=False):
            write_photos(root, before, count)
            peaks[count] = peak(root, Path(place) / "runs", Path(place) / "cache")
    slope, start = np.polyfit(list(peaks), list(peaks.values()), 1)
    wanted = start + slope * WANTED
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**torch_machine(), "looked at in": f"{SIDE}x{SIDE}", "unit": "MB"},
        rows=[
            *({"photos": f"{count:,}", "peak": peaks[count] / 1e6} for count in COUNTS),
            {"photos": f"{WANTED:,}, by the line through these", "peak": wanted / 1e6},
        ],
        answer=(
            f"{slope / 1e3:.1f} kB for each photo more, so about {wanted / 1e9:.2f} GB for "
            f"{WANTED:,} photos"
        ),
    )
