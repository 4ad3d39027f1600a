"""Reports: a database in, a Table out."""
