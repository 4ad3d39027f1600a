"""Edits of a database, each as one changeset."""
