"""When a module fails: where, why, in its own numbers, and fixes that were tried before shown."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from torch import nn

from striate.errors import ShapeError
from striate.inspection.diagnosis.causes import cause_of, sentence
from striate.inspection.diagnosis.numbers import agreeing
from striate.inspection.diagnosis.rehearsal import Rehearsal, rehearse
from striate.inspection.diagnosis.remedies import remedies
from striate.inspection.diagnosis.signatures import asked, told
from striate.inspection.diagnosis.trials import Fix, Trials
from striate.inspection.inspecting import Given, Inspection
from striate.inspection.recording import Trouble
from striate.inspection.running import NumbersNeededError

_SHOWN = 4
NO_FIX = "no single change of a number, or of the input size, was found that makes it run"
OWN = "the code of the module itself raises this: no fix is guessed"
ONE_FIX = "no other single change was found"
VALUES = "the code asks for the numbers in a tensor, which its size alone does not tell"


@dataclass(frozen=True)
class Diagnosis:
    """Where a module fails, the cause, and what would mend it: each fix was tried to the end.

    `message` is the whole sentence, `path (source): cause`; `help` are the lines below it.
    """

    message: str
    cause: str
    fixes: tuple[Fix, ...]
    help: tuple[str, ...]
    path: str
    source: str | None

    def error(self) -> ShapeError:
        """The diagnosis as the error that the command line prints."""
        return ShapeError(self.message, help=self.help, source=self.source)


def diagnose(module: nn.Module, input: Given, inspection: Inspection) -> Diagnosis:
    """Why the forward pass of a module fails for an input, and what would make it run.

    The module stays as it is: what is tried is tried on twins without memory.

    >>> from striate.inspection import examine
    >>> module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 8, 3))
    >>> print(diagnose(module, (3, 9, 9), examine(module, (3, 9, 9))).error())
    1: 8 channels arrive (8x7x7 from 0), 4 are expected
      help: in_channels=8 in 1 gives 8x5x5
      help: out_channels=4 in 0 gives 8x5x5
    """
    trouble = inspection.trouble
    if trouble is None:
        raise ValueError("a module that runs needs no diagnosis")
    failure = rehearse(module, input)
    trials = Trials(module, input, failure, agreeing)
    if (cause := asked(module, input, failure.error)) is not None:
        fixes = tuple(islice(told(trials), _SHOWN))
        return _made(trouble, failure, cause, fixes, NO_FIX)
    if failure.failed is None or failure.error is None:
        said = OWN if failure.error is not None else NO_FIX
        return _made(trouble, failure, sentence(trouble.error), (), said)
    if _needs_numbers(trouble):
        return _made(trouble, failure, sentence(trouble.error), (), VALUES)
    fixes = tuple(islice(_known(remedies(trials)), _SHOWN))
    return _made(trouble, failure, cause_of(failure), fixes, NO_FIX, *trials.remarks)


def _known(fixes: Iterator[Fix]) -> Iterator[Fix]:
    """Fixes, as far as the call was made in a way that its remedies know."""
    with suppress(TypeError, ValueError, IndexError, KeyError, AttributeError):
        yield from fixes


def _needs_numbers(trouble: Trouble) -> bool:
    asks = trouble.call.name in ("item", "tolist", "bool", "int", "float", "index", "numpy")
    return asks or isinstance(trouble.error, NumbersNeededError) or "meta" in str(trouble.error)


def _made(
    trouble: Trouble,
    failure: Rehearsal,
    cause: str,
    fixes: tuple[Fix, ...],
    unmended: str,
    *remarks: str,
) -> Diagnosis:
    """The diagnosis; where no fix was found it says so, and where only one was, that too."""
    done = failure.failed
    layer = done is not None and done.owner is not None and trouble.path
    parts = (trouble.path,) if layer else (trouble.path, trouble.call.name)
    path = ".".join(part for part in parts if part)
    place = f" ({trouble.source})" if trouble.source else ""
    few = () if len(fixes) > 1 else (unmended if not fixes else ONE_FIX,)
    help = (*map(str, fixes), *remarks, *few)
    return Diagnosis(f"{path}{place}: {cause}", cause, fixes, help, path, trouble.source)
