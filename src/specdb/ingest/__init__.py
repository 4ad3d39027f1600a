"""Readers that turn files into drafts, and the steps that store drafts: review and automatic acceptance."""
