"""Wire the field to the domain: who asks, what is seen, what waits for the one before, what a telephone takes along."""
