"""Keep the district in one database."""
