"""Database engines, one module each: connections, write transactions and the translation of their errors."""
