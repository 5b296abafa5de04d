"""Puts words into one form: contractions opened, endings cut, misspellings mended."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from pathlib import Path

KNOWN_WORDS = Path(__file__).parent / "data" / "known_words.txt"

_NEGATED = {
    "cannot": "cant", "cannae": "cant", "canna": "cant", "cudnt": "couldnt", "couldnae": "couldnt",
    "dinnae": "dont", "dinna": "dont", "didnae": "didnt", "doesnae": "doesnt", "disnae": "doesnt",
    "wisnae": "wasnt", "wasnae": "wasnt", "isnae": "isnt", "hasnae": "hasnt", "havenae": "havent",
    "willnae": "wont", "wullnae": "wont", "havnt": "havent", "havent": "havent", "carnt": "cant", "cant": "cant",
    "caint": "cant", "dosnt": "doesnt", "dosent": "doesnt", "dnt": "dont", "wnt": "wont", "cnt": "cant",
    "ain": "aint", "cnat": "cant", "cna": "cant", "dotn": "dont", "dnot": "dont", "cany": "cant", "canot": "cant", "cannit": "cant", "dosent": "doesnt", "amnt": "aint", "innit": "innit", "unable": "unable", "doesent": "doesnt", "didint": "didnt",
}  # fmt: skip
_OPENED = {
    "im": ("i", "am"), "ive": ("i", "have"), "hes": ("he", "is"), "shes": ("she", "is"), "its": ("it", "is"),
    "thats": ("that", "is"), "theyre": ("they", "are"), "theyve": ("they", "have"), "youre": ("you", "are"),
    "whats": ("what", "is"), "theres": ("there", "is"), "weve": ("we", "have"), "cuz": ("because",), "coz": ("because",),
    "cos": ("because",), "wanna": ("want", "to"), "gonna": ("going", "to"), "gotta": ("got", "to"),
    "kinda": ("kind", "of"), "sorta": ("sort", "of"), "dunno": ("dont", "know"), "lemme": ("let", "me"),
    "outta": ("out", "of"), "u": ("you",), "ur": ("your",), "r": ("are",), "n": ("and",), "w": ("with",),
    "wi": ("with",), "ma": ("my",), "mah": ("my",), "mi": ("my",), "ma'am": ("madam",), "2day": ("today",),
    "tho": ("though",), "thru": ("through",), "nite": ("night",), "yr": ("year",), "yrs": ("years",), "wk": ("week",),
    "wks": ("weeks",), "mth": ("month",), "mths": ("months",), "hrs": ("hours",), "hr": ("hour",), "mins": ("minutes",),
    "hubby": ("husband",), "hubs": ("husband",), "pls": ("please",), "plz": ("please",), "b4": ("before",),
    "gf": ("girlfriend",), "bf": ("boyfriend",), "dr": ("doctor",), "drs": ("doctor",), "doc": ("doctor",),
    "docs": ("doctor",), "appt": ("appointment",), "temp": ("temperature",), "hosp": ("hospital",),
    "dinnaeken": ("dont", "know"), "noo": ("now",), "doon": ("down",), "oot": ("out",), "heid": ("head",),
    "fae": ("from",), "cause": ("cause",), "wot": ("what",), "nowt": ("nothing",), "owt": ("anything",),
    "nuffin": ("nothing",), "nothin": ("nothing",), "sumfin": ("something",), "pt": ("patient",),
    "aswell": ("as", "well"), "teh": ("the",), "adn": ("and",), "bak": ("back",), "bck": ("back",), "bac": ("back",), "wen": ("when",), "wich": ("which",), "becoz": ("because",),
    "ah": ("i",), "ahm": ("i", "am"), "ahve": ("i", "have"), "cyaan": ("cant",), "cyah": ("cant",), "deid": ("dead",), "efter": ("after",), "wis": ("was",), "aw": ("all",), "hauns": ("hands",), "haun": ("hand",),
    "mair": ("more",), "gonnae": ("going", "to"), "yersel": ("yourself",), "masel": ("myself",), "masell": ("myself",), "hissel": ("himself",), "hersel": ("herself",), "meself": ("myself",), "miself": ("myself",), "baith": ("both",), "fitba": ("football",),
    "nutten": ("nothing",), "nuttin": ("nothing",), "wi'out": ("without",), "wiout": ("without",), "dae": ("do",), "dinny": ("dont",), "didny": ("didnt",), "canny": ("cant",), "wasny": ("wasnt",), "isny": ("isnt",), "tae": ("to",), "allus": ("always",), "summat": ("something",), "feets": ("feet",),
    "arvo": ("afternoon",), "dunny": ("toilet",), "hoose": ("house",), "wean": ("child",), "lookin": ("looking",), "goin": ("going",), "gettin": ("getting",), "nuthin": ("nothing",), "cud": ("could",), "shud": ("should",), "wud": ("would",), "iam": ("i", "am"), "im.": ("i", "am"),
    "feal": ("feel",), "fealing": ("feeling",), "feeld": ("feel",), "fel": ("feel",), "waek": ("weak",), "week": ("week",), "parcetamol": ("paracetamol",), "numness": ("numb",), "tabs": ("tablets",), "tab": ("tablet",), "toung": ("tongue",), "leggs": ("legs",), "leggies": ("legs",), "tho'": ("though",), "meh": ("me",), "mins.": ("minutes",), "wks.": ("weeks",), "evry": ("every",), "wee'd": ("wee",), "peed'": ("pee",), "pee'd": ("pee",), "alot": ("a", "lot"), "loosing": ("lose",), "recieved": ("received",),
}  # fmt: skip
_AUXILIARY = {"can": "cant", "could": "couldnt", "do": "dont", "does": "doesnt", "did": "didnt", "is": "isnt",
              "are": "arent", "was": "wasnt", "were": "werent", "has": "hasnt", "have": "havent", "had": "hadnt",
              "will": "wont", "would": "wouldnt", "should": "shouldnt"}  # fmt: skip
_IRREGULAR = {
    "felt": "feel", "feeling": "feel", "feelings": "feel", "went": "go", "gone": "go", "going": "go", "goes": "go",
    "fell": "fall", "fallen": "fall", "falling": "fall", "lost": "lose", "losing": "lose", "loss": "lose",
    "swollen": "swell", "swelled": "swell", "bled": "bleed", "broke": "break", "broken": "break", "came": "come",
    "coming": "come", "took": "take", "taken": "take", "taking": "take", "ran": "run", "running": "run",
    "woke": "wake", "woken": "wake", "waking": "wake", "wakes": "wake", "awoke": "wake", "slept": "sleep",
    "stood": "stand", "sat": "sit", "sitting": "sit", "lay": "lie", "lying": "lie", "laid": "lie", "laying": "lie",
    "wouldnt": "wont", "couldnt": "cant", "doesnt": "dont", "didnt": "dont", "hasnt": "havent", "hadnt": "havent",
    "arent": "isnt", "wasnt": "isnt", "werent": "isnt", "aint": "isnt", "kept": "keep", "hurting": "hurt", "began": "begin", "begun": "begin", "got": "get",
    "gotten": "get", "getting": "get", "threw": "throw", "thrown": "throw", "worn": "wear", "wore": "wear",
    "tore": "tear", "torn": "tear", "tearing": "tear", "knew": "know", "known": "know", "said": "say", "told": "tell",
    "thought": "think", "shook": "shake", "shaken": "shake", "shaking": "shake", "drank": "drink", "drunk": "drunk",
    "bit": "bit", "was": "was", "has": "has", "had": "had", "does": "does", "this": "this", "is": "is", "yes": "yes",
    "his": "his", "hers": "hers", "us": "us", "its": "its", "as": "as", "always": "always", "us'": "us",
    "pissing": "piss", "pissed": "piss", "peed": "pee", "weed": "wee", "pees": "pee", "wees": "wee", "pooed": "poo",
    "pooing": "poo", "weeing": "wee", "peeing": "pee", "dying": "die", "died": "die", "dies": "die", "dead": "dead",
    "tripping": "trip", "legs": "legs", "feet": "feet", "toes": "toe", "knees": "knees", "calves": "calves",
    "hands": "hands", "arms": "arms", "ankles": "ankles", "shoulders": "shoulders", "eyes": "eye", "cheeks": "cheeks",
    "children": "child", "kids": "kid", "women": "woman", "men": "man", "teeth": "tooth", "thighs": "thighs",
    "weeks": "week", "days": "day", "hours": "hour", "wedding": "wedding", "bedding": "bedding", "during": "during",
    "morning": "morning", "evening": "evening", "anything": "anything", "nothing": "nothing", "something": "something",
    "everything": "everything", "thing": "thing", "things": "thing", "shot": "shot", "red": "red", "need": "need",
    "bed": "bed", "led": "led", "fed": "fed", "shed": "shed", "speed": "speed", "bleed": "bleed", "indeed": "indeed",
    "swallowed": "swallow", "buttocks": "buttocks", "bollocks": "bollock", "pins": "pin", "goose": "goose",
    "illness": "illness", "ate": "eat", "eaten": "eat", "eating": "eat", "wrote": "write", "written": "write",
    "gave": "give", "given": "give", "giving": "give", "worse": "worse", "worst": "worst", "worsened": "worsen",
    "worsening": "worsen", "better": "better", "injected": "inject", "injection": "injection", "driving": "drive",
    "drove": "drive", "driven": "drive", "spread": "spread", "spreading": "spread", "bent": "bend", "slid": "slide",
    "slipped": "slip", "hung": "hang", "hanging": "hang", "froze": "freeze", "frozen": "freeze", "held": "hold",
    "passes": "pass", "passed": "pass", "passing": "pass", "stops": "stop", "less": "less", "diabetes": "diabetes",
    "diabetic": "diabetes", "unless": "unless", "across": "across", "grass": "grass", "boss": "boss", "press": "press",
    "pelvis": "pelvis", "penis": "penis", "anus": "anus", "pus": "pus", "bus": "bus", "plus": "plus", "virus": "virus",
    "arthritis": "arthritis", "psoriasis": "psoriasis", "sepsis": "sepsis", "lupus": "lupus", "dose": "dose",
    "yesterday": "yesterday", "hers'": "hers", "lens": "lens", "waters": "waters", "previous": "previous", "tired": "tired",
    "tiredness": "tired", "business": "business", "spring": "spring", "string": "string", "king": "king",
    "ring": "ring", "bring": "bring", "wing": "wing", "swing": "swing", "sing": "sing", "being": "be", "been": "been",
    "doing": "do", "done": "done", "having": "have", "wiped": "wipe", "wiping": "wipe", "wipes": "wipe",
    "moving": "move", "moved": "move", "moves": "move", "leaving": "leave", "left": "left", "losin": "lose",
    "noticed": "notice", "noticing": "notice", "using": "use", "used": "used", "uses": "use", "user": "user",
    "stiffness": "stiff", "drowsiness": "drowsy", "dizziness": "dizzy", "heaviness": "heavy", "clumsiness": "clumsy",
    "unsteadiness": "unsteady", "redness": "red", "dragging": "drag", "dragged": "drag", "hips": "hips", "ones": "one",
    "himself": "himself", "herself": "herself", "nurse": "nurse", "changing": "change", "changed": "change",
    "breathing": "breathe", "breathes": "breathe", "pulsing": "pulse", "pulsating": "pulse", "pulses": "pulse",
    "bruising": "bruise", "bruised": "bruise", "bruises": "bruise", "nosebleed": "nosebleed", "urinating": "urinate",
    "urinated": "urinate", "urination": "urinate", "wasting": "waste", "wasted": "waste", "crying": "cry",
    "vomited": "vomit", "vomiting": "vomit", "vomits": "vomit", "series": "series", "species": "species",
    "bleeds": "bleed", "bleeding": "bleed", "meds": "med", "medication": "med", "medications": "med",
    "paralysis": "paralyse", "paralyzed": "paralyse", "paralysed": "paralyse", "paralyse": "paralyse",
    "tumour": "tumor", "tumours": "tumor", "haemorrhage": "hemorrhage", "oesophagus": "esophagus",
}  # fmt: skip
_SUFFIXES = ("nesses", "ness", "ings", "ing", "ies", "ied", "ed", "es", "s")
_MIN_CORRECTED = 4


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the form under which inflections of `word` meet ("numbness", "numbing" and "numbed" are "numb")."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.isalpha():
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return _mend_ending(word[: -len(suffix)], suffix)
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _mend_ending(base: str, suffix: str) -> str:
    if suffix in ("ies", "ied"):
        return base + "y"
    if suffix == "s" and base[-1] in "su":
        return base + "s"
    if suffix in ("ness", "nesses"):
        return base[:-1] + "y" if base.endswith("i") else base
    if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "sle":
        base = base[:-1]
    return base[:-1] if base.endswith("e") and len(base) > 4 else base


def open_word(word: str) -> tuple[str, ...]:
    """Return the words that `word` stands for: "i've" gives ("i", "have"), "can't" gives ("cant",)."""
    if word in _OPENED:
        return _OPENED[word]
    plain = word.replace("'", "")
    if plain in _NEGATED:
        return (_NEGATED[plain],)
    if "'" not in word:
        return (word,)
    if plain.endswith("nt"):
        return (plain,)
    head, _, tail = word.rpartition("'")
    head = head.replace("'", "")
    ending = {"ll": "will", "d": "would", "ve": "have", "re": "are", "m": "am", "s": "is"}.get(tail)
    return (head, ending) if ending and head else (plain,)


def merge_not(words: list[str], index: int) -> str | None:
    """Return "cant" for "can" followed by "not" at `index`, and so on; None when nothing merges."""
    if index + 1 < len(words) and words[index + 1] in ("not", "nae", "no") and words[index] in _AUXILIARY:
        if words[index + 1] == "no":
            return None
        return _AUXILIARY[words[index]]
    return None


class Speller:
    """Mends misspelt words towards a vocabulary; words that exist in English are left alone.

    Deletion index as in Garbe's symmetric-delete idea, so that a look-up costs a few dozen dict reads.
    """

    def __init__(self, vocabulary: Iterable[str], known: Iterable[str]) -> None:
        self._known = frozenset(known) | frozenset(vocabulary)
        self._vocabulary = frozenset(w for w in vocabulary if len(w) >= 4 and w.isalpha())
        self._deletes: dict[str, list[str]] = {}
        for word in sorted(self._vocabulary):
            for form in _deletions(word, 2 if len(word) >= 8 else 1):
                self._deletes.setdefault(form, []).append(word)
        self.correct = lru_cache(maxsize=20_000)(self._correct)

    def _correct(self, word: str) -> tuple[str, ...]:
        """Return the word or words that `word` was meant to be, itself when nothing fits."""
        if word.endswith("in") and len(word) > 4 and word not in self._known:
            if word + "g" in self._known or word[:-2] in self._known or word[:-3] in self._known:
                return (word + "g",)  # "feelin", "staggerin"
        if len(word) < _MIN_CORRECTED or len(word) > 24 or word in self._known or not word.isalpha():
            return (word,)
        for ending in ("s", "ed", "ing", "ly", "y", "ish", "er", "est", "d"):
            if word.endswith(ending) and word[: -len(ending)] in self._known:
                return (word,)
        best: tuple[int, str] | None = None
        for form in _deletions(word, 2 if len(word) >= 8 else 1):
            for candidate in self._deletes.get(form, ()):
                far = distance(word, candidate)
                limit = 2 if len(word) >= 8 and len(candidate) >= 7 else 1
                if candidate[0] != word[0]:
                    far += 1
                if far <= limit and (best is None or (far, candidate) < best):
                    best = (far, candidate)
        if best is not None:
            return (best[1],)
        return self._split(word) or (word,)

    def _split(self, word: str) -> tuple[str, ...] | None:
        for cut in range(len(word) - 3, 2, -1):
            head, tail = word[:cut], word[cut:]
            if head in self._known and tail in self._known and (head in self._vocabulary or tail in self._vocabulary):
                return (head, tail)
        return None


def _deletions(word: str, depth: int) -> set[str]:
    forms = {word}
    for size in range(1, depth + 1):
        for gone in combinations(range(len(word)), size):
            forms.add("".join(c for i, c in enumerate(word) if i not in gone))
    return forms


def distance(left: str, right: str) -> int:
    """Return the number of letters inserted, deleted, changed or swapped with a neighbour (optimal alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def read_known_words() -> frozenset[str]:
    """Return common English words, so that they are never "corrected" into a symptom."""
    return frozenset(KNOWN_WORDS.read_text(encoding="ascii").split())
