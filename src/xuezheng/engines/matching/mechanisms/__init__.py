"""One round of giving out places, by every mechanism: in plain Python for small rounds, compiled for large ones."""
