"""Answer several alarms together: sets of teams that meet all needs, exactly where that can be done in the time."""

from gridgis.dispatch.joint.problem import JointNeed, JointPlan, JointProblem, Score, score_of
from gridgis.dispatch.joint.solving import solve

__all__ = ["JointNeed", "JointPlan", "JointProblem", "Score", "score_of", "solve"]
