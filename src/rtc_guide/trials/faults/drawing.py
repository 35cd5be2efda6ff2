"""Schedules drawn at random from a seed: what nobody has thought of."""

from collections.abc import Iterator
from random import Random

from rtc_guide.trials.faults.cases import ADA, BEN, Pen
from rtc_guide.trials.faults.schedule import OF_SERVER, Does, Event, Schedule

NOTEBOOKS = 8
"""How many schedules that follow each other have the same happen to the server, so that they can
be played side by side on one."""

# What may happen to the server, each with what ends it, and what may be lost between.
_LOSSES = (
    (),
    (),
    (Does.FORGETS_EDITS,),
    (Does.FORGETS_SESSIONS,),
    (Does.FORGETS_EDITS, Does.FORGETS_SESSIONS),
)


def draw(seed: int) -> Schedule:
    """Draw the schedule of this number: always the same."""
    server = Random(f"server {seed // NOTEBOOKS}")
    pen = Pen(seed)
    events: list[Event] = list(_segment(pen))
    for _ in range(server.randint(0, 2)):
        downs = _down(server)
        events.append(downs[0])
        # While it is down, a short time.
        events += pen.types(*pen.random.sample((ADA, BEN), pen.random.randint(0, 2)), words=1)
        events += downs[1:]
        events += _segment(pen)
    close = server.choice((1.0, 60.0))
    return Schedule((ADA, BEN), tuple(events), close, seed=seed)


def _down(server: Random) -> list[Event]:
    if server.random() < 0.25:
        does: tuple[Does, ...] = (Does.HANGS, Does.GOES_ON)
    else:
        end = server.choice((Does.STOPS, Does.KILLED))
        does = (end, *server.choice(_LOSSES), Does.STARTS)
    return [Event(OF_SERVER, each) for each in does]


def _segment(pen: Pen) -> Iterator[Event]:
    """Draw what people do while the server runs: they type, and some lose their connection."""
    random = pen.random
    for _ in range(random.randint(1, 3)):
        yield from pen.types(ADA, BEN, words=1)
        chance = random.random()
        who = random.choice((ADA, BEN))
        if chance < 0.25:
            yield Event(who, Does.DROPS)
            yield from pen.types(ADA, BEN, words=random.randint(1, 2))
            yield Event(who, Does.RETURNS)
        elif chance < 0.35:
            yield Event(who, Does.LEAVES)
            yield Event(OF_SERVER, Does.WAITS, "2")
            yield Event(who, Does.COMES)
        elif chance < 0.45:
            yield pen.edits()
        elif chance < 0.7:
            yield Event(OF_SERVER, Does.SETTLES)
