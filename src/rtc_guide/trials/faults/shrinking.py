"""Making a schedule that does damage as short as it can be, by leaving out what it can do without.

Delta debugging (Zeller and Hildebrandt, 2002): halves first, then ever smaller parts. What can be
left out by itself is then left out together, if that does the damage too. The server's events come
first: they take time in every play, and schedules that differ in them can't be played side by side.
A schedule need not come to the same each time: each is played twice, and what is taken some times
more, for among many that do damage now and then some do it twice by chance.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from rtc_guide.trials.faults.damage import Kind
from rtc_guide.trials.faults.running import Outcome
from rtc_guide.trials.faults.schedule import OF_DISK, OF_SERVER, Schedule, without

Play = Callable[[Sequence[Schedule]], Awaitable[list[Outcome]]]

_TRIES = 2
_MORE_TRIES = 6
_AT_ONCE = 10


async def shrink(
    schedule: Schedule,
    wanted: Iterable[Kind],
    play: Play,
    tell: Callable[[str], None],
    keep: Callable[[Schedule], None] = lambda _: None,
) -> Schedule:
    """Return the shortest schedule found that does damage of the wanted kinds each time.

    `play` plays schedules on one server; `tell` hears how far it has come, and `keep` gets each
    shorter one as soon as it is found.
    """
    shrinking = _Shrinking(frozenset(wanted), play, tell, keep)
    while True:
        shorter = await shrinking.with_fewer_people(schedule)
        for of_server in (True, False):
            shorter = await shrinking.with_fewer_events(shorter, of_server=of_server)
        if shorter == schedule:
            return schedule
        schedule = shorter


@dataclass
class _Shrinking:
    kinds: frozenset[Kind]
    play: Play
    tell: Callable[[str], None]
    keep: Callable[[Schedule], None]
    _insufficient: set[Schedule] = field(default_factory=set)

    async def with_fewer_people(self, schedule: Schedule) -> Schedule:
        """Leave out people, with all that they do."""
        for name in dict.fromkeys((*schedule.people, *(each.who for each in schedule.events))):
            if name in (OF_SERVER, OF_DISK):
                continue
            does = (place for place, event in enumerate(schedule.events) if event.who == name)
            people = tuple(each for each in schedule.people if each != name)
            without_them = replace(without(schedule, does), people=people)
            self.tell(f"{len(schedule.events)} events, leaving out {name}")
            if people and await self._is_taken(without_them):
                schedule = without_them
        return schedule

    async def with_fewer_events(self, schedule: Schedule, *, of_server: bool) -> Schedule:
        """Leave out events of the server, or all others: halves of them, then ever less."""
        # What differs in what happens to the server is played by itself.
        at_once, whose = (1, "the server’s") if of_server else (_AT_ONCE, "others’")
        size = len(_places(schedule, of_server))
        while size:
            size = (size + 1) // 2
            # The end first: what comes after the damage is the most of it. Whatever goes there,
            # the places before stay what they are.
            rest = len(_places(schedule, of_server))
            while rest > 0:
                count = len(schedule.events)
                self.tell(f"{count} events, leaving out {whose}, {size} at a time: {rest} to go")
                places = _places(schedule, of_server)
                ends = range(rest, 0, -size)[:at_once]
                parts = [places[max(0, end - size) : end] for end in ends]
                schedule = await self._without_parts(schedule, parts)
                rest -= size * len(parts)
            if size == 1:
                break
        return schedule

    async def _without_parts(self, schedule: Schedule, parts: Sequence[list[int]]) -> Schedule:
        """Leave out as many of these parts as it was found to do without, together."""
        candidates = {without(schedule, part): part for part in parts}
        dropped = [candidates[each] for each in await self._sufficient(list(candidates))]
        while dropped:
            together = without(schedule, (place for part in dropped for place in part))
            if await self._is_taken(together):
                return together
            dropped = dropped[: len(dropped) // 2]
        return schedule

    async def _is_taken(self, candidate: Schedule) -> bool:
        """Tell whether it does the damage some times more, and keep it then."""
        is_reliable = bool(await self._sufficient([candidate], _MORE_TRIES))
        if is_reliable:
            self.keep(candidate)
        return is_reliable

    async def _sufficient(
        self, candidates: Sequence[Schedule], tries: int = _TRIES
    ) -> list[Schedule]:
        """Return those that do the damage each time, all played at once."""
        new = [each for each in candidates if each not in self._insufficient]
        outcomes = await self.play([each for each in new for _ in range(tries)]) if new else []
        came_to = [outcomes[first : first + tries] for first in range(0, len(outcomes), tries)]
        good = []
        for each, played in zip(new, came_to, strict=True):
            if all(not one.error and self.kinds <= one.damage.kinds for one in played):
                good.append(each)
            else:
                self._insufficient.add(each)
        return good


def _places(schedule: Schedule, of_server: bool) -> list[int]:
    return [place for place, each in enumerate(schedule.events) if each.of_server == of_server]
