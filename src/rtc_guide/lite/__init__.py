"""The self-hosted JupyterLite that the demo pages run in: nothing of it comes from another host.

What belongs here puts the browser's Python together at build time: Pyodide from npm, wheels from
PyPI by their hashes, our own pycrdt, and the lock file that tells Pyodide what there is. It knows
nothing of steps, checks or stacks. `extension` is the Sphinx extension that has it built with the
book, and the directive that shows notebooks side by side.
"""
