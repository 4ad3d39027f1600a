"""Readers: a file in, drafts out; drafts are resolved to rows of the store, or to issues with their lines."""
