"""Readers of articles, pages and PDF files: text with positions, products, attributes and figures."""
