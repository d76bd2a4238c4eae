"""Tell who asks, and let nobody do what the one table of `gridgis.access` does not allow.

`actions` names what each address does, `guard` decides before any route is reached, `recognising` finds who a cookie or
token belongs to, `signing_in` opens sessions and changes passwords, `asking` is what routes ask of all this.
"""
