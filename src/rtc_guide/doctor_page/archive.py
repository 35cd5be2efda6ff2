"""The doctor's own Python files in one archive, which the page's script unpacks in the browser."""

import zipfile
from io import BytesIO
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files make the same archive


def pack() -> bytes:
    """Return a zip archive with the package's modules that run in the reader's browser."""
    paths = (
        PACKAGE / "__init__.py",
        *(PACKAGE / "doctor").glob("*.py"),
        *(PACKAGE / "doctor_page" / name for name in ("__init__.py", "consultation.py")),
    )
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(paths):
            entry = zipfile.ZipInfo(path.relative_to(PACKAGE.parent).as_posix(), _EPOCH)
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()
