"""What docs/unshared.md shows is what is printed: the working, and the table of the benchmark."""

import json
import shlex
from pathlib import Path

import striate

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/unshared.md").read_text("utf-8").splitlines()
ROWS = json.loads((ROOT / "benchmarks/results/unshared_accuracy.json").read_text("utf-8"))["rows"]


def test_the_working_shown_is_the_working_printed():
    (command,) = (line for line in PAGE if line.startswith("striate plan"))
    _, _, network, flag = shlex.split(command)
    assert flag == "--explain"
    printed = striate.plan(network).explain().splitlines()
    counts = [line for line in printed if line.lstrip().startswith(("parameters", "products"))]
    assert [line for line in PAGE if line.startswith("  p")] == counts


def test_the_table_shown_is_what_was_measured():
    threes = [ROWS[place : place + 3] for place in range(0, len(ROWS), 3)]
    expected = [_line(*three) for three in threes]
    assert len(expected) == 10
    assert [line for line in PAGE if " ± " in line and line.startswith("| ")] == expected


def _line(own, *others):
    """The line of the table for the three networks that were compared."""
    assert own["network"] == "UNSHARED"
    cells = [f"{own['images']}, {own['train']}", own["head"], f"{own['accuracy']:.1f}"]
    for other in others:
        ahead, unsure = other["UNSHARED ahead by"], other["UNSHARED ahead by ±"]
        gain = f"{ahead:+.2f} ± {unsure:.2f}"
        cells += [f"{other['accuracy']:.1f}", f"**{gain}**" if abs(ahead) > unsure else gain]
    return f"| {' | '.join(cells)} |"
