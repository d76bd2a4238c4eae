"""Draw the district: styled layers, offline reports, the pages and their words."""
