"""The forms of the registers."""
