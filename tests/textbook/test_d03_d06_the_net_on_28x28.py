"""D3 and D6: products per layer, on the LeNet-like net of the lectures."""

import striate

ROWS = {
    "conv1": ((32, 24, 24), 832, 460_800),
    "pool1": ((32, 8, 8), 0, 0),
    "conv2": ((64, 4, 4), 51_264, 819_200),
    "pool2": ((64, 2, 2), 0, 0),
    "fc1": ((200,), 51_400, 51_200),
    "fc2": ((10,), 2_010, 2_000),
}


def test_every_row():
    plan = striate.plan("lenet-lecture")
    rows = {path: plan.row(path) for path in ROWS}
    found = {p: (r.size, r.parameters.value, r.products.value) for p, r in rows.items()}
    assert found == ROWS
    assert plan.row("fc1").notes == ("reads 256 = 64x2x2",)


def test_the_working_of_the_products():
    products = striate.plan("lenet-lecture").row("conv2").products
    assert products.working == "4*4*5*5*32*64"
    assert products.value == 64 * 32 * 4 * 4 * 25
