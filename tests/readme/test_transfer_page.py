"""What docs/transfer.md shows is what was measured, and its patterns are patterns."""

import json
from pathlib import Path

import striate
from striate.transfer.freezing import freeze

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/transfer.md").read_text("utf-8")


def rows(name):
    return json.loads((ROOT / f"benchmarks/results/{name}.json").read_text("utf-8"))["rows"]


def test_the_table_shown_is_what_was_measured():
    measured = [
        f"| {row['images']} | {row['way']} | {row['epochs']:.0f} | {row['right %']:.1f} | "
        f"{row['seconds']:.0f} |"
        for row in rows("regimes")
    ]
    assert len(measured) >= 12
    shown = [line for line in PAGE.splitlines() if line.startswith(("| fashion", "| ants"))]
    assert shown == measured


def test_the_times_shown_are_those_that_were_measured():
    plain, empty, kept = rows("transfer")
    for row in (plain, empty, kept):
        assert f"{row['median']:.0f} s" in PAGE
        assert f"{row['val %']:.1f} %" in PAGE
    assert f"{empty['times faster']:.0f} times" in PAGE


def test_the_patterns_shown_name_first_and_last_layers():
    freeze(striate.build("squeezenet1_0", classes=2), ["features.[0-5].*"])
    assert "'features.[0-5].*'" in PAGE
