"""Edit a database; each edit is one changeset."""
