"""Loggers: other programs that are told how a training goes, if somebody asks for it.

results.csv and the journal are always written. A logger is named by an entry point of the group
`striate.loggers`, of this or any other package:

    [project.entry-points."striate.loggers"]
    mine = "my.package:MyLogger"

and asked for by that name: --log mine. It is called without arguments and gives a Logger.
"""

from striate.training.loggers.logger import Logger
from striate.training.loggers.telling import Loggers

__all__ = ["Logger", "Loggers"]
