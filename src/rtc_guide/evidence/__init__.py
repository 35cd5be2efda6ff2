"""What checks saw, kept as JSON files that pages show: the schema, reading and writing.

A leaf: checks write with it, pages read with it, and it uses neither of them.
"""
