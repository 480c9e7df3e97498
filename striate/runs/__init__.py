"""Runs: a folder for every training, to go on with, to judge and to use."""

from striate.runs.making import resume, train
from striate.runs.order import Order, by_name
from striate.runs.pretrained import Pretrained, pretrained
from striate.runs.reopening import Given
from striate.runs.report import Report
from striate.runs.run import Run, load, task_of
from striate.runs.task import Answers, Evaluation, Predictions, WholeTask
from striate.runs.transferred import Asked

__all__ = [
    "Answers",
    "Asked",
    "Evaluation",
    "Given",
    "Order",
    "Predictions",
    "Pretrained",
    "Report",
    "Run",
    "WholeTask",
    "by_name",
    "load",
    "pretrained",
    "resume",
    "task_of",
    "train",
]
