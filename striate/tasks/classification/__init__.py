"""Classify: each image belongs to one of the classes."""

from striate.data import open_images
from striate.runs.task import WholeTask
from striate.tasks.classification.evaluation import judge
from striate.tasks.classification.learning import check, finish, loss, measures, target
from striate.tasks.classification.pictures import draw
from striate.tasks.classification.predictions import predict

__all__ = ["classify"]

classify = WholeTask(
    name="classify",
    open=open_images,
    target=target,
    loss=loss,
    measures=measures,
    finish=finish,
    best="accuracy",
    balanced="balanced_accuracy",
    check=check,
    head=True,
    judge=judge,
    draw=draw,
    predict=predict,
)
