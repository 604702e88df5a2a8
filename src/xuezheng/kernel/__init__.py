"""Values that every layer shares: money, dates, identifiers, hashes, lots, decisions, errors.

Nothing here reads a file, a clock or a global; nothing here knows Django.
"""
