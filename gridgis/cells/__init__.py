"""The three-level grid: cells, units and versions of the whole grid."""

from gridgis.cells.cell import Cell, CellKind, District, Unit
from gridgis.cells.plan import GridPlan, Located, NoCell, PlanStatus

__all__ = ["Cell", "CellKind", "District", "GridPlan", "Located", "NoCell", "PlanStatus", "Unit"]
