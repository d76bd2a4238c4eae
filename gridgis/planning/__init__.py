"""Plan the cells of tomorrow: fairer, compact, each in one part, near today's, and provably near the best."""

from gridgis.planning.rebalance import NoPlanFound, Plan, rebalance_arrays

__all__ = ["NoPlanFound", "Plan", "rebalance_arrays"]
