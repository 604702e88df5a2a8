"""Waiting lists after a round: the state of any day by replaying the log, and its check."""
