"""The road network, and who reaches a place when and by which roads."""
