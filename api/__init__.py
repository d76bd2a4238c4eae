"""Wire and serve: command line, HTTP and pages."""
