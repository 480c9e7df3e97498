"""What a network can be trained for: one table, from which a task is handed down."""

from striate.errors import OptionError
from striate.runs import WholeTask
from striate.tasks.classification import classify
from striate.tasks.reconstruction import reconstruct

__all__ = ["classify", "reconstruct", "task_called", "tasks"]

tasks: dict[str, WholeTask] = {task.name: task for task in (classify, reconstruct)}
"""Every task by its name."""


def task_called(name: str) -> WholeTask:
    """The task of this name; OptionError if there is none.

    >>> task_called("classify").best
    'accuracy'
    """
    if name not in tasks:
        raise OptionError(f"there is no task '{name}'", help=[f"there is {', '.join(tasks)}"])
    return tasks[name]
