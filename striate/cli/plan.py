"""striate plan: a network's sizes, costs and fields, with the working."""

import json as forms
from typing import Annotated

from cyclopts import Parameter

import striate
from striate.cli.values import numbers_of, size_of


def plan(
    network: str,
    *numbers: str,
    input: str | None = None,
    classes: int | None = None,
    explain: Annotated[list[str] | None, Parameter(consume_multiple=(0, 1))] = None,
    strict: bool = False,
    json: bool = False,
) -> None:
    """Print what a network will cost before it is built, and why.

    Parameters
    ----------
    network
        A text, a .cnn file, or a name from the zoo.
    numbers
        The free numbers of the text: N=2 M=3.
    input
        The input size, channels first: 3x224x224.
    classes
        The number of classes, where the text does not say it.
    explain
        Show the rule behind each number, of one PATH or of all layers.
    strict
        Refuse rows and columns that flooring would drop.
    json
        Print the plan for another program.
    """
    made = striate.plan(
        network, input=size_of(input), classes=classes, strict=strict, **numbers_of(numbers)
    )
    path = explain[0] if explain else None
    if json:
        shown = made.as_dict() if explain is None else made.derivations(path)
        print(forms.dumps(shown))
    else:
        print(made if explain is None else made.explain(path))
