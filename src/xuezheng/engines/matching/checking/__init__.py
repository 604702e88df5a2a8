"""The parts of the checker. None of them knows a step of the solver."""
