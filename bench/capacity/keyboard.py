"""When a person presses keys: bursts at an ordinary typist's speed, with pauses between them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

# 168,000 people who copied sentences pressed a key about every 239 ms (standard deviation of the
# people's means 112 ms), 52 words a minute: Dhakal, Feit, Kristensson and Oulasvirta, “Observations
# on Typing from 136 Million Keystrokes”, CHI 2018, https://doi.org/10.1145/3173574.3174220
_GAP = 0.239
_SPREAD = 0.112

WORDS_A_MINUTE = 40
"""With the pauses of somebody who thinks of what to write; a word is five keys."""

KEYS_A_WORD = 5
_KEYS_A_BURST = 40  # on average
_PAUSE = _KEYS_A_BURST * (60 / (WORDS_A_MINUTE * KEYS_A_WORD) - _GAP)

# Of the lognormal distribution with that mean and that spread.
_SIGMA = math.sqrt(math.log(1 + (_SPREAD / _GAP) ** 2))
_MU = math.log(_GAP) - _SIGMA**2 / 2


@dataclass(frozen=True)
class Press:
    """A key: at which second, and whether it is the first after a pause."""

    at: float
    after_pause: bool


def presses(seed: int) -> Iterator[Press]:
    """Yield, without end, the keys that a person presses; the same for a seed."""
    random = Random(seed)
    # Nobody begins at the same moment as the others.
    at, after_pause = random.uniform(0, 2 * _GAP), True
    while True:
        yield Press(at, after_pause)
        at += random.lognormvariate(_MU, _SIGMA)
        after_pause = random.random() < 1 / _KEYS_A_BURST
        if after_pause:
            at += random.expovariate(1 / _PAUSE)
