"""Remedies: for each function what might make it fit, nearest to the trouble first."""

from collections.abc import Callable, Iterator, Mapping

from striate.inspection.diagnosis import inputs
from striate.inspection.diagnosis.phrases import kind_of_call
from striate.inspection.diagnosis.remedies import features, joining, norms, resizing, sliding
from striate.inspection.diagnosis.trials import Fix, Trials

REMEDIES: Mapping[str, Callable[[Trials], Iterator[Fix]]] = {
    **sliding.REMEDIES,
    **resizing.REMEDIES,
    **features.REMEDIES,
    **norms.REMEDIES,
    **joining.REMEDIES,
}


def remedies(trials: Trials) -> Iterator[Fix]:
    """Fixes for the call that failed; of a function that is not known, other inputs alone."""
    remedy = REMEDIES.get(kind_of_call(trials.done.name))
    if remedy is not None:
        yield from remedy(trials)
    elif trials.done.given:
        yield from inputs.beside(trials)
