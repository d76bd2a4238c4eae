"""Bring a district's files and databases in and out."""
