"""Databases, products and tables that several tests share."""
