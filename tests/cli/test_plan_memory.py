"""`striate plan NET --memory`: the table, the batch that fits, and the form for other programs."""

import json

import pytest

import striate as library

DEEP = "INPUT 3x64x64 -> [CONV 32 3x3 pad=1 -> BN -> RELU]*2 -> POOL 2"


def test_memory_alone_prints_the_table(striate):
    printed = striate("plan", DEEP, "--memory", "--batch", "8")
    assert printed.code == 0
    assert "18.9 MB" in printed.out
    assert "its input, mean and deviation of each channel" in printed.out
    assert "hold batches" not in printed.out


def test_an_amount_tells_the_largest_batch(striate):
    printed = striate("plan", "lenet5", "--memory", "1GB", "--optimizer", "adam")
    largest = library.plan("lenet5").memory(1, "adam").largest(10**9).value
    assert f"1.00 GB hold batches of up to {largest:,} images" in printed.out


@pytest.mark.parametrize("flags", [["--batch", "4"], ["--optimizer", "adamw"]])
def test_a_batch_or_an_optimizer_ask_for_memory_too(striate, flags):
    assert "what it saves" in striate("plan", "lenet5", *flags).out


def test_what_does_not_fit_is_said_and_is_no_failure(striate):
    printed = striate("plan", "lenet5", "--memory", "100kB")
    assert printed.code == 0
    assert "100 kB do not hold one image" in printed.out


def test_json_has_the_plan_and_the_memory(striate):
    made = json.loads(striate("plan", "lenet5", "--memory", "2MiB", "--batch", "4", "--json").out)
    memory = library.plan("lenet5").memory(4, budget=2 * 2**20)
    assert made["memory"] == memory.as_dict()
    assert made["memory"]["budget"]["bytes"] == 2_097_152
    assert {key: made[key] for key in made if key != "memory"} == library.plan("lenet5").as_dict()


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_other_forms(striate, form):
    assert striate("plan", "lenet5", "--memory", "--format", form).out.strip() == (
        library.plan("lenet5").memory().show(form).strip()
    )


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--memory", "lots"], "'lots' is not an amount of memory"),
        (["--memory", "--batch", "0"], "a batch has at least one image, found 0"),
        (["--memory", "--optimizer", "adamax"], "there is no optimizer 'adamax'"),
    ],
)
def test_what_cannot_be_is_a_sentence(striate, flags, message):
    printed = striate("plan", "lenet5", *flags, "--json")
    assert printed.code == 2
    assert json.loads(printed.out)["error"]["message"] == message
