"""The pages of the registers. They read through selectors and hold no rules."""
