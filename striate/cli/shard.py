"""striate shard: a folder of images as tar files."""

import json as forms

import striate


def shard(
    images: str,
    *,
    output: str,
    count: int | None = None,
    size: float | None = None,
    seed: int = 0,
    json: bool = False,
) -> None:
    """Write a folder of images as WebDataset shards, in an order that mixes the classes.

    Parameters
    ----------
    images
        A folder with a folder for each class, or a .csv list of files and labels.
    output
        The folder to make.
    count
        The most images in a shard.
    size
        The most megabytes of a shard; 256 where no count is given either.
    seed
        What the order of the images is a function of.
    json
        Print what was written for another program.
    """
    written = striate.shard(images, output, count=count, size=size, seed=seed)
    print(forms.dumps(written.as_dict()) if json else written)
