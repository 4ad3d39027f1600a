"""Pure values: what a spec can say and what an output shows. No SQL, no Rich, no files."""
