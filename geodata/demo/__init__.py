"""Make up a demo district as the files an office would send, from one seed, and import them."""

from geodata.demo.files import DemoFiles, write_demo
from geodata.demo.importing import import_demo

__all__ = ["DemoFiles", "import_demo", "write_demo"]
