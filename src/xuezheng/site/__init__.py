"""The one deployable thing: settings, addresses, the command line, base templates and static files."""
