"""Selecting a network: in time where one is, better where there is more time, never a misfit."""

from hypothesis import given
from hypothesis import strategies as some

from striate.planning import Settings, plan, resolve
from striate.runs.selecting import LADDER, SECONDS, Machine, select
from striate.training.choosing import epochs_for
from striate.zoo import find

MACHINES = some.builds(
    Machine, some.sampled_from(["cpu", "cuda", "mps"]), some.integers(1, 64), some.booleans()
)
SIZES = some.tuples(some.sampled_from([1, 3]), some.integers(4, 300), some.integers(4, 300))
ORDER = [rung.network for rung in LADDER]


@given(images=some.integers(2, 10**7), size=SIZES, machine=MACHINES)
def test_what_is_selected_fits_and_is_the_best_in_time(images, size, machine):
    chosen = select(images, size, machine)
    seconds = {}
    for rung in LADDER:
        if min(size[1:]) >= rung.side and images >= rung.images:
            network = resolve(find(rung.network), Settings(size, 10))
            products = plan(network).totals["products"].value
            seconds[rung.network] = 3 * products * images * epochs_for(images) / machine.rate
    assert chosen.seconds == seconds[chosen.network]
    in_time = [name for name in seconds if seconds[name] <= SECONDS]
    assert chosen.network == (in_time[-1] if in_time else min(seconds, key=seconds.__getitem__))


@given(images=some.integers(2, 10**6), size=SIZES)
def test_a_faster_machine_gets_no_lesser_network(images, size):
    slow, fast = (select(images, size, Machine("cpu", cores)) for cores in (1, 256))
    assert ORDER.index(fast.network) >= ORDER.index(slow.network) or slow.seconds > SECONDS


def test_it_says_what_it_took_and_why_and_what_takes_another():
    said = str(select(244, (3, 128, 128), Machine("cpu", 2)))
    for part in ("photos", "244 images", "128x128", "2 cores", "million products", "--net"):
        assert part in said
