"""Gives out scarce places by lists, standings and a published rule."""
