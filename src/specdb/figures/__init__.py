"""Read and write printed figures: numbers, units, dates."""
