"""`python -m specdb` is the program `specdb`."""

from specdb.cli import main

main()
