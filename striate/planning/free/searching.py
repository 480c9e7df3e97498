"""Sizes tried one by one until a whole period of them behaves as every later one must.

Why must: closed forms repeat themselves with a period and a gain. What a layer needs enough of, it
has from some size on for good; a demand either repeats, or is left behind for good. So a period in
which nothing is still on its way says all; without one within the limits only the trials count.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import gcd, lcm

from striate.arithmetic.rhythm import rhythm
from striate.arithmetic.symbols import Form, Value
from striate.arithmetic.window import Window
from striate.planning.free.demands import Demand, demands
from striate.planning.free.residues import Sizes
from striate.planning.free.trying import Records, Tried

_MOST_SIZES = 20_000
_MOST_LAYERS = 400_000
_UNPROVEN = 64

Trial = Callable[[int], Tried]


@dataclass(frozen=True)
class Found:
    """What was found out about one letter: the sizes that fit, and those that lose nothing."""

    letter: str
    fits: Sizes
    lossless: Sizes
    period: int | None = None


@dataclass(frozen=True)
class Search:
    """A search along one letter, the other letters being known."""

    records: Records
    letter: str
    others: Mapping[str, int]

    def found(self, trial: Trial) -> Found:
        """Try 1, 2, 3, ... until all is known of the others, or the limits are reached."""
        try:
            demanded = self._demanded()
            beat = period(self.records, demanded, self.letter, self.others)
        except ArithmeticError:
            return self._as_tried(trial, _UNPROVEN)
        if not self.records.known or beat > self._most // 2:
            return self._as_tried(trial, _UNPROVEN)
        trials: list[Tried] = []
        still, visited = 0, 0
        while still < beat and len(trials) < _MOST_SIZES and visited < _MOST_LAYERS:
            n = len(trials) + 1
            trials.append(trial(n))
            visited += trials[-1].refused or len(self.records.network.nodes)
            still = still + 1 if trials[-1].firm and self._settled(trials[-1], n, demanded) else 0
        if still < beat:
            return self._named(trials, None)
        return self._named(trials, beat)

    @property
    def _most(self) -> int:
        return min(_MOST_SIZES, _MOST_LAYERS // len(self.records.network.nodes))

    def _demanded(self) -> dict[int, list[Demand]]:
        records = self.records
        every = demands(records.network, records.closed, self.others, built=records.built)
        alone = {
            position: [one.alone(self.letter, self.others) for one in several]
            for position, several in every.items()
        }
        return {position: [one for one in several if one] for position, several in alone.items()}

    def _settled(self, tried: Tried, n: int, demanded: Mapping[int, Sequence[Demand]]) -> bool:
        """Whether every size that is whole periods larger has the same fate."""
        if tried.refused is None:
            several = (one for each in demanded.values() for one in each)
            return all(one.settled(self.letter, n) for one in several)
        failing = [one for one in demanded.get(tried.refused, ()) if not one.holds(self.letter, n)]
        if failing:
            return any(one.settled(self.letter, n) for one in failing)
        return not self._grows(tried.refused)

    def _grows(self, position: int) -> bool:
        """Whether what arrives somewhere grows with the letter."""
        known = {name: n for name, n in self.others.items() if name != self.letter}
        arriving = self.records.network.nodes[position].inputs
        forms = (form for number in arriving for form in self.records.closed[number].forms)
        alone = (form.at(known) for form in forms if isinstance(form, Form))
        return any(gain > 0 for form in alone for _, gain in _rhythms(form, self.letter))

    def _as_tried(self, trial: Trial, most: int) -> Found:
        return self._named([trial(n) for n in range(1, most + 1)], None)

    def _named(self, trials: Sequence[Tried], beat: int | None) -> Found:
        axes = frozenset(self.records.size.along(self.letter))
        fits = [tried.fits for tried in trials]
        lossless = [tried.fits and not axes & tried.loses for tried in trials]
        return Found(self.letter, self._sizes(fits, beat), self._sizes(lossless, beat), beat)

    def _sizes(self, held: Sequence[bool], beat: int | None) -> Sizes:
        if beat is None:
            return Sizes.as_tried(self.letter, held)
        return Sizes.of(self.letter, held, period=beat)


def period(
    records: Records,
    demanded: Mapping[int, Sequence[Demand]],
    letter: str,
    others: Mapping[str, int],
) -> int:
    """After how many sizes everything starts again: what fits, and what flooring drops."""
    known = {name: n for name, n in others.items() if name != letter}
    seen: dict[int, list[tuple[int, int]]] = {}
    periods = {1}
    for node in records.network.nodes:
        window = getattr(node.layer, "window", None)
        steps = window.stride if isinstance(window, Window) else ()
        for axis, form in enumerate(form for n in node.inputs for form in records.closed[n].forms):
            if id(form) not in seen:
                alone = form.at(known) if isinstance(form, Form) else form
                seen[id(form)] = _rhythms(alone, letter)
            step = steps[axis - 1] if 0 < axis <= len(steps) else 1
            periods |= {beat * (step // gcd(step, gain)) for beat, gain in seen[id(form)]}
    every = (demand for several in demanded.values() for demand in several)
    return lcm(*periods, *(rhythm(demand.form, letter)[0] for demand in every))


def _rhythms(form: Value, letter: str) -> list[tuple[int, int]]:
    """The rhythm of a form; of the features of a square image those of what is multiplied."""
    if isinstance(form, Form) and len(form.terms) == 1:
        several = form.factors if len(form.factors) > 1 else (form,)
        return [rhythm(factor, letter) for factor in several]
    return [rhythm(form, letter)]
