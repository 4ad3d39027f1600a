"""Immutable values: quantities, units, dates, expressions, specs, tables. No SQL, no files."""
