"""Rounds: contestants take turns, so that a noisy machine is noisy to all of them alike."""

import platform
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """What a benchmark found: a table, the conditions, and one sentence that answers."""

    question: str
    conditions: dict[str, str]
    rows: list[dict[str, float | str]]
    answer: str

    def __str__(self) -> str:
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        lines = [names, *([_shown(row.get(name, "")) for name in names] for row in self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(names))]
        table = [
            "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
        conditions = ", ".join(f"{name} {value}" for name, value in self.conditions.items())
        return "\n".join([self.question, f"({conditions})", *table, self.answer])


def rounds(contestants: Mapping[str, Callable[[], float]], count: int) -> dict[str, list[float]]:
    """Let every contestant run once a round; each returns its own measurement."""
    measured: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(count):
        for name, run in contestants.items():
            measured[name].append(run())
    return measured


def spread(samples: list[float]) -> dict[str, float]:
    """Median, least and most."""
    return {"median": statistics.median(samples), "least": min(samples), "most": max(samples)}


def machine() -> dict[str, str]:
    """What the figures were taken on."""
    return {"python": platform.python_version(), "system": platform.system()}


def torch_machine() -> dict[str, str]:
    """The same for a benchmark that uses torch."""
    import torch

    return {
        **machine(),
        "torch": torch.__version__,
        "threads": str(torch.get_num_threads()),
        "vectors": torch.backends.cpu.get_cpu_capability(),
    }


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.4g}"
