"""The judge of films: it takes a film for a program, and runs it on numbers it has never seen.

A film says which cells are multiplied, and which products are added up to which cell. So it can be
run. Run on its own numbers it has to give those that it shows; run on others, what reference works
out for the others. Nothing here walks a window: which cells a result depends on is found out by
changing one number after the other and asking reference again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum, inf, nan, prod

import numpy as np
from drawing.films.judge.cells import value
from drawing.films.judge.writing import same_number, writes_what_it_says

from striate.drawing.films.record import Cell

HUGE = 1e6
SEVERAL = 5
"""So many numbers of each operand are changed, one at a time."""


def same(one):
    """An operand that is shown as it is."""
    return one


@dataclass(frozen=True)
class Case:
    """A film, the operands it was made of, and reference's answer for any such operands.

    `spots` tells the cells of each operand and of each result, in arrays of cells of the shape
    that is shown; `framed` how an operand becomes what is shown of it, where that is not the same
    (a frame of copied pixels). `zeros` are cells in which a 0 stands all the time. What a pool
    chooses is not linear: there, the film's own numbers are changed. A staged film lights what its
    last stage reads, not what that came from. `checks` are what is asked of this kind alone.
    """

    film: object
    operands: Mapping[str, np.ndarray]
    outcome: Callable[..., Mapping[str, np.ndarray]]
    spots: Mapping[str, np.ndarray]
    framed: Mapping[str, Callable] = field(default_factory=dict)
    zeros: Iterable[Cell] = ()
    linear: bool = True
    staged: bool = False
    checks: Sequence[Callable] = ()

    def look(self, name, values):
        return np.asarray(self.framed.get(name, same)(values), np.float64)

    def seeds(self, operands):
        """The values of all cells that stand there from the beginning."""
        values = dict.fromkeys(self.zeros, 0.0)
        for name, given in operands.items():
            shown = self.look(name, given)
            assert shown.shape == self.spots[name].shape, f"{name}: {shown.shape}"
            values |= dict(zip(self.spots[name].flat, shown.flat, strict=True))
        return values

    def results(self, **operands):
        """What reference makes of the film's operands, or of others in place of some."""
        return self.outcome(**{**self.operands, **operands})

    def other(self, numbers):
        """Operands of the same shapes that the film was not made of."""
        drawn = {k: numbers.permutation(v.size) + 1.0 for k, v in self.operands.items()}
        return {k: v.reshape(self.operands[k].shape) for k, v in drawn.items()}


def judge(case):
    """All that can be asked of every film."""
    shows_its_operands_and_results(case)
    writes_what_it_says(case.film)
    runs_on_other_numbers(case)
    lights_what_matters(case)
    for check in case.checks:
        check(case)


def shows_its_operands_and_results(case):
    """Every number that stands in a plane is the operand's, or the one that reference gives."""
    wanted = {name: case.look(name, given) for name, given in case.operands.items()}
    wanted |= {name: np.asarray(came, np.float64) for name, came in case.results().items()}
    for name, array in wanted.items():
        cells = case.spots[name]
        assert array.shape == cells.shape, f"{name}: {cells.shape} is shown, not {array.shape}"
        stands = np.array([value(case.film, cell) for cell in cells.flat]).reshape(cells.shape)
        np.testing.assert_allclose(stands, array, rtol=1e-9, atol=1e-9, err_msg=name)
    assert not any(value(case.film, cell) for cell in case.zeros)


def run(film, values):
    """The values of all cells when the film has ended."""
    values = dict(values)
    for one in film.sums():
        unread = [cell for term in one.terms for cell in term if cell not in values]
        assert not unread, f"{unread} are read before anything stands there"
        came = summed(one, [prod(values[cell] for cell in term) for term in one.terms])
        if one.before is not None:
            came += values.get(one.result, 0.0)
        values[one.result] = came
    return values


def summed(one, terms):
    match one.operation:
        case "sum":
            return fsum(terms)
        case "average":
            return fsum(terms) / one.divisor if one.divisor else nan
        case "max":
            return max(terms, default=-inf)
        case "min":
            return min(terms, default=inf)


def gives_what_it_shows(film, values):
    """Run on its own numbers, a film ends with those that it shows."""
    ended = run(film, values)
    for number, plane in enumerate(film.planes):
        for spot, stands in enumerate(plane.values):
            came = ended.get(Cell(number, spot), stands)
            assert same_number(came, stands) or np.isclose(came, stands), (plane.name, spot)
    running = {}
    for one in film.sums():
        assert (one.before is None) == (one.after is None)
        if one.before is not None:
            assert one.before == running.get(one.result, 0.0), film.written(one)
            running[one.result] = one.after


def own_numbers(film):
    """The values of all cells that no frame works out."""
    cells = (Cell(n, spot) for n, p in enumerate(film.planes) for spot in range(len(p.values)))
    return {cell: value(film, cell) for cell in cells if cell not in film.results}


def runs_on_other_numbers(case):
    """Run on its own numbers it gives what it shows, and on others what reference makes of them."""
    gives_what_it_shows(case.film, case.seeds(case.operands))
    others = case.other(np.random.default_rng(1))
    ended = run(case.film, case.seeds(others))
    for name, wanted in case.outcome(**others).items():
        came = [ended.get(cell, 0.0) for cell in case.spots[name].flat]
        np.testing.assert_allclose(came, np.ravel(wanted), rtol=1e-9, atol=1e-9, err_msg=name)


def changes(case, base, name, flat):
    """The results that change with one number of an operand."""
    cells = set()
    for step in (HUGE,) if case.linear else (HUGE, -HUGE):
        moved = base[0][name].copy()
        moved.flat[flat] += step
        for result, after in case.outcome(**{**base[0], name: moved}).items():
            same = np.isclose(base[1][result], after, rtol=1e-9, atol=1e-9, equal_nan=True)
            cells |= {*case.spots[result][~same]}
    return cells


def without(film, zeros):
    """A film without the products with a 0 that stands all the time: they change nothing."""
    zeros, frames = {*zeros}, []
    for frame in film.frames:
        sums = []
        for one in frame.sums:
            terms = tuple(term for term in one.terms if not zeros & {*term})
            sums.append(replace(one, terms=terms))
            if one.terms and not terms:
                zeros.add(one.result)
        frames.append(replace(frame, sums=tuple(sums)))
    return replace(film, frames=tuple(frames)) if zeros else film


def lights_what_matters(case):
    """A cell reaches the results that it changes; a frame lights what changes a result of its."""
    results = {cell for name in case.results() for cell in case.spots[name].flat}
    film = without(case.film, case.zeros)
    frames = [(film.lit(n), film.made(n)) for n in range(len(film.frames))]
    base = case.other(np.random.default_rng(2)) if case.linear else dict(case.operands)
    standing = base, case.outcome(**base)
    for name, given in case.operands.items():
        numbers = np.random.default_rng(given.size)
        for flat in numbers.permutation(given.size)[:SEVERAL]:
            one = np.zeros(given.shape)
            one.flat[flat] = 1
            differ = case.look(name, one) != case.look(name, np.zeros(given.shape))
            cells = {*case.spots[name][differ]}
            changed = changes(case, standing, name, flat)
            reached = set().union(*(film.reached(cell) for cell in cells)) & results
            assert reached == changed, (name, flat, reached ^ changed)
            if case.staged:
                continue
            lighting = [made for lit, made in frames if lit & cells]
            assert all(made & changed for made in lighting), (name, flat)
            assert changed <= set().union(*lighting), (name, flat)
