"""The road network, and who reaches a place when and by which roads."""

from gridgis.roads.arrivals import Arrivals, FirstOf
from gridgis.roads.closures import ClosureCost, bridges, closure_costs, detours_s
from gridgis.roads.components import ComponentReport
from gridgis.roads.hierarchy import Preparation
from gridgis.roads.network import EdgeName, RoadNetwork, RoadSource, TurnRestriction
from gridgis.roads.profiles import DEFAULT_PROFILES
from gridgis.roads.reach import FirstComers, TravelMatrix
from gridgis.roads.reach_areas import ReachArea
from gridgis.roads.router import Router
from gridgis.roads.routes import BrokenLimit, Route
from gridgis.roads.steps import Step, Turn, say
from gridgis.roads.travel_time import Mode, VehicleProfile
from gridgis.roads.turns import TurnReport

__all__ = [
    "DEFAULT_PROFILES",
    "Arrivals",
    "BrokenLimit",
    "ClosureCost",
    "ComponentReport",
    "EdgeName",
    "FirstComers",
    "FirstOf",
    "Mode",
    "Preparation",
    "ReachArea",
    "RoadNetwork",
    "RoadSource",
    "Route",
    "Router",
    "Step",
    "TravelMatrix",
    "Turn",
    "TurnReport",
    "TurnRestriction",
    "VehicleProfile",
    "bridges",
    "closure_costs",
    "detours_s",
    "say",
]
