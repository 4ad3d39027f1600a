"""Calculations over stored specs: computed attributes, currency, claims, checks, ranking."""
