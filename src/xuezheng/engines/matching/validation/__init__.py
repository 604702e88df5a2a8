"""Refuse a problem that contradicts itself, naming every entry that is wrong."""
