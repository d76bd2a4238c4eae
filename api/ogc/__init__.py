"""Serve the district to other GIS programs: OGC API – Features parts 1 and 2, queryables, OGC API – Tiles.

Nothing here writes, and nothing names a caller, a telephone or a note, so that one form of a feature serves everybody
who may see it. `collections` says what is served, `features` holds it in memory, `editions` keeps what pages still
point to, and one module a resource answers.
"""
