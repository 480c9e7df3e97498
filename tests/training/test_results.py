"""results.csv and the choice of the best epoch."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as some

from striate.errors import RunError
from striate.training.results import as_csv, best_row, read_results, write_results


def rows_of(*values):
    return [{"epoch": k + 1, "val_accuracy": value} for k, value in enumerate(values)]


def test_a_table_is_read_as_it_was_written(tmp_path):
    rows = [{"epoch": 1, "step": 1234567, "rate": 1.25e-05, "val_loss": 0.5}]
    write_results(tmp_path, rows)
    assert read_results(tmp_path) == rows
    assert (
        (tmp_path / "results.csv").read_bytes().startswith(b"epoch,step,rate,val_loss\n1,1234567")
    )


def test_no_rows_are_an_empty_table(tmp_path):
    write_results(tmp_path, [])
    assert as_csv([]) == ""
    assert read_results(tmp_path) == []


def test_a_measure_beyond_one_has_to_be_the_highest():
    rows = [{"val_psnr": value} for value in (30.0, 30.5, 30.4)]
    assert best_row(rows, "psnr", images=10) is rows[1]


def test_a_lucky_early_epoch_does_not_beat_the_end():
    rows = rows_of(0.5, 179 / 180, 0.97, 178 / 180, 178 / 180)
    assert best_row(rows, "accuracy", 180) is rows[4]
    assert best_row(rows, "accuracy", 18_000) is rows[1]


@given(
    values=some.lists(some.integers(0, 50).map(lambda right: right / 50), min_size=1, max_size=30)
)
def test_the_weights_last_kept_are_those_of_the_best_row(values):
    rows = rows_of(*values)
    prefixes = accumulate([row] for row in rows)
    kept = [part[-1] for part in prefixes if best_row(part, "accuracy", 50) is part[-1]]
    assert kept[-1] is best_row(rows, "accuracy", 50)


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"epoch,step\n1\n", b"epoch\nfirst\n"])
def test_a_table_that_cannot_be_read_is_said(tmp_path, content):
    if content is not None:
        (tmp_path / "results.csv").write_bytes(content)
    with pytest.raises(RunError, match=r"results\.csv cannot be read"):
        read_results(tmp_path)
