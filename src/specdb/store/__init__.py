"""The only place that knows SQL: the schema, connections, reads and writes."""
