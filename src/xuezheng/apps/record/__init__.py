"""The city's memory: audit events in a hash chain, decision runs, published documents, runs of jobs."""
