"""D7: a 5x5 convolution directly, and through a 1x1 bottleneck (a slide prints 15,873)."""

import striate


def test_direct():
    totals = striate.plan("bottleneck-direct").totals
    assert totals["products"].value == 120_422_400
    assert totals["parameters"].value == 153_600


def test_through_the_bottleneck():
    plan = striate.plan("bottleneck")
    assert [row.products.value for row in plan.rows] == [2_408_448, 10_035_200]
    assert [row.parameters.value for row in plan.rows] == [3_072, 12_800]
    assert plan.totals["products"].value == 12_443_648
    assert plan.totals["parameters"].value == 15_872
