"""Whether code reads as Python, IPython's own lines aside."""

import ast
import re
import warnings
from functools import lru_cache

_NOT_PYTHON = re.compile(r"^[ \t]*[%!?].*$|^.*\?[ \t]*$", re.MULTILINE)


def _indented_pass(line: re.Match[str]) -> str:
    return line[0][: len(line[0]) - len(line[0].lstrip())] + "pass"


@lru_cache(maxsize=2048)
def reads_as_python(code: str) -> bool:
    """Whether code can be parsed; magics and shell commands are left out."""
    if code.lstrip().startswith("%%"):
        return True  # whatever language it is in
    # A line that isn't Python may be all of a block.
    code = _NOT_PYTHON.sub(_indented_pass, code)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
