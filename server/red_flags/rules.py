"""The machinery of the rules: what a rule is, what it may look at, and which flags follow (sections B11 and D)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from server.red_flags.facts import Fact, Status
from server.red_flags.levels import Level, RuleHit

CATEGORY_ORDER = (
    "cauda_equina",
    "cord_compression",
    "aortic",
    "limb_ischaemia",
    "dvt_pe",
    "spinal_infection",
    "septic_joint",
    "malignancy",
    "fracture",
    "paediatric_hip",
    "post_op",
    "pregnancy_gynae",
    "medication",
    "self_harm",
    "visceral",
    "motor_deficit",
    "avascular_necrosis",
    "inflammatory",
    "general_emergency",
)
# Episodes that keep their level although they are over (B2).
KEEPS_LEVEL = frozenset(
    (
        "stroke_signs",
        "suicide_plan",
        "overdose_deliberate",
        "gi_bleed",
        "paracetamol_over",
        "child_swallowed",
        "suicide_thoughts",
        "fall",
        "high_energy",
        "minor_strain",
    )
)
KEEPS_LEVEL_ONE_DAY = frozenset(("chest_pain", "collapse"))
_RISK_STATUS = frozenset((Status.PRESENT, Status.GONE, Status.RESOLVED, Status.CHRONIC, Status.ASSESSED))
NEW_DAYS = 14.0

Facts = tuple[Fact, ...]
Test = Callable[["View"], Facts]


@dataclass(frozen=True)
class View:
    """The counting facts of one person, as the rules see them; `statuses` says which symptoms count."""

    person: str
    facts: Facts
    age: float | None = None
    is_child: bool = False
    statuses: frozenset[Status] = frozenset((Status.PRESENT,))

    @cached_property
    def _by_feature(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.feature, []).append(fact)
        return found

    @cached_property
    def _now(self) -> dict[str, Facts]:
        found: dict[str, Facts] = {}
        for fact in self.facts:
            if fact.status in self.statuses:
                found[fact.feature] = (*found.get(fact.feature, ()), fact)
        return found

    def has(self, *features: str) -> Facts:
        """Return the facts of symptoms and circumstances that count now."""
        now = self._now
        if now.keys().isdisjoint(features):
            return ()
        found: Facts = ()
        for name in features:
            if name in now:
                found += now[name]
        return found

    def fresh(self, *features: str) -> Facts:
        """Return those of `has` that are new, within 14 days, or of unstated age."""
        return tuple(f for f in self.has(*features) if f.is_new or f.days is None or f.days <= NEW_DAYS)

    def old(self, *features: str) -> Facts:
        """Return those of `has` that are clearly older than 14 days and not called new."""
        return tuple(f for f in self.has(*features) if not f.is_new and f.days is not None and f.days > NEW_DAYS)

    def risk(self, *features: str) -> Facts:
        """Return the facts of risk factors; these are never over (B2)."""
        known = self._by_feature
        if known.keys().isdisjoint(features):
            return ()
        return tuple(f for name in features if name in known for f in known[name] if f.status in _RISK_STATUS)

    def within(self, days: float, *features: str) -> Facts:
        """Return risk factors or events not known to be older than `days`."""
        return tuple(f for f in self.risk(*features) if f.days is None or f.days <= days)

    def lasting(self, days: float, *features: str) -> Facts:
        """Return the facts of `has` that have lasted at least `days`."""
        return tuple(f for f in self.has(*features) if f.days is not None and f.days >= days)

    def aged(self, low: float, high: float = 130.0) -> bool:
        """Return whether the age is known and within `low..high`."""
        return self.age is not None and low <= self.age <= high


@dataclass(frozen=True)
class Rule:
    """One rule of section D: when `test` returns facts, `category` is reached at `level`.

    `version` is that of the meaning of the rule (SOURCES.md says when it rises); what was stored names it.
    """

    code: str
    category: str
    level: Level
    text: str
    source: str
    test: Test = field(repr=False)
    version: str = "1.0.0"


RULES: list[Rule] = []


def rule(
    code: str, category: str, level: Level, text: str, source: str, version: str = "1.0.0"
) -> Callable[[Test], Test]:
    """Return a decorator that files a test under a rule code."""

    def file(test: Test) -> Test:
        RULES.append(Rule(code, category, level, text, source, test, version))
        return test

    return file


def both(*groups: Facts) -> Facts:
    """Return all facts when every group has at least one, nothing otherwise."""
    if not all(groups):
        return ()
    return tuple(dict.fromkeys(f for group in groups for f in group))


def first(*groups: Facts) -> Facts:
    """Return the first group that is not empty."""
    for group in groups:
        if group:
            return group
    return ()


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, the modules that hold them loaded."""
    from server.red_flags import rules_nerves  # noqa: F401, I001  # they file themselves, in this order
    from server.red_flags import rules_body, rules_organs, rules_situations  # noqa: F401

    return tuple(RULES)


# What a rule may look at besides features and age.
_MORE_THAN_FEATURES = frozenset(("person", "facts", "statuses"))


class _Noting(View):
    """A view of somebody of whom only the age is known; it notes which features a rule asks for, "" for the rest."""

    @cached_property
    def asked(self) -> set[str]:
        """Return what was asked for so far."""
        return set()

    def has(self, *features: str) -> Facts:
        self.asked.update(features)
        return ()

    def risk(self, *features: str) -> Facts:
        self.asked.update(features)
        return ()

    def __getattribute__(self, name: str) -> Any:
        if name in _MORE_THAN_FEATURES:
            self.asked.add("")
        return super().__getattribute__(name)


@lru_cache(maxsize=256)
def _rules_by_features(age: float | None, is_child: bool) -> tuple[tuple[Rule, frozenset[str]], ...]:
    """Return every rule with the features without which it cannot fire at that age; "" for one that always may.

    A rule depends on nothing but its view. Where nothing that it asked of an empty view is there either, it asks the
    same, gets the same answers, and does not fire.
    """
    filed = []
    for item in all_rules():
        view = _Noting("", (), age, is_child)
        fires = bool(item.test(view))
        filed.append((item, frozenset(view.asked | {""} if fires else view.asked)))
    return tuple(filed)


def _rules_for(view: View) -> list[Rule]:
    """Return the rules that may fire for one person, in their order."""
    there = {fact.feature for fact in view.facts} | {""}
    return [item for item, asked in _rules_by_features(view.age, view.is_child) if not asked.isdisjoint(there)]


def apply_rules(view: View) -> list[RuleHit]:
    """Return the rules that fire for one person, most urgent first.

    Rules are tried with what is present; then with what ended recently as well, one level lower (B2).
    """
    if not any(f.counts for f in view.facts):
        return []
    hits: list[RuleHit] = []
    fired: set[tuple[str, Level]] = set()
    rules = _rules_for(view)
    for item in rules:
        facts = item.test(view)
        if facts:
            fired.add((item.code, item.level))
            hits.append(RuleHit(item.code, item.category, item.level, view.person, facts))
    if any(f.status is Status.GONE for f in view.facts):
        wider = View(view.person, view.facts, view.age, view.is_child, frozenset((Status.PRESENT, Status.GONE)))
        for item in rules:
            facts = item.test(wider)
            if facts and (item.code, item.level) not in fired:
                hits.append(_lowered(item, view.person, facts))
    return sorted(hits, key=_urgency)


def _lowered(item: Rule, person: str, facts: Facts) -> RuleHit:
    if item.code == "GE2" or _keeps_level(facts):
        return RuleHit(item.code, item.category, item.level, person, facts)
    code = "CE4" if item.code in ("CE1", "CE2") else "GE2" if item.code == "GE1" else item.code
    return RuleHit(code, item.category, item.level.lowered(), person, facts, lowered=True)


def _keeps_level(facts: Facts) -> bool:
    for fact in facts:
        if fact.status is not Status.GONE:
            continue
        if fact.feature in KEEPS_LEVEL or (
            fact.feature in KEEPS_LEVEL_ONE_DAY and fact.days is not None and fact.days <= 1.0
        ):
            continue
        return False
    return True


def _urgency(hit: RuleHit) -> tuple[int, int, int]:
    return -hit.level.value, _primary_rank(hit), CATEGORY_ORDER.index(hit.category)


def _primary_rank(hit: RuleHit) -> int:
    # B13: the operated or replaced site, and a reaction to a medicine, come first at the same level.
    if hit.category in ("post_op", "medication"):
        return 0
    return 1


def choose_flags(hits: Sequence[RuleHit]) -> list[RuleHit]:
    """Return the hits that become flags, the primary one first (B11).

    A further category is added when it is reached at `same_day` or above through a fact not yet attributed,
    or when it changes the card (an operation or a pregnancy behind the primary flag).
    """
    chosen: list[RuleHit] = []
    for hit in hits:
        if any(hit.category == other.category for other in chosen):
            continue
        if not chosen:
            chosen.append(hit)
            continue
        attributed = {f.feature for other in chosen for f in other.facts}
        adds_fact = any(f.feature not in attributed for f in hit.facts)
        if (hit.level >= Level.SAME_DAY and adds_fact) or (
            hit.category in ("post_op", "pregnancy_gynae") and hit.level >= Level.SAME_DAY
        ):
            chosen.append(hit)
    return chosen


def highest(hits: Iterable[RuleHit]) -> Level:
    """Return the most urgent level among `hits`, `NONE` when there are none."""
    return max((hit.level for hit in hits), default=Level.NONE)
