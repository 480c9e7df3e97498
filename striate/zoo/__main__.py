"""Writes the costs of all networks of the zoo anew: `python -m striate.zoo`."""

from striate.zoo.costs import keep

if __name__ == "__main__":
    keep()
