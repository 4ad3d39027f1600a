"""Readers: a file in, drafts out; drafts are resolved to rows of the store, or to faults with their lines."""
