"""The files that people and other programs read and write: problems, tables, cases, bundles, simulations."""
