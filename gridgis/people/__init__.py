"""Who answers for a cell: officers and their posts."""
