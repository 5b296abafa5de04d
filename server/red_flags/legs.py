"""Tells harmless talk of legs from a nerve sign: another part is stiff, a long sit, stenosis eased by sitting."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from server.red_flags.clauses import Message, Sentence
from server.red_flags.phrases import phrase_list, phrases

LEG_SIGNS = frozenset(
    ("unsteady", "both_legs", "leg_numb", "electric_shocks", "leg_weak", "leg_paralysed", "leg_gives_way")
)
ALL_LIMBS = 4.0  # limbs of a complaint that names arms or hands beside the legs, or the whole body
_POWER = frozenset(("leg_weak", "leg_paralysed", "leg_gives_way"))
_UPPER, _LOWER = r"(?:arms?|hands?|fingers|upper limbs)", r"(?:legs|feet|toes|lower limbs)"
_JOIN = r" (?:,|and|or|/|&|plus|as well as|,? and) (?:\w+ ){0,2}"
# "in both legs and my arm aches" is two complaints.
_OWN_VERB = r"(?!(?:aches?|hurts?|is|has|feels?|throbs?|was) )"
_ARMS_TOO = re.compile(rf" (?:{_UPPER}{_JOIN}{_LOWER}|{_LOWER}{_JOIN}{_UPPER}) {_OWN_VERB}")
_WHOLE_BODY = re.compile(r" (?:weak|weakness|weaker) (?:\w+ ){0,2}(?:in|of|over|throughout) (?:\w+ ){0,2}body ")
_LOST = frozenset(("dead", "feeling", "sensation", "paralysed", "heavy", "clumsy", "cant", "couldnt", "fall"))
_SPREADS = frozenset(("spreading", "spread", "spreads", "climbing", "creeping", "ascending", "rising", "now"))
_NOT_OF_LIMBS = _LOST | _SPREADS
_BEYOND_LEGS = frozenset(("arm", "arms", "hand", "hands", "fingers", "limbs", "body"))
_EFFORTS = phrases("legs", "efforts")
_LOST_BY_NERVE = frozenset(phrase_list("legs", "lost_by_nerve"))
_LASTS = phrases("legs", "lasts")
_LEG_JOINTS = frozenset(("knees", "ankles"))
_CRAMPS = frozenset(("cramp", "cramps", "cramping"))
_BURNS = frozenset(("burn", "burns", "burning", "burnin", "hot"))
_FEET = frozenset(("feet", "toes", "soles"))
_LEGS = frozenset(("leg", "legs", "thighs", "calves", "shins", "both"))
_BACKS = frozenset(("back", "spine", "sciatica", "disc", "buttock", "bum"))
# "Legs like lead after a double shift" is tiredness; staggering or lost balance is not.
_TIRED_LEGS = frozenset(phrase_list("legs", "tired"))
_NIGHT = frozenset(("night", "nights", "bed", "asleep", "sleep"))
_NERVES = frozenset(("numb", "numbness", "tingling", "tingle", "pins", "worse", "bladder", "pee", "unsteady", "walk"))
_BED_REST = re.compile(
    r" (?:because|cause|as|from|after|due) (?:(?!but |now |and )\w+ ){0,6}"
    r"(?:in bed|bedridden|bed bound|laid up|lying about) "
)
_WEAKNESS = frozenset(("weak", "weakness", "weaker", "strength", "power"))
_HELD_BY_PAIN = re.compile(
    r" (?:pain\w*|ach\w*|hurt\w*|sore|agony|spasms?) (?:(?!and|but|now|since|,)\w+ ){0,4}"
    r"so (?:much|bad|badly|severe\w*|intense\w*|strong\w*|sharp|sore|painful|excruciating) "
    r"(?:(?!and |but |now |since |today |also |suddenly )\w+ ){0,7}(?:cant|couldnt|unable|hardly|barely) "
)
_QUALITIES = frozenset(("stiff", "stiffness", "heavy", "heaviness", "clumsy"))
_BESIDE = _QUALITIES | {"tightness", "tight", "pressure", "pain", "and", "or", ",", "/"}
_ELSEWHERE = frozenset(phrase_list("legs", "elsewhere"))
_OWNED = frozenset(("my", "the", "his", "her", "both", "your", "their"))
_POSTURE = phrases("legs", "posture")
_SITS = frozenset(("sit", "sits", "sitting", "sat"))
_LONG = frozenset(("long", "ages", "hours", "while", "continuously", "prolonged"))
_PASSING = phrases("legs", "passing")
_NEW = phrases("legs", "new")
_HEAVY = frozenset(("heavy", "heaviness"))
_TIRED_BY_WALKS = _HEAVY | {"ache", "aches", "aching", "tired", "cramp", "cramps"}
_LEAN_EASES = phrases("legs", "lean_eases")
_WALKS = phrases("legs", "walks")
_NARROW = phrases("legs", "narrow")
_SIT_EASES = phrases("legs", "sit_eases")
_PAINFUL = frozenset(("pain", "pains", "painful", "hurt", "hurts", "ache", "aches", "weak", "weakness", "burning"))


def is_harmless_legs(feature: str, places: Sequence[int], sentence: Sentence, message: Message) -> bool:
    """Return whether a leg sign at `places` of `sentence` is a look-alike (specification B8 and D1, D2, D9).

    Args:
        feature: id of the feature that was matched.
        places: indexes in `sentence.words` of the matched words.
        message: all sentences of the message.
    """
    if feature in ("both_legs", "leg_weak"):
        matched = {sentence.words[place] for place in places}
        if _is_of_bed_rest(sentence, message) or _is_of_effort(matched, sentence):
            return True
        if feature == "both_legs" and is_eased_by_sitting(matched, sentence, message):
            return True
        if feature == "both_legs" and (
            _is_of_joints_or_cramp(matched, sentence) or _is_of_burning_feet(matched, sentence, message)
        ):
            return True
    if feature in _POWER:
        return _is_held_by_pain(places, sentence)
    if feature == "unsteady":
        matched = {sentence.words[place] for place in places}
        if matched <= _TIRED_LEGS and _is_of_effort(matched, sentence):
            return True
        if _is_positional(sentence):
            return True
        return _is_of_another_part(places, sentence) or is_eased_by_sitting(matched, sentence, message)
    return feature in LEG_SIGNS and _is_positional(sentence)


def is_effort_only(sentence: Sentence) -> bool:
    """Return whether a whole sentence tells of legs that ache or tire after work, and of no lost feeling."""
    return _is_of_effort(sentence.word_set, sentence)


def is_of_all_limbs(sentence: Sentence) -> bool:
    """Return whether tingling, numbness or pain is said of arms and legs alike, or weakness of the whole body.

    Lost feeling, lost power and what spreads are not let off: in all four limbs they may come from the neck.
    """
    words = sentence.word_set
    if _BEYOND_LEGS.isdisjoint(words) or not _NOT_OF_LIMBS.isdisjoint(words):
        return False
    if _WHOLE_BODY.search(sentence.joined):
        return True
    return _WEAKNESS.isdisjoint(words) and _ARMS_TOO.search(sentence.joined) is not None


def is_eased_by_sitting(matched: Collection[str], sentence: Sentence, message: Message) -> bool:
    """Return whether legs ache or grow heavy on a walk until the person sits or leans, with nothing new about it."""
    if sentence.first_of(_NEW):
        return False
    if not _TIRED_BY_WALKS.isdisjoint(matched) and message.has_any_of(_LEAN_EASES) and message.has_any_of(_WALKS):
        return True
    return not _HEAVY.isdisjoint(matched) and message.has_any_of(_NARROW) and message.has_any_of(_SIT_EASES)


def _is_of_effort(matched: Collection[str], sentence: Sentence) -> bool:
    """Return whether legs ache, tire or shake after work named beside it, with no feeling lost and no end told."""
    if not _LOST_BY_NERVE.isdisjoint(matched) or sentence.first_of(_LASTS):
        return False
    return sentence.first_of(_EFFORTS) is not None


def _is_of_joints_or_cramp(matched: Collection[str], sentence: Sentence) -> bool:
    """Return whether both knees or ankles only hurt, or both calves only cramp at night: no nerve of the back."""
    if not (_LOST_BY_NERVE | _WEAKNESS).isdisjoint(matched):
        return False
    if not _LEG_JOINTS.isdisjoint(matched):
        return True
    return not _CRAMPS.isdisjoint(matched) and not _NIGHT.isdisjoint(sentence.word_set)


def _is_of_burning_feet(matched: Collection[str], sentence: Sentence, message: Message) -> bool:
    """Return whether feet only burn, as with diabetes: nothing else is lost, nothing is new, no back is told of."""
    if _BURNS.isdisjoint(matched) or _FEET.isdisjoint(matched) or not (_LOST_BY_NERVE | _LEGS).isdisjoint(matched):
        return False
    if any(not _BACKS.isdisjoint(s.word_set) for s in message) or not (_SPREADS - {"now"}).isdisjoint(
        sentence.word_set
    ):
        return False
    return sentence.first_of(_NEW) is None


def _is_of_bed_rest(sentence: Sentence, message: Message) -> bool:
    """Return whether the writer gives days in bed with flu or the like as the cause, and nothing else is lost."""
    if not _BED_REST.search(sentence.joined):
        return False
    alarming = (_LOST | _SPREADS | _NERVES) - {"now"}
    return all(alarming.isdisjoint(s.word_set) for s in message)


def _is_held_by_pain(places: Sequence[int], sentence: Sentence) -> bool:
    """Return whether pain keeps the leg still: "the pain was so bad that I could not move my leg" (D3)."""
    until = " ".join(sentence.words[: max(places, default=0) + 1])
    return _HELD_BY_PAIN.search(f" {until} ") is not None


def _is_of_another_part(places: Sequence[int], sentence: Sentence) -> bool:
    """Return whether the stiffness or weight is said of the face, the head or the like."""
    words = sentence.words
    for place in places:
        if words[place] not in _QUALITIES:
            continue
        rest = place + 1
        while rest < len(words) and words[rest] in _BESIDE:
            rest += 1
        if words[rest : rest + 1] not in (("of",), ("in",)):
            continue
        after = [w for w in words[rest + 1 : rest + 4] if w not in _OWNED]
        if after and after[0] in _ELSEWHERE:
            return True
    return False


def _is_positional(sentence: Sentence) -> bool:
    """Return whether tingling or numbness comes with a long sit only, and nothing about it is new or painful."""
    if sentence.word_set & _PAINFUL or sentence.first_of(_NEW):
        return False
    if _is_long_sit(sentence.words):
        return True
    return sentence.first_of(_POSTURE) is not None and sentence.first_of(_PASSING) is not None


def _is_long_sit(words: Sequence[str]) -> bool:
    """Return whether the words tell of a long sit, as "sit continuously for a long time" does."""
    return any(word in _SITS and _LONG & set(words[i + 1 : i + 6]) for i, word in enumerate(words))
