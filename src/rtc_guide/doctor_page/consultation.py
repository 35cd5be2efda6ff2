"""What the page's script asks of the doctor; it runs in the browser's Python.

Only the standard library and `rtc_guide.doctor` may be imported: nothing else is in the archive.
"""

import json

from rtc_guide.doctor.diagnosis import diagnose
from rtc_guide.doctor.mending import mend


def examine(text: str) -> str:
    """Say of a file's text what is wrong with it, and mend it: a JSON object.

    `cells` is how many cells it has, null where it is no notebook; `found`, `done` and `left` are
    sentences; `mended` is the mended text, null where nothing was to be done.
    """
    diagnosis = diagnose(text)
    mended = mend(text)
    return json.dumps(
        {
            "cells": diagnosis.cells,
            "found": [finding.told for finding in diagnosis.findings],
            "done": mended.done,
            "left": [finding.told for finding in mended.left],
            "mended": mended.text if mended.done else None,
        }
    )
