"""Choosing teams: alarms, teams, run cards and the choice that joins them."""
