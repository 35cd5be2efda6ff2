"""When a person presses keys: bursts at an ordinary typist's speed, with pauses between them."""

import math
from collections.abc import Iterator
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


def press_times(seed: int) -> Iterator[float]:
    """Yield, without end, the seconds at which a person presses a key; the same for a seed."""
    random = Random(seed)
    # Nobody begins at the same moment as the others.
    at = random.uniform(0, 2 * _GAP)
    while True:
        yield at
        at += random.lognormvariate(_MU, _SIGMA)
        if random.random() < 1 / _KEYS_A_BURST:
            at += random.expovariate(1 / _PAUSE)
