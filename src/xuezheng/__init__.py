"""Xuezheng (学政): software that runs a city's education plan."""
