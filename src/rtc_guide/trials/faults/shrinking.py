"""Making a schedule that does damage as short as it can be, by leaving out what it can do without.

Delta debugging (Zeller and Hildebrandt, 2002): halves first, then ever smaller parts. Candidates to
which the same happens to the server are played side by side, each more than once, since the same
schedule need not come to the same each time.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from rtc_guide.trials.faults.damage import Kind
from rtc_guide.trials.faults.running import Outcome
from rtc_guide.trials.faults.schedule import Schedule, without

Play = Callable[[Sequence[Schedule]], Awaitable[list[Outcome]]]

_TRIES = 2
_AT_ONCE = 10


async def shrink(
    schedule: Schedule, wanted: Iterable[Kind], play: Play, tell: Callable[[str], None]
) -> Schedule:
    """Return the shortest schedule found that does damage of the wanted kinds each time.

    `play` plays schedules on one server; `tell` hears how far it has come.
    """
    kinds = frozenset(wanted)
    size = max(1, len(schedule.events) // 2)
    while True:
        tell(f"{len(schedule.events)} events, leaving out {size} at a time")
        shorter = await _shorter(schedule, size, kinds, play)
        if shorter is not None:
            schedule = shorter
            size = min(size, max(1, len(schedule.events) // 2))
        elif size == 1:
            return schedule
        else:
            size = size // 2


async def _shorter(
    schedule: Schedule, size: int, kinds: frozenset[Kind], play: Play
) -> Schedule | None:
    places = range(0, len(schedule.events), size)
    candidates = [without(schedule, range(place, place + size)) for place in places]
    # The end first: what comes after the damage is the most of it.
    for group in _side_by_side(reversed(candidates)):
        outcomes = await play([each for each in group for _ in range(_TRIES)])
        for number, candidate in enumerate(group):
            came_to = outcomes[number * _TRIES : (number + 1) * _TRIES]
            if all(not each.error and kinds <= each.damage.kinds for each in came_to):
                return candidate
    return None


def _side_by_side(candidates: Iterable[Schedule]) -> Iterable[list[Schedule]]:
    groups: dict[tuple[object, ...], list[Schedule]] = {}
    for each in candidates:
        groups.setdefault(each.surroundings, []).append(each)
    for group in groups.values():
        for first in range(0, len(group), _AT_ONCE):
            yield group[first : first + _AT_ONCE]
