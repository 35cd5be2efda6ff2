"""Sphinx's settings: https://www.sphinx-doc.org/en/master/usage/configuration.html."""

project = "Statistics 101"
author = "The teachers of Statistics 101"
extensions = ["myst_parser", "sphinx_design", "rtc_guide.pages"]
myst_enable_extensions = ["colon_fence"]
exclude_patterns = [".venv", "_build", "README.md"]
