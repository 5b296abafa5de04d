"""Decides whose body each word of a message is about (specification, B1)."""

from __future__ import annotations

from server.red_flags.clauses import Sentence
from server.red_flags.facts import WRITER
from server.red_flags.numbers import number_at
from server.red_flags.phrases import Phrases, phrase_list, phrases

Words = tuple[str, ...]

_RELATIONS = {
    "mother": ("f", "mum mom mam mammy mummy mother ma mums mommy mamma stepmum mama mommys stepmother"),
    "mother-in-law": ("f", "mil"),
    "father": ("m", "dad father daddy da pa papa dads stepdad pops stepfather"),
    "father-in-law": ("m", "fil"),
    "husband": ("m", "husband hubby"),
    "wife": ("f", "wife missus wifey"),
    "partner": ("x", "partner other-half fiance fiancee spouse oh bloke"),
    "boyfriend": ("m", "boyfriend"),
    "girlfriend": ("f", "girlfriend"),
    "son": ("m", "son lad boy laddie"),
    "daughter": ("f", "daughter girl lass lassie"),
    "child": (
        "x",
        "child kid youngest eldest firstborn kiddo toddler baby bairn "
        "wean infant newborn teenager teen stepson stepdaughter bub bubba",
    ),
    "grandmother": ("f", "nan nana nanna gran grandma granny grandmother nanny nonna oma"),
    "grandfather": ("m", "grandad grandpa granda grandfather gramps granddad opa pop grampa"),
    "grandchild": ("x", "grandson granddaughter grandchild grandkid grandbaby"),
    "brother": ("m", "brother bro"),
    "sister": ("f", "sister sis"),
    "uncle": ("m", "uncle"),
    "aunt": ("f", "aunt auntie aunty"),
    "cousin": ("x", "cousin"),
    "nephew": ("m", "nephew"),
    "niece": ("f", "niece"),
    "friend": ("x", "friend mate pal buddy bestie flatmate housemate roommate bff"),
    "neighbour": ("x", "neighbour neighbor"),
    "colleague": ("x", "colleague coworker co-worker workmate boss"),
    "client": ("x", "client customer"),
    "patient": ("x", "patient resident"),
    "lady": ("f", "lady woman"),
    "man": ("m", "man gentleman guy fella chap fellow"),
    "in-law": ("x", "inlaw"),
    "twin": ("x", "twin"),
    "student": ("x", "student pupil"),
}
RELATION_OF = {word: (key, sex) for key, (sex, words) in _RELATIONS.items() for word in words.split()}
CHILD_KEYS = frozenset(("child", "son", "daughter", "grandchild", "nephew", "niece"))
ANIMALS = frozenset(phrase_list("people", "animals"))
_OWNERS = frozenset(phrase_list("people", "owners"))
_OWNERS_OR_KIND = _OWNERS | {"best", "own", "ex"}
_OBJECT_BEFORE = frozenset(phrase_list("people", "object_before"))
_REPORTS = frozenset(phrase_list("people", "reports"))
_COGNITION = frozenset(phrase_list("people", "cognition"))
_COGNITIVE_SECOND = frozenset(phrase_list("people", "cognitive_second"))
_GENERAL = phrases("people", "general")
_POSE_BEFORE = frozenset(phrase_list("people", "pose_before"))
_POSE_AFTER = frozenset(phrase_list("people", "pose_after"))
_BEFORE_ANIMAL = frozenset(phrase_list("people", "before_animal"))
_ANIMAL_ACTS = frozenset(phrase_list("people", "animal_acts"))
_BREEDS = frozenset(phrase_list("people", "breeds"))
_ANIMAL_AILS = frozenset(phrase_list("people", "animal_ails"))
_ANIMAL_SIGNS = frozenset(phrase_list("people", "animal_signs"))
_MEDIA = phrases("people", "media")
_INDEFINITE = frozenset(phrase_list("people", "indefinite"))
_SHOWN = frozenset(phrase_list("people", "shown"))
_HEARD = frozenset(phrase_list("people", "heard"))
_TO_ME = frozenset(phrase_list("people", "to_me"))
_MY_PART = frozenset(phrase_list("people", "my_part"))
_LOOSE_RELATIONS = frozenset(phrase_list("people", "loose_relations"))
_AGED_THINGS = frozenset(phrase_list("people", "aged_things"))
_AFTER_AGE = frozenset(phrase_list("people", "after_age"))
_CLINICIANS = frozenset(phrase_list("people", "clinicians"))
_KNOWN_SOMEONE = Phrases(
    ("i know", "at work", "my class", "at church", "in my", "next door", "at our", "at my", "in our")
)
_OTHERS = ("people", "some", "any", "with", "who")  # letters without which nobody speaks of people in general
_I = frozenset(("i", "my", "me", "mine", "myself", "meself", "masel"))
_AGE_ENDS = frozenset(("yo", "old", "y/o", "olds", "yrs"))
_HE = frozenset(("he", "him", "his", "himself", "hisself"))
_SHE = frozenset(("she", "her", "hers", "herself"))
_WHENEVER = frozenset(("when", "if", "whenever", "while", "time", "as"))
_HANDLES = frozenset(
    ("lift", "change", "touch", "move", "pick", "dress", "bathe", "bend", "hold", "wash", "undress", "carry")
)
_SPEECHLESS = frozenset(("baby", "newborn", "infant", "bairn", "bub"))  # "keeps one leg curled", not "keeps saying"
_AS_ANIMAL = frozenset((("i", "was"), ("i", "were"), ("he", "was"), ("she", "was")))  # "if I was a horse"
_SEXES = frozenset(("woman", "lady", "man", "girl", "boy"))
_BORN = frozenset(("baby", "son", "daughter", "bub", "bairn"))
_BEARS = frozenset(("had", "delivered", "birthed"))
_OF_SEX = frozenset(("parts", "bits", "garden", "flu", "part"))  # "lady parts", "man flu"
_OWNED = frozenset(("house", "car", "bed", "birthday", "wedding", "funeral", "place", "dog"))  # "my mum's house"
_WATCHES = frozenset(
    ("saw", "see", "seen", "read", "heard", "watched", "watching", "watch", "wonder", "wondered", "told")
)
_NAMED_IN_TWO = {"russell": "jack", "dane": "great", "pig": "guinea"}
_UNSURE = frozenset(("lab", "pet"))  # "lab is closed, back pain and a fever"
_ROLES = frozenset(("the", "main"))  # "the detective", "the main fella" of a book
_OF_THEIRS = frozenset(("his", "her", "their"))  # "be with his wife" brings in nobody of the writer's own
_HAVING = frozenset(("have", "got", "feel", "cant", "keep"))
_THEY = frozenset(("they", "them", "their", "themselves"))
_SWITCHES = frozenset((*RELATION_OF, *ANIMALS, *_I, *_AGE_ENDS, *_HE, *_SHE, *_THEY))


class PeopleTracker:
    """Follows who is spoken of from word to word and from sentence to sentence."""

    def __init__(self) -> None:
        self.current = WRITER
        self.third: list[tuple[str, str]] = []  # (key, sex), the latest last
        self.is_shown = False  # whether the sentence tells of somebody in the news or on a screen

    def read(self, sentence: Sentence) -> list[str]:
        """Return, for each word of the sentence, the person it is about."""
        words = sentence.words
        if self.current == "general":
            self.current = WRITER  # who was only read of is spoken of again as "he" or "she"
        general_from = self._general_from(sentence)
        if general_from is None and _SWITCHES.isdisjoint(sentence.word_set):
            return [self.current] * len(words)
        people: list[str] = []
        for i, word in enumerate(words):
            switched = self._switch(words, i, word) if word in _SWITCHES else None
            if switched is not None:
                if word in _AGE_ENDS:
                    people[max(0, i - 4) :] = [switched] * len(people[max(0, i - 4) :])
                self.current = switched
            is_general = general_from is not None and i >= general_from and self.current == WRITER
            people.append("general" if is_general else self.current)
            if is_general and word in ("i", "my", "me"):
                general_from = None
                people[-1] = self.current
        return people

    def _general_from(self, sentence: Sentence) -> int | None:
        """Return the word from which a sentence speaks of people in general or of somebody in the news, else None."""
        shown = _shown_from(sentence)
        self.is_shown = shown is not None
        if self.is_shown:  # "he" is the one on the screen unless a man of the writer's own is known
            self.third = [("general", "x"), *(known for known in self.third if known[0] != "general")]
            return shown
        phrase = sentence.first_of(_GENERAL)
        if phrase is None or not any(letters in sentence.joined for letters in _OTHERS):
            return None
        return None if sentence.first_of(_KNOWN_SOMEONE) else sentence.place_of(phrase)

    def _switch(self, words: Words, i: int, word: str) -> str | None:
        if word in _I:
            return self._first_person(words, i, word)
        if word in RELATION_OF:
            return self._relation(words, i, word)
        if word in _AGE_ENDS and i and self.current == WRITER:
            return self._aged(words, i)
        if word in _HE:
            return self._pronoun("m", words, i)
        if word in _SHE:
            return self._pronoun("f", words, i)
        if word in _THEY and self.third and self.current != WRITER:
            return self.third[-1][0]
        return self._animal(words, i) if word in ANIMALS else None

    def _animal(self, words: Words, i: int) -> str | None:
        if not _is_own_animal(words, i):
            return None
        if i > 1 and words[i - 1] == "is" and words[i - 2] in RELATION_OF and self.third:
            self.third.pop()  # "my neighbour's cat": "she" is the cat
        return "animal"

    def _first_person(self, words: Words, i: int, word: str) -> str | None:
        nxt = words[i + 1] if i + 1 < len(words) else ""
        after = words[i + 2] if i + 2 < len(words) else ""
        if word == "my" and (nxt in RELATION_OF or nxt in ANIMALS or (after in RELATION_OF and nxt in _OWNERS_OR_KIND)):
            return None
        if self.current == WRITER:
            return WRITER
        if word == "i" and i and words[i - 1] in _WHENEVER and nxt in _HANDLES:
            return None  # "she screams when I lift her leg"
        if word == "i" and nxt in _COGNITION:
            return WRITER if _tells_of_self(nxt, after) else None
        if word == "me" and i and words[i - 1] in _TO_ME:
            return None
        return None if word == "my" and nxt in _MY_PART else WRITER

    def _relation(self, words: Words, i: int, word: str) -> str | None:
        key, sex = RELATION_OF[word]
        before = words[i - 1] if i else ""
        nxt = words[i + 1] if i + 1 < len(words) else ""
        if self.is_shown or (word in _SPEECHLESS and (nxt in ANIMALS or words[max(0, i - 2) : i] == ("like", "a"))):
            return None  # "wobbling like a newborn foal"
        if word in _LOOSE_RELATIONS and i and before not in _OWNERS and not before.isdigit():
            return None
        if (word == "oh" and before not in _OWNERS) or (word in _SEXES and nxt in _OF_SEX):
            return None
        if words[i + 1 : i + 3] == ("in", "law"):
            key += "-in-law"
        if before in _OF_THEIRS and nxt in _REPORTS and self.current not in (WRITER, "animal", "general"):
            self.third.insert(0, (key, sex))
            return None  # "his dad noticed that he limps": still of the son
        where = 2 if before in _OWNERS else 1
        outer = words[i - where] if i >= where else ""
        self.third = [(k, s) for k, s in self.third if k != key] + [(key, sex)]
        if word in _BORN and outer in _BEARS:
            self.third.insert(0, self.third.pop())  # "my wife had a baby and her tailbone hurts": hers
            return None  # "I had my baby nine days ago" is of the mother
        if outer in _OBJECT_BEFORE or (nxt in _REPORTS and word not in _SPEECHLESS and self._reports_writer(words, i)):
            return None
        if words[max(0, i - 3) : i - 1] == ("am", "a"):
            return None
        if _is_self(words, i):
            self.third.pop()  # "I'm a 60 year old man" is the writer
            return None
        return None if nxt == "s" and i + 2 < len(words) and words[i + 2] in _OWNED else key

    def _reports_writer(self, words: Words, i: int) -> bool:
        rest = words[i + 2 : i + 7]
        return self.current == WRITER or any(w in ("i", "my", "me") for w in rest[:3])

    def _aged(self, words: Words, i: int) -> str | None:
        """Return who "nine year old" or "6yo" is, None when it is the writer."""
        number = next((n for back in (1, 2, 3, 4) if (n := number_at(words, i - back)) is not None), None)
        before = words[max(0, i - 9) : i]
        if not _AGED_THINGS.isdisjoint(before) or not _AFTER_AGE.isdisjoint(words[i + 1 : i + 2]):
            return None
        if number is None or "i" in before:
            return None
        nxt = words[i + 1] if i + 1 < len(words) else ""
        if nxt in RELATION_OF:
            return None
        unit = words[i - 1] if words[i] == "old" else ""
        is_child = number < 18 or unit.startswith(("month", "week", "day"))
        if not is_child and "my" not in before and "a" not in before and "this" not in before:
            return None  # "54 year old here" is the writer
        key = "child" if is_child else "patient"
        self.third.append((key, "x"))
        return key

    def _pronoun(self, sex: str, words: Words, i: int) -> str | None:
        for key, known in reversed(self.third):
            if known in (sex, "x"):
                if known == "x":
                    self.third[self.third.index((key, known))] = (key, sex)
                return key
        if self.current == "animal":
            return "animal"
        if not _CLINICIANS.isdisjoint(words[max(0, i - 14) : i]):
            return None
        key = "he" if sex == "m" else "she"
        self.third.append((key, sex))
        return key


def _is_own_animal(words: Words, i: int) -> bool:
    """Return whether the animal at `words[i]` is the one spoken of: "my dog limps", not "the dog knocked me over"."""
    if not (_POSE_BEFORE.isdisjoint(words[max(0, i - 2) : i]) and _POSE_AFTER.isdisjoint(words[i + 1 : i + 3])):
        return False  # "cat cow", "bird dog": exercises
    if words[i] in _NAMED_IN_TWO and words[i - 1 : i] != (_NAMED_IN_TWO[words[i]],):
        return False  # a man called Russell, a Dane
    if i > 1 and words[i - 1] == "is" and words[i - 2] in RELATION_OF and words[i] not in _UNSURE:
        return _ANIMAL_ACTS.isdisjoint(words[i + 1 : i + 2])  # "my neighbour's cat"
    first = i
    while first and words[first - 1] in _BREEDS:
        first -= 1
    if first == 0:
        return _is_unwell_animal(words, i)
    if words[first - 1] not in _OWNERS or words[max(0, first - 3) : first - 1] in _AS_ANIMAL:
        return False
    if words[first - 2 : first - 1] == ("for",) and words[i + 1 : i + 2] == ("to",):
        return True  # "is it normal for a Great Dane to lose the use of his legs"
    return (first < 2 or words[first - 2] not in _BEFORE_ANIMAL) and _ANIMAL_ACTS.isdisjoint(words[i + 1 : i + 2])


def _is_unwell_animal(words: Words, i: int) -> bool:
    """Return whether a sentence that opens with an animal tells of its own trouble: "Labrador limping since the park".

    Not where the writer comes into it: "horse bolted and threw me".
    """
    if not _I.isdisjoint(words) or words[i] in _UNSURE:
        return False
    return words[i + 1 : i + 2] != () and (words[i + 1] in _ANIMAL_AILS or not _ANIMAL_SIGNS.isdisjoint(words))


def _shown_from(sentence: Sentence) -> int | None:
    """Return where a sentence begins to tell of somebody in the news or on a screen: "a woman on Casualty couldn't".

    None where it names nobody, or somebody of the writer's own: "we watched Casualty and my husband ...".
    """
    cue = sentence.first_of(_MEDIA)
    if cue is None:
        return None
    words = sentence.words
    if any(word in _I and _WATCHES.isdisjoint(words[i + 1 : i + 4]) for i, word in enumerate(words)):
        return None
    people = (i for i, word in enumerate(words) if word in _SHOWN or word in RELATION_OF)
    named = [i for i in people if i == 0 or words[i - 1] not in _OF_THEIRS]
    if not named or not all(_is_indefinite(words, i) for i in named):
        return None
    return min(named[0], sentence.place_of(cue))


def _is_indefinite(words: Words, i: int) -> bool:
    """Return whether the person at `words[i]` is nobody that the writer knows: "some lorry driver", "bloke on ..."."""
    if i == 0 or words[i - 1] in (",", "-", ":", "of", "about"):
        return words[i] in _SHOWN
    if words[i] in _SHOWN and (words[i - 1] in _ROLES or (i > 1 and words[i - 2] in _INDEFINITE)):
        return True
    return words[i - 1] in _INDEFINITE


def _tells_of_self(verb: str, after: str) -> bool:
    """Return whether "I" with such a verb is back with the writer: "I feel sick", not "I feel like she"."""
    if verb in ("am", "was"):
        return after not in _COGNITIVE_SECOND
    return verb in _HAVING and after not in _HEARD


def _is_self(words: Words, i: int) -> bool:
    """Return whether the person at `words[i]` is the writer: "I am a man", "as a patient", "I'm a 60 year old man"."""
    if words[max(0, i - 3) : i] == ("i", "am", "a") or words[max(0, i - 2) : i] in (("im", "a"), ("as", "a")):
        return True
    is_described = words[max(0, i - 1) : i] in (("a",), ("an",), ("old",))
    return is_described and "am" in words[max(0, i - 6) : i] and "i" in words[max(0, i - 7) : i]
