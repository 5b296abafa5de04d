"""Topics: what a conversation is about, in words that fit into a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from server.aspects import ACTS, medicine_of
from server.intents import Intent, intent_of
from server.operations_told import operation_had, treated
from server.terms import Found, Term, term_list
from server.whose import Owner, owners_before, person_phrase
from server.words import content_stems, tokens

PRONOUN = re.compile(r"\b(?:it|they|them|these|those)\b(?!')", re.IGNORECASE)
# Words of a question about another subject that do not name it.
_FRAME = frozenset(
    """
    happen long often soon far type typ kind example exampl differ differenc main famou import popular best common
    major describ list
    """.split()  # noqa: SIM905
)
# Body parts that stand for the pain in them, unless anatomy is asked about.
_HURTS = frozenset({"hip", "lower back", "buttock", "groin", "leg", "thigh", "pelvis", "tummy"})
_VAGUE = frozenset({"leg", "spine", "surgery", "thigh", "tummy"})
# What people have besides, and tell of before what hurts.
_BESIDES = frozenset(
    {"osteoporosis", "scoliosis", "hypermobility", "fibromyalgia", "endometriosis", "cerebral palsy", "spina bifida"}
)
# What may be wrong with a part of the body besides pain, in words to put behind its name.
_WRONG = {"numbness and tingling": "numbness", "stiffness": "stiffness", "weakness": "weakness", "swelling": "swelling"}
# "Back" that is no part of the body, as in "go back to work", and knees that only say where a pillow goes.
_NOT_A_BACK = re.compile(
    r"\b(?:(?:go|going|get|getting|be|come|comes|coming|been|went|gone|sent|put|call|ring|i'm|im|am i|i am) back|"
    r"(?:pillows?|cushions?|towel|ball) (?:between|under|behind|round) (?:my |the |your )?(?:knees?|legs|thighs)|"
    r"(?<!my )(?<!his )(?<!her )(?<!the )(?<!low )(?<!lower )(?<!bad )back (?:to|at|into))\b",
    re.IGNORECASE,
)
# "Back" that says where on a limb.
_BACK_OF = re.compile(
    r"\bback(?= (?:of|in) (?:(?:my|the|his|her|one|both) )?(?:(?:left|right|upper|lower|whole) )?"
    r"(?:legs?|thighs?|knees?|calf|calves|hips?|foot|feet|ankles?)\b)",
    re.IGNORECASE,
)
# Where something is asked to come from is not what hurts.
_COMES_FROM = re.compile(r"\b(?:coming from|because of) (?:my|the|his|her) \w+", re.IGNORECASE)
# What somebody was told that they have.
_TOLD_IT_IS = re.compile(
    r"\b(?:gp|doctors?|dr|doc|physio\w*|consultant|surgeon|specialist|nurse|midwife|osteopath|chiro\w*|hospital|"
    r"scan|mri|x-?ray|report|they|he|she)\b (?:just )?(?:says?|said|thinks?|thought|reckons?|shows?|showed|found|"
    r"calls? it|called it|mentioned|told (?:me|him|her|us))\b|\bdiagnos\w+|\b(?:been|was|were|got) told\b|"
    r"^(?:\W*\w+)?\W*told (?:i|he|she|it)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|no|isn't|isnt|nothing|don't|doesn't|without)\b", re.IGNORECASE)
# What may be wrong in many places: the place of the pain is said with it.
_ANYWHERE = re.compile(r"bursitis|arthritis|osteoarthritis|impingement|tend[io]n\w*|a? ?fracture", re.IGNORECASE)
# Words of a scan for what almost every spine has: what is asked beside them is answered for ordinary back pain.
_WEAR = re.compile(r"\b(?:degenerative|degeneration|worn|worn-?out|wear|spondylosis|desiccat\w+|dehydrated)\b", re.I)
# What somebody asks whether they have, and the words there that name nothing.
_COULD_BE = re.compile(
    r"^(?:could|can|might|may|would) .+? be (?:an? |the |my )?([\w'-]+(?: [\w'-]+){0,2})\W*$", re.IGNORECASE
)
_NAMES_NOTHING = re.compile(
    r"^(?:some\w*|any\w*|that|this|it|linked|related|due|caused|because|from|why|how|what|more|worse|better|serious|"
    r"dangerous|bad|normal|permanent|cured|fixed|treated|helped|done|reversed|prevented|avoided|wrong|safe|ok|\w+ed)\b",
    re.IGNORECASE,
)
_SAYS_WHERE = re.compile(r"\b(?:back|hip|leg|sciatica|surgery|replacement|fusion|operation|pain)\b", re.IGNORECASE)
# "When I squat" tells when it hurts.
_ON_DOING = re.compile(
    r"\b(?:when|whenever|while|if|after|every time|each time) (?:i|he|she|we)(?:'m)? (?:do |try to |do a |do the )?$",
    re.I,
)
_IS_JOINT = re.compile(r"\b(?:joints?|sij|tailbone|coccyx)$")
_ON_WALKING = re.compile(
    r"\b(?:when|whenever|while|after|if|on|from) (?:(?:i|he|she|we)(?:'m|'s)? )?walk(?:s|ing)?\b", re.I
)
_ACHES = re.compile(r"\b(?:pains?|hurt\w*|ach\w+|sore|agony)\b", re.IGNORECASE)
_DOWN_THE_LEG = re.compile(
    r"\bdown (?:(?:the|its|my|his|her|one|to|back|side|front|outside|inside|of|left|right|whole) )*"
    r"(?:leg|thigh|calf|foot)\b",
    re.IGNORECASE,
)
_STILL = re.compile(r"\b(?:still|again|even worse)\b", re.IGNORECASE)
_WORD_ASKED = re.compile(r"^what(?:'s|s| is| does| do)? .{2,40} means?\W*$|\bmeaning of\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question as it stood alone, what it asked for, and what was answered to it.

    titles: of the sources cited, best first. suggestions: the questions offered next.
    """

    text: str
    intent: Intent = "general"
    titles: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()


# A disc of the lower back, by the bones above and below it.
_AT_A_LEVEL = re.compile(r"\bl[1-5]\b", re.IGNORECASE)


def topic_of(turns: Sequence[Turn], *, with_exercises: bool = True) -> str:
    """Return what the conversation is about, in words to put into a question; empty when that cannot be told.

    Args:
        turns: the earlier questions, oldest first.
        with_exercises: False for what is complained of, whatever exercise was spoken of since.
    """
    for at, turn in reversed(list(enumerate(turns))):
        subjects = [item for item in term_list().subjects(without_go_back(turn.text)) if item.term.name not in ACTS]
        if at and _WORD_ASKED.search(turn.text) and not _names_nothing(turns[:at]):
            continue  # a word of the answer was asked about, not what it was said of
        subjects = [
            item
            for item in subjects
            if not (item.term.kind == "exercise" and _ON_DOING.search(turn.text[: item.start]))
        ]
        if turn.intent == "comparison" and at:  # what something was compared with is not what is talked of
            before = {item.term.name for item in term_list().subjects(turns[at - 1].text)}
            subjects = [item for item in subjects if item.term.name in before] or subjects
        if not with_exercises:
            if subjects and all(item.term.kind == "exercise" for item in subjects):
                continue  # nor are the titles quoted for it what is complained of
            subjects = [item for item in subjects if item.term.kind != "exercise"]
        # A named condition or exercise first; else what was said first, since people begin with what hurts most.
        exact = [item for item in subjects if not item.term.is_broad and item.term.kind != "body"]
        if not exact and at and _STILL.search(turn.text) and not _names_nothing(turns[:at]):
            continue  # "my leg is still sore" tells more of what was spoken of
        felt = sorted((i for i in subjects if i not in exact), key=lambda item: (item.term.name in _VAGUE, item.start))
        if exact and felt and exact[0].term.name in _BESIDES and (_hurts(turn.text) or "pain" in felt[0].text):
            return f"{_phrase(felt[0], turn.text)} with {exact[0].term.name}"
        done = operation_had(turn.text)
        if done and not exact and not _ACHES.search(turn.text) and _names_nothing(turns[:at]):
            return done
        besides = [item for item in exact if item.term.name in _BESIDES]
        hurting = [i for i in exact if i not in besides and i.term.kind == "condition" and _ACHES.search(i.text)]
        if besides and hurting:
            return f"{_phrase(hurting[0], turn.text)} with {besides[0].term.name}"
        exact = _told_to_be(turn.text, exact) or _done_with(turn.text, exact) or exact or felt
        if exact:
            return _phrase(exact[0], turn.text) + person_phrase(turn.text, exact[0].term) + treated(turn.text, exact[0])
        for title in turn.titles[:1]:
            named = [item for item in term_list().subjects(title) if item.term.name != "pain"]
            is_of_many = len({item.term.name for item in named}) > 1  # "Medicines for back, hip and sciatica pain"
            is_said = not set(content_stems(turn.text)).isdisjoint(content_stems(title))
            if is_of_many or medicine_of(turn.text) or not (is_said or _names_nothing(turns[:at])):
                continue  # what somebody said hurts goes before what was quoted
            named = [item for item in named if not item.term.is_broad]
            if not with_exercises:
                named = [item for item in named if item.term.kind != "exercise"]
            if named:
                return named[0].term.name + person_phrase(turn.text, named[0].term)
    if not with_exercises and any(item.term.kind == "exercise" for t in turns for item in term_list().find(t.text)):
        return ""
    return _unlisted_topic(turns)


def felt_as(topic: str) -> str:
    """Return wear of the spine with the pain it may be felt as, for questions that are answered for that pain.

    >>> felt_as("degenerative disc disease")
    'back pain and degenerative disc disease'
    """
    return f"back pain and {topic}" if _WEAR.search(topic) and not _SAYS_WHERE.search(topic) else topic


def may_be(asked: str, topic: str) -> str:
    """Return what somebody asked whether they have, besides what is talked of; empty when the question is another.

    >>> may_be("could groin pain be impingement", "groin pain")
    'hip impingement'
    """
    found = _COULD_BE.search(asked)
    listed = [item for item in term_list().find(found[1]) if item.term.kind == "condition"] if found else []
    if found is None or topic.lower() not in asked.lower() or (listed and listed[0].term.is_broad):
        return ""
    words = listed[0].text if listed else found[1]
    if words.lower() in topic.lower() or (not listed and _NAMES_NOTHING.search(words)):
        return ""
    return f"hip {words}" if _ANYWHERE.fullmatch(words) and re.search(r"hip|groin", topic) else words


def _told_to_be(text: str, exact: Sequence[Found]) -> list[Found]:
    """Return what somebody was told that they have, out of what a text names: the bursitis of "gp says bursitis"."""
    told = _TOLD_IT_IS.search(text)
    named = [item for item in exact if told and item.start >= told.end() and item.term.kind == "condition"]
    return [item for item in named if told and not _NOT.search(text[told.end() : item.start])][:1]


def _done_with(text: str, exact: Sequence[Found]) -> list[Found]:
    """Return the condition of "deadlifts with degenerative disc disease": it, not the exercise, is talked of."""
    behind = [
        item
        for item in exact
        if item.term.kind == "condition" and re.search(r" with (?:back pain and )?$", text[: item.start])
    ]
    return behind[:1] if any(item.term.kind == "exercise" for item in exact) else []


def _names_nothing(turns: Sequence[Turn]) -> bool:
    """Return whether no question names a subject."""
    return not any(item.term.name not in ACTS for turn in turns for item in term_list().subjects(turn.text))


def without_go_back(text: str) -> str:
    """Return a text without the "back" of "go back to work", every other word in its place.

    >>> without_go_back("should I go back to the surgeon")
    'should I         to the surgeon'
    """
    spaced = _NOT_A_BACK.sub(
        lambda found: re.sub(r"\S", " ", found[0].removesuffix(" to")) + (" to" * found[0].endswith(" to")), text
    )
    return _COMES_FROM.sub(lambda found: " " * len(found[0]), _BACK_OF.sub("    ", spaced))


def topic_of_owner(owner: Owner, turns: Sequence[Turn]) -> str:
    """Return what was last complained of for a person, in words to put into a question; empty when nothing was.

    Empty as well when the whole conversation is about one person: then the topic is theirs anyway.
    """
    seen: dict[str, str] = {}
    for turn in reversed(turns):
        for item in term_list().subjects(turn.text):
            if item.term.kind != "exercise" and item.term.name not in ACTS and item.term.name != "pain":
                for whose in owners_before(turn.text, item):
                    seen.setdefault(whose, _phrase(item, turn.text))
    return seen.get(owner, "") if len(set(seen.values())) > 1 else ""


def earlier_topic(said: str, turns: Sequence[Turn]) -> tuple[str, int] | None:
    """Return the subject of an earlier question that somebody goes back to, and that question's place; else None.

    Args:
        said: what they call it, such as `hip` for outer hip pain.
        turns: the earlier questions, oldest first.
    """
    words = set(content_stems(said))
    names = {item.term.name for item in term_list().find(said) if item.term.name != "pain"}
    if not words:
        return None
    for at in range(len(turns) - 1, -1, -1):
        for item in term_list().subjects(turns[at].text):
            held = set(content_stems(f"{item.text} {item.term.name}"))
            if (words <= held or item.term.name in names) and item.term.name not in ACTS:
                return _phrase(item, turns[at].text), at
    return None


def turn_about(said: str, turns: Sequence[Turn]) -> int | None:
    """Return the place of the latest question that most of the words are from; None when none holds half of them."""
    words = set(content_stems(said)) - {"pain"}
    shares = [len(words & set(content_stems(turn.text))) / len(words) if words else 0.0 for turn in turns]
    best = max(shares, default=0.0)
    return max(at for at, share in enumerate(shares) if share == best) if best >= 0.5 else None


def _hurts(text: str) -> bool:
    return any(item.term.name == "pain" for item in term_list().find(text))


def _phrase(item: Found, text: str) -> str:
    """Return a subject in words that fit into a question: `hip` becomes `hip pain`, `clamshell` `the clamshell`."""
    words = item.text.lower() if not item.text.isupper() else item.text
    if _AT_A_LEVEL.search(words):
        return item.term.name  # "L5-S1 bulge": the level would lead to what a level is
    if (
        item.term.name in ("leg", "sciatica")
        and _ACHES.search(text)
        and _DOWN_THE_LEG.search(text)
        and words != "sciatica"
    ):
        return "pain down the leg"  # in these words: whether it is sciatica, somebody else must say
    if any(words in phrases for phrases in item.term.beside.values()) and not _ACHES.search(words):
        return f"{re.sub(r'^(?:front of (?:my|the|her) )', '', words)} pain"  # a place: the pain there is what is meant
    if item.term.kind == "condition" and _ANYWHERE.fullmatch(words):
        return f"hip {words}" if re.search(r"\bhips?\b", text, re.IGNORECASE) else words
    is_personal = bool(re.search(r"\b(my|his|her|i|your|the|new|replaced)\b", words)) or item.text in item.term.loose
    has_verb = bool(
        re.search(r"\b(hurts?|aches?|clicks?|pops?|clunks?|went|gone|slaps|gives|giving|hurting|stop)\b", words)
    )
    if item.term.kind == "condition" and item.term.name.endswith(" pain") and _IS_JOINT.search(words):
        return f"{words} pain"
    is_place = item.term.kind == "condition" and item.term.name in (f"{words} pain", f"{words.rstrip('s')} pain")
    if item.term.kind == "condition" and not has_verb and _names_what_it_may_be(words, item.term):
        return _where_felt(words)
    words = item.term.name if is_personal or has_verb or is_place else words
    if item.term.kind == "body" and re.fullmatch(r"legs|hips|thighs|buttocks|knees", words):
        words = words.removesuffix("s")
    says_pain = _hurts(text)
    wrong = next((_WRONG[found.term.name] for found in term_list().find(text) if found.term.name in _WRONG), "")
    if item.term.kind == "body" and wrong and not says_pain:
        return f"{words} {wrong}" if not words.endswith("s") else f"{words[:-1]} {wrong}"
    if item.term.name in ("leg", "leg pain") and _ACHES.search(text) and _ON_WALKING.search(text):
        return "leg pain when walking"  # which says more of where it comes from than any other moment
    if item.term.kind == "body" and (says_pain or (item.term.name in _HURTS and intent_of(text) != "definition")):
        return f"{words} pain"
    is_one_move = item.term.kind == "exercise" and not item.term.is_broad and not words.endswith("s")
    return f"the {words}" if is_one_move else words


def _names_what_it_may_be(words: str, term: Term) -> bool:
    """Return whether somebody's own words for where it hurts stand for a diagnosis: piriformis for "pain in my bum"."""
    is_own = re.search(r"\b(?:my|his|her|the)\b", words) is not None and "fell" not in words
    return is_own and set(content_stems(words)).isdisjoint(content_stems(term.name))


def _where_felt(words: str) -> str:
    """Return somebody's own words for where it hurts in words that fit into a question.

    >>> _where_felt("numb patch on my thigh"), _where_felt("pains in my bum")
    ('thigh numbness', 'pain in the bum')
    """
    if re.search(r"\b(?:out)?side of (?:my|his|her) hip\b", words):
        return "outer hip pain"
    said = re.sub(r"\bpains\b", "pain", re.sub(r"\b(?:my|his|her)\b", "the", words))
    found = term_list().find(said)
    place = next((item.text for item in found if item.term.kind == "body"), "")
    wrong = next((_WRONG[item.term.name] for item in found if item.term.name in _WRONG), "")
    return f"{place} {wrong}" if place and wrong else said


def _unlisted_topic(turns: Sequence[Turn]) -> str:
    """Return the longest run of meaningful words of the latest question that has one without a pronoun."""
    for turn in reversed(turns):
        if PRONOUN.search(turn.text) and len(turns) > 1:
            continue
        runs: list[list[str]] = [[]]
        for token in tokens(turn.text):
            if token.is_function_word or token.stem in _FRAME:
                runs.append([])
            else:
                runs[-1].append(token.text)
        best = max(runs, key=len)
        if best:
            return " ".join(best[:5])
    return ""
