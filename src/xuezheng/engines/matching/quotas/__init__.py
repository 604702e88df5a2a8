"""Quota seats shared out among junior schools, and a check that shares nothing out."""
