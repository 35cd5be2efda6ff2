"""The guide to real-time collaboration in Jupyter whose every step is carried out.

A page declares, a check tries, the page shows. Subpackages, in the direction of the data:

- `pages` reads what pages declare (and is the Sphinx extension),
- `stacks` runs the real software at pinned versions,
- `checks` carries out what pages declare on a stack.

Nothing imports against that direction.
"""
