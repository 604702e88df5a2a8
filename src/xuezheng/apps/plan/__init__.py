"""The plan: commitments, what is claimed and verified of them, and the light each one shows."""
