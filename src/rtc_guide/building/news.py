"""Which build is the last one, told to the pages that are open."""

from dataclasses import dataclass, field
from threading import Condition


@dataclass
class News:
    """Which build is the last one, and why it failed if it did; readers in threads wait for more.

    A reader who knows build 3 is told once there is a later one.
    """

    number: int = 0
    error: str | None = None
    _changed: Condition = field(default_factory=Condition)

    def tell(self, error: str | None = None) -> None:
        """Tell of another build."""
        with self._changed:
            self.number += 1
            self.error = error
            self._changed.notify_all()

    def wait_after(self, number: int, seconds: float) -> bool:
        """Wait for a build later than a reader's; return whether there is one."""
        with self._changed:
            return self._changed.wait_for(lambda: self.number != number, seconds)
