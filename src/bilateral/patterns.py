"""What a rule's slot asks of a mention: kinds, roles, values, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from bilateral.errors import RuleError
from bilateral.parts import together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bilateral.mentions import Mention, Reading

NUMBERS = count()
RESPECTIVELY = "respectively"  # the group of the words that pair two lists of a sentence


@dataclass(frozen=True)
class Want:
    """The conditions of one slot; see docs/rules.md for each."""

    is_: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    not_: tuple[str, ...] = ()
    no_role: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    no_value: tuple[str, ...] = ()
    near: str | None = None
    before: str | None = None
    after: str | None = None
    within: int | None = None
    clause: bool = False
    part: bool = False
    many: bool = False
    optional: bool = False
    nested: bool = False
    list: bool = False
    words: int | None = None
    default: str | None = None
    apart: tuple[str, ...] = ()
    inside: str | None = None
    agrees: str | None = None
    measures: str | None = None
    free: bool = False
    back: int = 0
    stay: tuple[str, ...] = ()
    back_not: tuple[str, ...] = ()
    beats: tuple[str, ...] = ()
    earlier: bool = False
    across: bool = False
    headed: bool = False

    @cached_property
    def number(self) -> int:
        """One number for all slots that ask the same of a mention by itself."""
        return _number_of(
            *(self.is_, self.role, self.not_, self.no_role, self.value, self.no_value, self.nested)
        )

    @cached_property
    def placed(self) -> bool:
        """Whether the slot says where its mention stands."""
        asked = (self.before, self.after, self.inside, self.agrees, self.measures, self.beats)
        return any(asked) or self.within is not None

    def fits(self, mention: Mention) -> bool:
        """Whether a mention by itself is one that the slot asks for."""
        return (self.nested or not mention.nested) and self.suits(mention)

    def suits(self, mention: Mention) -> bool:
        """Whether a mention is one that the slot asks for, inside a longer name or not."""
        return (
            (not self.is_ or mention.is_a(self.is_))
            and not mention.is_a(self.not_)
            and (not self.role or not mention.roles.isdisjoint(self.role))
            and mention.roles.isdisjoint(self.no_role)
            and (not self.value or mention.value in self.value)
            and mention.value not in self.no_value
        )


def read_want(given: object, name: str, file: str, line: int | None) -> Want:
    """The slot's conditions. Raises RuleError for a key that is not known or of a wrong type."""
    if not isinstance(given, dict):
        what = f"the slot '{name}' is not a mapping"
        raise RuleError(what, "Write it like: name: {is: City, role: in}.", file=file, line=line)
    known = {field.name.rstrip("_"): field for field in fields(Want)}
    values: dict[str, Any] = {}
    for key, found in given.items():
        value = found
        if key not in known:
            what = f"the slot '{name}' has the unknown key '{key}'"
            remedy = f"Known keys: {', '.join(sorted(known))}."
            raise RuleError(what, remedy, file=file, line=line)
        kind = str(known[key].type)
        if kind.startswith("tuple"):
            if not isinstance(value, (str, list)):
                what = f"'{key}' of the slot '{name}' is neither a word nor a list of words"
                remedy = "Write a word, or words in [ ]; put yes, no, on, off in quotation marks."
                raise RuleError(what, remedy, file=file, line=line)
            value = (value,) if isinstance(value, str) else tuple(map(str, value))
        elif kind == "bool" and not isinstance(value, bool):
            what = f"'{key}' of the slot '{name}' is neither true nor false"
            raise RuleError(what, "Write true or false.", file=file, line=line)
        values[known[key].name] = value
    return Want(**values)


@cache
def _number_of(*_asked: object) -> int:
    return next(NUMBERS)


def fitting(want: Want, reading: Reading) -> list[Mention]:
    """The mentions of a finished reading that fit a slot by themselves, in order.

    Many slots of many rules ask the same, so what is found is kept.
    """
    size = len(reading.mentions)
    known, found = reading.fitting.get(want.number, (0, []))
    if known < size:
        if known:
            more = reading.mentions[known:]
        else:
            more = reading.of_kinds(want.is_) if want.is_ else reading.mentions
        found = [*found, *(m for m in more if want.fits(m))]
        reading.fitting[want.number] = (size, found)
    return found


def choose(
    want: Want,
    anchor: Mention,
    bound: dict[str, tuple[Mention, ...]],
    reading: Reading,
    rivals: Sequence[Mention],
) -> tuple[Mention, ...]:
    """The mentions that fill a slot: all that fit when it takes many, else the nearest one.

    A mention that is nearer to a rival (another mention that the anchor's slot fits) is the
    rival's, unless the slot takes many.
    """
    near = bound.get(want.near or "", ())
    origin = near[0] if near else anchor
    found = [m for m in fitting(want, reading) if m is not anchor]
    if found and want.placed:
        found = _placed(want, found, origin, bound, reading)
    if found and want.apart:
        taken = [m for name in want.apart for m in bound.get(name, ())]
        values = {m.value for m in taken}
        found = [m for m in found if m not in taken and m.value not in values]
    # What must be said may be said in another part; what may be said is said in this one.
    here = want.part or (want.optional and not want.across)
    if here or want.many:
        near_by = [m for m in found if together(m, origin)]
        found = near_by if here or near_by else found
    if want.clause:
        found = [m for m in found if m.clause == origin.clause]
    if want.many:
        return tuple(_unique(found))
    if len(found) <= 1:
        return tuple(found)
    if RESPECTIVELY in reading.kinds and not near:
        paired = _respectively(found, anchor, rivals)
        if paired is not None:
            return (paired,)
    ranked = sorted(
        found,
        key=lambda m: (want.earlier and m.begin > origin.begin, *_rank(m, origin, reading)),
    )
    if near:
        return (ranked[0],)
    others = [rival for rival in rivals if rival.begin != anchor.begin]
    for mention in ranked:
        rank = _rank(mention, anchor, reading)
        if not any(_rank(mention, rival, reading) < rank for rival in others):
            return (mention,)
    return (ranked[0],)


def _respectively(
    found: list[Mention], anchor: Mention, rivals: Sequence[Mention]
) -> Mention | None:
    """The mention that is in its list what the anchor is in its own: the second of two, say."""
    alike = [m for m in rivals if together(m, anchor)]
    listed = [m for m in found if together(m, anchor)]
    places = sorted({m.begin for m in listed})
    if anchor not in alike or len(alike) == 1 or len(places) != len(alike):
        return None
    place = places[sorted(m.begin for m in alike).index(anchor.begin)]
    return next(m for m in listed if m.begin == place)


def _rank(mention: Mention, origin: Mention, reading: Reading) -> tuple[bool, bool, int, int]:
    apart = reading.apart(mention, origin)
    other = not together(mention, origin)
    # What brackets say belongs to what stands before them, not to what stands after.
    aside = "bracketed" in mention.roles and "bracketed" not in origin.roles
    return other, mention.clause != origin.clause or aside, apart, mention.begin


def _placed(
    want: Want,
    found: list[Mention],
    origin: Mention,
    bound: dict[str, tuple[Mention, ...]],
    reading: Reading,
) -> list[Mention]:
    """The mentions that stand where the slot wants them."""
    before = bound.get(want.before or "", ())
    after = bound.get(want.after or "", ())
    if (want.before and not before) or (want.after and not after):
        return []
    if want.before:
        found = [m for m in found if m.end <= before[0].begin]
    if want.after:
        found = [m for m in found if m.begin >= after[-1].end]
    if want.inside:
        inside = bound.get(want.inside, ())
        found = [m for m in found if any(o.begin <= m.begin and m.end <= o.end for o in inside)]
    if want.agrees:
        agreeing = bound.get(want.agrees, ())
        found = [m for m in found if any(_class_of(m) in o.kinds for o in agreeing)]
    found = measuring(want, found, bound)
    if want.beats and found:
        rivals = [m for m in reading.of_kinds(want.beats) if not m.nested]
        nearest = min((reading.apart(m, origin) for m in rivals), default=None)
        if nearest is not None:
            found = [m for m in found if reading.apart(m, origin) <= nearest]
    if want.within is not None:
        beside = (before or after or (origin,))[0]
        found = [m for m in found if reading.apart(m, beside) <= want.within]
    return found


def measuring(
    want: Want, found: list[Mention], bound: dict[str, tuple[Mention, ...]]
) -> list[Mention]:
    """Those of the mentions that measure what the slot's other one counts, if it asks: money."""
    if not want.measures:
        return found
    counted = {f"of-{kind}" for other in bound.get(want.measures, ()) for kind in other.kinds}
    return [m for m in found if m.is_a(counted)]


def _class_of(mention: Mention) -> str:
    return (mention.value or "").removeprefix("bil:")


def _unique(mentions: list[Mention]) -> list[Mention]:
    """One mention for each value, the first."""
    seen: dict[object, Mention] = {}
    for mention in mentions:
        seen.setdefault((mention.value, mention.unit, mention.span), mention)
    return list(seen.values())
