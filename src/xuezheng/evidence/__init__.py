"""Snapshots of the city and the indicators over them.

A snapshot is a folder of Parquet files that any app can contribute tables to; an indicator is a file
of the pack. Whoever holds both gets the same figure: ``take_snapshot``, ``run_indicators``,
``facts_page``.
"""
