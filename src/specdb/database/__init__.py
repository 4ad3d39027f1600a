"""All SQL: schema, connections, reads, writes, history."""
