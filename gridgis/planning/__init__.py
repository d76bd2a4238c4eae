"""Plan the cells of tomorrow: fairer, compact, each in one part, near today's, and provably near the best."""

from gridgis.planning.arrays import NoPlanFound, Plan, rebalance_arrays
from gridgis.planning.parents import Limits
from gridgis.planning.problem import Objective, Term
from gridgis.planning.proposal import Proposal, rebalance
from gridgis.planning.units import FrameColumns, UnitSet, units_of_frame

__all__ = [
    "FrameColumns",
    "Limits",
    "NoPlanFound",
    "Objective",
    "Plan",
    "Proposal",
    "Term",
    "UnitSet",
    "rebalance",
    "rebalance_arrays",
    "units_of_frame",
]
