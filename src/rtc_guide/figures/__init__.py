"""Figures: what is recorded of a running JupyterLab for the pages, and when it counts as stale.

Here belong taking a still or an animation, what may never be in one, and comparing it with the
one that the book has. What a page asks for is `rtc_guide.pages`'; carrying out its steps, and who
looks on meanwhile, is `rtc_guide.checks`', which uses this and is unknown here.
"""
