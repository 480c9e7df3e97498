"""`python -m benchmarks [NAME ...]`: run benchmarks, and keep what they printed."""

import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path

NAMES = (
    "planning",
    "planning_memory",
    "inspection",
    "training_step",
    "ranks",
    "augmentation",
    "loading",
    "memory_of_many",
    "time_to_ninety",
    "time_to_more",
    "transfer",
    "regimes",
    "unshared",
    "tiled",
    "restricted",
    "unshared_accuracy",
    "drawing",
)
_RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Run the benchmarks that are named, or all of them."""
    for name in sys.argv[1:] or NAMES:
        result = importlib.import_module(f"benchmarks.{name}").main()
        print(f"\n{result}\n", flush=True)
        _RESULTS.mkdir(exist_ok=True)
        kept = json.dumps({**asdict(result), "printed": str(result).splitlines()}, indent=2)
        (_RESULTS / f"{name}.json").write_text(kept + "\n", "utf-8")


if __name__ == "__main__":
    main()
