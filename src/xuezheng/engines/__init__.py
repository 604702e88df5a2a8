"""Pure algorithms: no Django, files, network, clock or global random numbers."""
