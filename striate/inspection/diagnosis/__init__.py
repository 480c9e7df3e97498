"""Why a module fails, or cannot be made, and what would make it run."""

from striate.inspection.diagnosis.construction import diagnose_making
from striate.inspection.diagnosis.diagnosing import Diagnosis, diagnose
from striate.inspection.diagnosis.following import follow, make_or_diagnose

__all__ = ["Diagnosis", "diagnose", "diagnose_making", "follow", "make_or_diagnose"]
