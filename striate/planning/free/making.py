"""From networks of real sizes to a plan for every size: sample, derive, search, check."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import islice

from striate.errors import OptionError, ShapeError
from striate.language.network import Network
from striate.planning.free.checking import checked, hold_from
from striate.planning.free.extremes import gaps, pinned, smallest
from striate.planning.free.forms import closed_forms
from striate.planning.free.letters import FreeSize
from striate.planning.free.plan import FreePlan
from striate.planning.free.rows import rows
from striate.planning.free.sampling import require_same, sampled
from striate.planning.free.searching import Found, Search
from striate.planning.free.trying import Networks, Records, Trials

_FARTHEST = 20_000
_DIFFERS = "what it does is not the same at every size: the forms are those of the example"


def free_of(
    networks: Networks,
    size: FreeSize,
    *,
    example: Mapping[str, int] | None = None,
    steady: bool = True,
    built: bool = False,
) -> FreePlan:
    """The plan of networks of any size, from a function that makes the one for an input size.

    It raises a ShapeError where a size does not fit. `steady` networks have the same records for
    every size, `built` ones have weights, so that an FC takes as many features as the example has.
    """
    if not size.letters:
        raise OptionError(f"{size} has no letter", help=["write a letter for what is free: 3xHxW"])
    samples, same = sampled(networks, size, example, steady=steady, traced=built)
    if not built:
        require_same(networks, size, samples[0])
    network, others = samples[0].network, samples[0].numbers
    records = Records(size, network, closed_forms(size, samples), built, same)
    trials = Trials(records, networks, steady)
    found = tuple(
        Search(records, letter, others).found(trials.along(letter, others))
        for letter in size.letters
    )
    holds = {one.letter: hold_from(trials, one, others) for one in found}
    result = checked(records, networks, found, holds, others)
    return FreePlan(
        size=size,
        records=records,
        networks=networks,
        example=others,
        rows=rows(
            records, samples, _larger(networks, size, found, others) or network, result.wrong
        ),
        found=found,
        smallest=tuple(smallest(networks, size, found, others)),
        holds=holds,
        gaps=tuple(gaps(networks, size, found, others)),
        pinned=() if built else tuple(pinned(records, found, others)),
        surprises=(*([] if same else [_DIFFERS]), *result.surprises),
        checked=result.made,
    )


def _larger(
    networks: Networks, size: FreeSize, found: Sequence[Found], others: Mapping[str, int]
) -> Network | None:
    """The network of an input that is a little larger in every letter; None if there is none."""
    larger = {
        one.letter: next((n for n in islice(one.fits, _FARTHEST) if n > others[one.letter]), 0)
        for one in found
    }
    if not all(larger.values()):
        return None
    with suppress(ShapeError):
        return networks(size.at(larger))
    return None
