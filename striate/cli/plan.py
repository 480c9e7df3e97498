"""striate plan: a network's sizes, costs and fields, with the working."""

from json import dumps

import striate
from striate.cli.letters import check_letters, print_letters, waiting
from striate.cli.terminal import line_width
from striate.cli.values import names_of, numbers_of, sizes_of, unit_of
from striate.cli.views import Asked, Look, Training
from striate.planning import Plan
from striate.planning.free.letters import has_letters


def plan(
    network: str,
    *numbers: str,
    input: str | None = None,
    classes: int | None = None,
    strict: bool = False,
    asked: Asked = Asked(),  # noqa: B008
    training: Training = Training(),  # noqa: B008
    look: Look = Look(),  # noqa: B008
) -> None:
    """Print what a network will cost before it is built, and why.

    Parameters
    ----------
    network
        A text, a .cnn file, a name from the zoo, or package.module:factory.
    numbers
        The free numbers of the text: N=2 M=3.
    input
        The input size, channels first: 3x224x224; with letters, 3xHxW, for every size at once;
        of a module with several inputs 1x28x28,1x28x28.
    classes
        The number of classes, where the text does not say it.
    strict
        Refuse rows and columns that flooring would drop.
    """
    if input is not None and has_letters(input):
        check_letters(input, asked, training, look)
        with waiting(input):
            free = striate.plan(
                network, input=input, classes=classes, strict=strict, **numbers_of(numbers)
            )
        print_letters(free, asked, look)
        return
    made = striate.plan(
        network, input=sizes_of(input), classes=classes, strict=strict, **numbers_of(numbers)
    )
    _show(made, asked, training, look)
    if made.network.error is not None:  # what is known was printed, and this is not all
        raise made.network.error if look.form != "json" else SystemExit(2)


def _show(made: Plan, asked: Asked, training: Training, look: Look) -> None:
    """Print what was asked for."""
    if asked.explain is not None:
        print(made.explain(asked.explain[0] if asked.explain else None, look.form))
    elif asked.unit is not None:
        region = made.region(*unit_of(asked.unit))
        print(dumps(region.as_dict()) if look.form == "json" else region)
    elif training.asked:
        print(_memory(made, training, look))
    else:
        print(_table(made, look))


def _table(made: Plan, look: Look) -> str:
    """The table, in the form that was asked for."""
    return made.show(
        look.form,
        columns=names_of(look.columns),
        sort=look.sort,
        depth=look.depth,
        width=line_width(),
    )


def _memory(made: Plan, training: Training, look: Look) -> str:
    """What training takes, in the form that was asked for."""
    batch = 1 if training.batch is None else training.batch
    taken = made.memory(batch, training.optimizer or "sgd", budget=training.budget)
    if look.form == "json":
        return dumps({**made.as_dict(), "memory": taken.as_dict()})
    return taken.show(look.form, width=line_width())
