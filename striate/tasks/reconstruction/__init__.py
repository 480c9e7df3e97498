"""Reconstruct: the image that went in comes out again, through a network too narrow to copy it."""

from striate.data import open_images
from striate.runs.task import WholeTask
from striate.tasks.reconstruction.evaluation import judge
from striate.tasks.reconstruction.learning import check, loss, measures, target
from striate.tasks.reconstruction.pictures import draw
from striate.tasks.reconstruction.predictions import predict

__all__ = ["reconstruct"]

reconstruct = WholeTask(
    name="reconstruct",
    open=open_images,
    target=target,
    loss=loss,
    measures=measures,
    best="explained",
    counted=False,
    check=check,
    head=False,
    network="autoencoder",
    judge=judge,
    draw=draw,
    predict=predict,
)
