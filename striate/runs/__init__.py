"""Runs: a folder for every training, to go on with, to judge and to use."""

from striate.runs.evaluation import Evaluation
from striate.runs.making import resume, train
from striate.runs.prediction import Prediction, Predictions
from striate.runs.report import Report
from striate.runs.run import Run, load, task_of

__all__ = [
    "Evaluation",
    "Prediction",
    "Predictions",
    "Report",
    "Run",
    "load",
    "resume",
    "task_of",
    "train",
]
