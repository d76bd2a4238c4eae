"""The domain: a district's grid, its people, its supervision and its rescue teams. No file, no SQL, no HTTP."""

__version__ = "0.1.0"
