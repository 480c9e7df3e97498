"""D5: AlexNet as the lecture draws it.

Slides print 26,214,656 for fc6 (256 added in place of 4,096) and 25 for conv2: both are slips.
"""

import striate

ROWS = {
    "conv1": ((96, 54, 54), 34_944),
    "pool1": ((96, 26, 26), 0),
    "conv2": ((256, 26, 26), 614_656),
    "pool2": ((256, 12, 12), 0),
    "conv3": ((384, 12, 12), 885_120),
    "conv4": ((384, 12, 12), 1_327_488),
    "conv5": ((256, 12, 12), 884_992),
    "pool5": ((256, 5, 5), 0),
    "fc6": ((4096,), 26_218_496),
    "fc7": ((4096,), 16_781_312),
    "fc8": ((1000,), 4_097_000),
}


def test_every_row():
    plan = striate.plan("alexnet-lecture")
    found = {path: (plan.row(path).size, plan.row(path).parameters.value) for path in ROWS}
    assert found == ROWS


def test_totals():
    plan = striate.plan("alexnet-lecture")
    by_word = {
        word: sum(row.parameters.value for row in plan.rows if row.word == word)
        for word in ("CONV", "FC")
    }
    assert by_word == {"CONV": 3_747_200, "FC": 47_096_808}
    assert plan.totals["parameters"].value == 50_844_008
    assert next(row for row in plan.rows if row.word == "FLATTEN").size == (6_400,)
