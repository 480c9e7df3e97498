"""`striate plan NET --unit PATH PLACE...`: which pixels one unit sees."""

import json


def test_a_unit_at_the_border(striate):
    printed = striate("plan", "resnet18", "--unit", "layer1.0.conv1", "0", "6")
    assert printed.code == 0
    assert printed.out == (
        "layer1.0.conv1 unit 0, 6 sees rows 0 to 9, columns 15 to 33 of 224x224 "
        "(10 x 19; 9 rows more in the padding)\n"
    )


def test_a_layer_of_features_has_one_unit(striate):
    printed = striate("plan", "lenet5", "--unit", "f6")
    assert printed.out == (
        "f6 sees rows 0 to 31, columns 0 to 31 of 32x32 (32 x 32): the whole input\n"
    )


def test_a_unit_for_other_programs(striate):
    printed = striate("plan", "lenet5", "--json", "--unit", "s2", "5", "5")
    form = json.loads(printed.out)
    assert (form["path"], form["unit"], form["status"]) == ("s2", [5, 5], "exact")
    assert form["inputs"][0]["box"] == [[10, 15], [10, 15]]


def test_what_is_no_unit_is_refused_with_a_remedy(striate):
    for tokens, message in [
        (("c3", "6"), "OptionError: a unit of c3 (16x10x10) has 2 indices, found 1"),
        (("c3", "6", "10"), "OptionError: c3 has no unit 6, 10: it has 10x10 of them"),
        (("c33", "1", "1"), "OptionError: there is no layer 'c33' in lenet5"),
        (("c3", "a", "b"), "OptionError: 'c3 a b' is not a unit"),
        ((), "OptionError: '' is not a unit"),
    ]:
        printed = striate("plan", "lenet5", "--unit", *tokens)
        assert printed.code == 2
        assert printed.err.startswith(message + "\n  help: ")
