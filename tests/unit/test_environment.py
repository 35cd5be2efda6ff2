"""What the environment that builds the book must not contain."""

from importlib import metadata

import pytest


@pytest.mark.parametrize("package", ["jupyterlab", "jupyter-collaboration", "notebook"])
def test_jupyterlab_is_kept_out(package):
    """Its extensions would end up in the book's demo; it lives in the stacks' environments."""
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version(package)
