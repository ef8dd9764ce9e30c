"""Real projects from npm and PyPI, broken in a named way and healed: `make real`. Nothing fetched is committed."""
