"""The bureau's work, one Django app a field of it: portal > work apps > custody > registry > accounts > record."""
