"""Decides whether a feature that was found is denied, only imagined, or told as a story (B3, B4, B7)."""

from __future__ import annotations

from collections.abc import Sequence

from server.red_flags.clauses import Sentence
from server.red_flags.phrases import all_of, has_any

_NEG_NEAR = frozenset("dont doesnt didnt isnt arent wasnt werent aint hasnt havent hadnt not never".split())
_NEG_LIST = frozenset("no without denies denied deny denying nor neither none nobody nil negative zero nae nothing never not free absent "
                      "dont doesnt havent hasnt didnt isnt".split())  # fmt: skip
_NEGATORS = _NEG_NEAR | _NEG_LIST
_VERBAL = frozenset("not never dont doesnt didnt isnt arent wasnt werent aint hasnt havent hadnt".split())
_BREAKERS = frozenset("but however although though except apart just only yet because since now until still tho until unless "
                      "otherwise besides so then while whereas suddenly today".split())  # fmt: skip
_SUBJECTS = frozenset("i he she they we it there".split())
_JOINTS = frozenset(", - : and or nor / ( )".split())
# "not" does not deny in these.
_NOT_DENIAL = (
    "no doubt", "not only", "not just", "no idea", "not sure", "no wonder", "not to mention", "no one", "never mind",
    "not long", "no better", "not better", "not getting better", "not improving", "not going away", "not helping", "doesnt help",
    "didnt help", "havent helped", "hasnt helped", "not until", "no matter", "no joke", "not kidding", "wont go away", "not stopped",
    "hasnt stopped", "not gone", "hasnt gone", "hasnt gone away", "dont want to worry", "dont worry", "dont understand",
    "dont know why", "dont know if", "dont know what", "dont know whether", "dont know how", "not being funny", "not being dramatic",
    "no reason", "not a doctor", "not normal", "not right", "not joking", "not exaggerating", "no exaggeration", "no lie", "dont like",
    "didnt want to", "dont want to", "dont wanna", "dont know", "not going to lie", "not gonna lie", "no explanation", "not funny", "not exactly",
    "not completely", "not totally", "not fully", "not entirely", "not quite", "not 100", "not properly", "not yet", "not looking",
    "no painkillers", "no painkiller", "no position", "no pain relief", "no relief", "havent told", "havent seen", "not told",
    "not eased", "hasnt eased", "havent slept", "not slept", "cant say", "never felt anything", "never had pain like",
    "never felt pain like", "never known", "not let up", "not had a", "not my usual", "not like my", "not a muscle", "no good", "no use",
    "not good", "no fun", "no rush", "no longer", "not great", "not ideal", "never experienced", "never had this", "never happened",
    "never used to", "didnt used to", "didnt use to", "never before", "not before", "didnt before", "not happy", "not nice", "not nothing",
    "no change", "not stop", "doesnt stop", "never stops", "dont stop", "doesnt go", "not the same", "not myself", "not much", "doesnt ease",
    "not easing", "didnt think much", "not bothered", "didnt mention", "no appointment", "no appointments", "not able", "not been able",
    "havent been able", "hasnt been able", "not due", "no sleep", "not sleeping", "no warning", "not as", "not been out",
    "didnt think", "not gone away", "not that i cant", "not that he cant", "not that she cant", "not too bothered", "dont care", "not what", "not one for", "not complaining",
    "dont usually", "not usually", "not so much", "not want",
)  # fmt: skip
_DOUBLE = ("cant say it is not", "cant say it isnt", "cant say it aint", "wouldnt say it is not", "cant say i dont", "cant say im not", "cant say there is no",
           "cant say i havent", "cant say that it isnt", "not as if i dont", "cant say they arent", "cant deny", "not true that i dont", "not without",
           "wouldnt say it isnt", "wouldnt say im not", "cant say i am not", "would not say it isnt", "cant say it doesnt", "wouldnt say no", "cant say no",
           "cant say he isnt", "cant say she isnt", "not free of", "not that there is no")  # fmt: skip
_ANSWER_NO = frozenset("no none nope nil neg negative never nah not nae denies denied absent".split())

_FEAR = ("scared of", "afraid of", "scared i will", "afraid i will", "worried i will", "worry i will", "fear of", "frightened of", "terrified of",
         "scared that i will", "worried about getting", "worried about ending", "scared i might", "worried i might", "terrified i will", "terrified i might",
         "might end up", "could end up", "will end up", "end up", "ending up", "worried about becoming", "worried about losing", "frightened i will",
         "dread", "dreading", "going to end up", "afraid i might", "scared of ending", "in case i", "in case it", "in case he", "in case she", "anxious about getting",
         "fear i will", "fear i might", "worried it will", "scared it will", "worried it might", "scared it might", "afraid it will", "nightmare about", "dreamt", "dreamed", "dream that", "had a dream", "imagining", "frightened my", "frightened it", "frit to death", "convinced myself",
         "worried about cauda", "so i dont get", "so i dont end", "prevent", "avoid", "to stop me getting", "lead to", "turn into", "one day", "paranoid about", "obsessed with",
         "worried he will", "worried she will", "scared he will", "scared she will", "rather not end", "dont want to end up", "dont want to get", "dont want to become",
         "going to become", "am i going to lose", "will i lose", "will i become", "will i get", "will i be", "could i get", "could i become", "could i lose", "can i get",
         "might i get", "might i lose", "can i become", "would i get", "would i lose", "would i feel", "will it make me", "could it make me", "can it make me", "will it turn",
         "heard horror stories", "horror stories", "keep thinking i will", "keep imagining", "imagine", "what would", "how would i know", "terrified of becoming", "chance of", "chances of", "risk of", "risks of")  # fmt: skip
# Questions about a condition; they hold unless the clause speaks of a person's own body.
_INFO = ("how do i spot", "how do i recognise", "how do i recognize", "recognise", "is it safe to", "is it common", "at what temperature", "do these", "do those", "what should i look for", "should i worry about getting", "signs of", "sign of", "symptoms of", "symptom of", "warning signs", "red flags", "red flag", "how common", "what is", "what are", "difference between", "how do i know", "how do you know",
         "how can you tell", "how can i tell", "how do i tell", "is it true that", "what causes", "when should", "when do you", "at what point", "should people", "what does", "explain", "tell me about", "curious", "list of", "define",
         "meaning of", "what do they mean", "is it possible", "how often does", "how often do", "how likely", "how serious is", "is it dangerous", "can sciatica", "can a slipped", "can a disc", "could sciatica", "does sciatica",
         "do people", "can people", "how long does", "how long do", "tell the difference", "what counts as", "can stress", "can anxiety", "can hip", "can back", "can you get", "can it cause", "could it cause", "can cause", "could cause", "may cause",
         "might cause", "does it cause", "cause", "causes", "information on", "information about", "info on", "info about", "side effects of", "side effect of", "side effects", "possible side", "wondering about", "how does", "can disc", "can spinal")  # fmt: skip
# What others said to look out for; it holds even beside "I", unless the text goes on to claim it.
_REPORTED = ("risks include", "risk includes", "consent form", "form says", "risks are", "potential risks", "possible complications", "complications include","keep reading", "keeps reading","how would i know", "what happens if", "what would happen", "leaflet", "leaflets", "poster", "i read", "read that", "read about", "reading about", "heard about", "heard that", "google says", "told to look out", "told to watch", "look out for",
             "watch out for", "watch for", "warned about", "warned me about", "told me to look", "checklist", "the article", "an article", "article about", "website says", "nhs says", "nhs page", "youtube", "podcast", "documentary", "tiktok", "video says",
             "out of interest", "just curious", "mentions", "why do doctors ask", "why do they ask", "why does the doctor ask", "keep asking", "asked if i", "asked me if", "asked me about", "asks about", "asked about", "asks if", "asked whether",
             "ask about", "asking about", "asking if", "always ask", "safety netting", "safety net", "told to go to", "told me to go if", "told to come back if", "come back if", "ring if", "call if", "go to a and e if", "said to go if", "things to look for", "things to watch")  # fmt: skip
_IF_REAL = ("as if", "even if", "if anything", "if that makes sense", "if im honest", "if i am honest", "if it matters", "if that helps", "if thats relevant", "if that is relevant",
            "if you know what i mean", "if it helps", "if i sit", "if i stand", "if i walk", "if i lie", "if i bend", "if i cough", "if i lift", "if i move", "if i turn", "if i press",
            "if i touch", "if i put", "if i try", "if i lean", "if i sneeze", "if i roll", "if i get up", "if i run", "if he sits", "if she sits", "if i straighten", "if i lay", "if i twist", "if you ask me",
            "not sure if", "dont know if", "wondering if", "wonder if", "unsure if", "see if", "not certain if", "no idea if", "is it normal if", "is it bad if", "is it ok if", "is it okay if", "if i stay", "if i hold", "if i dont",
            "hard to tell if", "know if its", "know if it is", "if he stands", "if she stands", "if he walks", "if she walks", "if he moves", "if she moves", "if he tries", "if she tries", "if i keep", "if i take a", "if this is", "if its because",
            "if it is because", "if that is why", "if thats why", "if its related", "if it is related", "if its connected", "if possible", "if not", "if so", "if only", "check if", "tell if", "feel if", "know if i have finished", "if ive finished", "if i have finished",
            "if ive gone", "if i have gone", "if im going", "if i am going", "know if i need", "if i need a", "if i need to")  # fmt: skip
_PERSONAL = frozenset("i my me mine he his him she her hers we our this that these myself".split())
_PROMOTE = ("that is me", "thats me", "i have that", "i have got that", "ive got that", "happening to me", "exactly what i have", "exactly what i", "same here", "i have both", "i have them all",
            "i have all of", "sounds like me", "i have this", "that is what i have", "that is exactly", "happened to me", "i have exactly", "what i have", "what i have got", "that is my", "i get that", "i have had that", "he has that", "she has that", "she has this", "he has this", "i got that", "because it is happening", "because i have that", "because i have it", "because i have had it", "because i did", "because i do", "i did twice", "because it happened", "it happened to me", "it has happened to me", "because mine", "because it keeps", "because that keeps", "because i have been", "because he did", "because she did", "because i have both", "because i have this", "because i have had this")  # fmt: skip

_STORY = ("in the play", "in the story", "in the series", "in my script", "my script", "chapter", "heroine", "the advert", "an advert", "comedian", "gave us a case", "you are now a patient", "chatbot", "nollywood", "his teddy", "her teddy", "teddy", "her doll", "on stage", "a scene where", "training video", "on the radio", "a video about", "video about", "novel", "novels", "short story", "a story", "my story about", "screenplay", "film script", "a script for", "fiction", "fictional", "how realistic", "casualty a", "character", "characters", "protagonist", "my essay", "an essay", "essay on", "essay about", "exam question", "exam", "osce", "vignette",
          "case study", "case studies", "assignment", "quiz", "roleplay", "role play", "role playing", "pretend", "pretending", "mock patient", "mock", "simulated", "simulation", "testing this", "testing the bot", "testing you",
          "test case", "test message", "this is a test", "just a test", "testing whether", "test whether", "test question", "sample question", "hypothetical", "hypothetically", "imagine a patient", "imagine that", "imagine i", "imagine you", "suppose i have", "suppose a", "suppose someone", "scenario", "eastenders", "coronation street",
          "corrie", "emmerdale", "casualty episode", "holby", "greys anatomy", "episode", "soap", "sitcom", "netflix", "tv show", "tv drama", "on telly", "on the telly", "on tv", "film where", "movie where", "the film", "the movie", "in a film", "in a movie", "the news", "news story", "newspaper",
          "celebrity", "footballer", "in the paper", "in the papers", "book i am writing", "book im writing", "my book", "dissertation", "thesis", "textbook", "lecture", "mcq", "multiple choice", "revision", "revising", "flashcards", "for my course", "training module", "training scenario", "training case", "case about", "teaching case", "practice case", "first aid course",
          "first aid training", "as a joke", "play the part", "act as", "you are a", "dungeon", "d d campaign", "video game", "in the game", "poem", "lyrics", "song", "memoir", "crossword", "podcast episode", "drama", "comic", "murder mystery", "my blog", "blog post about", "presentation about", "presentation on", "poster about",
          "powerpoint", "documentary", "tabletop", "plot", "villain", "audiobook", "stage play", "panto", "charity skit", "improv", "actor", "actress", "nurse in training exercise", "training exercise", "practice scenario", "demo", "dummy", "qa test", "unit test", "test input", "benchmark", "translate this", "proofread", "translate the", "prime minister", "president", "royal", "king")  # fmt: skip
_STORY_STRONG = frozenset(("novel", "novels", "screenplay", "fictional", "protagonist", "vignette", "osce", "roleplay", "role play", "pretend", "mock patient", "this is a test", "testing the bot"))
_REAL = ("actually happening to me", "but i actually", "but i really", "in real life", "for real", "not a story", "but me", "my own", "it happened to me", "happening to me", "but mine", "now i have", "and now i", "i actually have", "but now i", "anyway i", "anyway my", "myself have", "though i do have", "but i also", "but i do", "i do have", "but seriously", "same thing", "just like that", "and i have", "like me")  # fmt: skip


def denial(sentence: Sentence, start: int, end: int, used: frozenset[int]) -> str | None:
    """Return the words that deny the feature at `words[start:end]`, None when nothing does.

    `used` are the places that belong to the feature itself: "no feeling when I wipe" contains its own "no".
    """
    words = sentence.words
    if has_any(sentence.joined, _DOUBLE):
        return None
    after = _denied_after(words, start, end)
    if after is not None:
        return after
    able = _is_able(words, start, used)
    if able:
        return able
    has_own_not = any(words[i] in _NEGATORS or words[i] in ("cant", "couldnt", "wont") for i in used)
    for cue in range(end - 1, max(-1, start - 16), -1):
        if words[cue] not in _NEGATORS or cue in used:
            continue
        if _is_harmless_not(words, cue):
            continue
        if cue >= start:
            if end - cue <= 4:
                return words[cue]
            continue
        if _reaches(words, cue, start, has_own_not):
            return words[cue]
    return None


_TRAILING_FAR = frozenset(("i dont have that", "i dont have those", "i dont have any of that", "i dont have it", "i do not have that", "i havent got that", "i dont get that", "i have none of"))
_TRAILING = ("i dont have that", "i dont have those", "i dont have any of that", "i dont have it", "i havent got that", "i dont get that", "i have none of","and they arent", "they arent", "and it isnt", "i do not have", "i dont have", "i dont", "and i dont", "but it isnt", "but they arent", "there isnt any", "he doesnt have", "she doesnt have", "is not there", "i havent got", "i have not got",
             "i havent had", "nothing to do with", "is normal", "are normal", "is fine", "are fine", "all fine", "all normal", "is good", "are good", "normal", "fine", "intact", "all okay", "all ok", "is ok", "are ok", "is okay", "are okay", "nad", "unremarkable")


def _is_able(words: Sequence[str], start: int, used: frozenset[int]) -> str | None:
    """Return "can" when it stands just before a feature that is worded as an act: "I can start and stop a wee"."""
    if any(words[i] in ("cant", "couldnt", "wont", "hardly", "barely", "only", "no", "not", "dont") for i in used):
        return None
    before = words[max(0, start - 3) : start]
    if "can" in before and "i" != (words[start - 1] if start else "") and words[0] != "can" and not {"barely", "hardly", "only", "just"} & set(before):
        return "can" if words[start] in _ACTS else None
    return None


_ACTS = frozenset("feel start stop pee wee walk stand lift move raise control hold go bend tell pass empty heel tiptoe push wiggle".split())


def _denied_after(words: Sequence[str], start: int, end: int) -> str | None:
    rest = [w for w in words[end : end + 3]]
    if rest[:1] and rest[0] in (":", "-", "=", ",") and len(rest) > 1 and rest[1] in _ANSWER_NO and (len(rest) < 3 or rest[2] in (",", "-") or rest[1] in ("none", "nil", "nope", "neg", "negative")):
        return rest[1]
    if rest[:1] and rest[0] in ("none", "nil", "nope", "neg", "negative", "absent", "denied") and end - start < 8:
        return rest[0]
    tail = " " + " ".join(words[end : end + 14]) + " "
    for phrase in all_of(tail, _TRAILING):
        at = tail.find(f" {phrase} ")
        if at == 0 or 0 < at <= 12 and len(phrase) > 6 or phrase in _TRAILING_FAR:
            return phrase
    if len(words) == end + 1 and words[end] in ("no", "nope", "never", "none"):
        return words[end]
    return None


def _is_harmless_not(words: Sequence[str], cue: int) -> bool:
    if words[cue + 1 : cue + 2] == ("want",) and set(words[cue + 2 : cue + 5]) & {"die", "kill", "hurt", "harm"}:
        return False
    tail = " " + " ".join(words[cue : cue + 5]) + " "
    if any(tail.startswith(f" {phrase} ") for phrase in all_of(tail, _NOT_DENIAL)):
        return True
    return words[cue] == "not" and cue > 0 and words[cue - 1] in ("why", "or", "whether", "if", "if") and cue + 1 == len(words)


def _reaches(words: Sequence[str], cue: int, start: int, has_own_not: bool) -> bool:
    """Return whether a denial at `cue` still holds at `start`."""
    word = words[cue]
    between = words[cue + 1 : start]
    joints = [i for i, w in enumerate(between) if w in (",", "-", ":", "and", "(", ")")]
    if any(w in _BREAKERS for w in between):
        return False
    if has_own_not and joints:
        return False
    if joints and word in _VERBAL and not ({"or", "nor", "any"} & set(between) or between[:1] in (("have",), ("had",), ("got",), ("get",), ("having",), ("any",))):
        return False  # "not been dieting, proper knackered": the comma ends it
    if has_own_not and word in ("no", "never", "nothing", "none") and len(between) > 3:
        return False
    for i, w in enumerate(between):
        opens = w in _SUBJECTS or w in ("my", "his", "her")
        if opens and i > 0 and any(j in between[max(0, i - 2) : i] for j in (",", "and", "-")):
            return False
    if word in ("dont", "doesnt", "didnt") and between[:1] in (("think",), ("believe",), ("suppose",), ("reckon",)):
        return len(between) <= 8
    if joints and word in _NEG_NEAR and word not in ("not", "never", "dont", "havent", "hasnt", "didnt", "doesnt", "isnt"):
        return False
    if joints and any(w in ("am", "is", "are", "was", "has", "have", "cant", "feel", "feels", "keeps", "started", "went", "got", "hurts") for w in between[joints[0] :]):
        return False
    # "no back pain down to 3 beers": a list keeps its "no"; a lone verb keeps it for a few words only.
    limit = 14 if word in _NEG_LIST else 8
    return len(between) <= limit and (bool(joints) or len(between) <= 7)


def is_story(sentences: Sequence[Sentence]) -> bool:
    """Return whether the message as a whole is a story, an exam, news or a test of the assistant (B1)."""
    return any(has_any(sentence.joined, _STORY) for sentence in sentences)


def is_real_aside(sentence: Sentence) -> bool:
    """Return whether a sentence inside a story message speaks of a real person after all."""
    return has_any(sentence.joined, _REAL)


def is_promoted(sentences: Sequence[Sentence]) -> bool:
    """Return whether the writer says that what was only described is happening ("that's exactly what I have")."""
    return any(has_any(sentence.joined, _PROMOTE) and not sentence.has("if") for sentence in sentences)


def hypothesis(sentence: Sentence, start: int, end: int) -> str | None:
    """Return what makes the feature at `words[start:end]` a mere question or fear, None when it is a claim (B4)."""
    words = sentence.words
    head = f" {' '.join(words[:start])} "
    clause = _clause_words(words, start, end)
    personal = bool(clause & _PERSONAL)
    cue = _if_cue(words, start)
    if cue:
        return cue
    if (modal := _asked_future(words, start)) is not None:
        return modal
    if (fear := _fear_of_future(words, start)) is not None:
        return fear
    for phrase in all_of(sentence.joined, _FEAR):
        place = head.rfind(f" {phrase} ")
        if place >= 0 and not _claims_after(head[place:]):
            return phrase
    if "you" in clause or "yourself" in clause or "your" in clause or "u" in clause:
        if (sentence.is_question or words[0] in ("can", "could", "does", "do", "how", "what", "when", "is", "will", "should")) and not personal:
            return "you in general"
    for phrase in all_of(sentence.joined, _REPORTED):
        if f" {phrase} " in head and not (personal and _claims_after(head[head.rfind(f" {phrase} ") :])):
            return phrase
    if not personal:
        for phrase in all_of(sentence.joined, _INFO):
            if f" {phrase} " in head:
                return phrase
    if _is_impersonal_question(sentence, personal) and _is_asked_clause(words, end):
        return "impersonal question"
    return None


_MODALS = frozenset("will would could might can may".split())
_HAPPENS = frozenset("leave make cause causing get drop lose become stop start go spread dislocate happen turn give end develop lead damage".split())
_FEARS = frozenset("worried scared afraid frightened terrified fear petrified anxious nervous paranoid dreading frit feart".split())
_FUTURE = frozenset("might will could going would one".split())


def _asked_future(words: Sequence[str], start: int) -> str | None:
    """Return the modal of "could an epidural leave me unable to wee?", None when the sentence does not ask that."""
    for i in (0, 1):
        if i < len(words) and words[i] in _MODALS and i < start:
            between = words[i + 1 : start + 3]
            if set(between) & _HAPPENS and not {"because", "since", "now", "that"} & set(between) and "," not in between:
                return words[i]
    return None


def _fear_of_future(words: Sequence[str], start: int) -> str | None:
    """Return the fear of "frightened my legs will stop working one day", None when there is none before `start`."""
    for i in range(max(0, start - 10), start + 1):
        if i < len(words) and words[i] in _FEARS:
            between = words[i + 1 : start + 5]
            if set(between) & _FUTURE and not {"because", "but", "already", "now"} & set(between):
                return words[i]
    return None


def _is_asked_clause(words: Sequence[str], end: int) -> bool:
    """Return whether the clause is the one that asks: the last, or any in a sentence that opens as a question."""
    return words[0] in _QUESTION_STARTS or "," not in words[end:] and "-" not in words[end:]


def _if_cue(words: Sequence[str], start: int) -> str | None:
    for i in range(start, max(-1, start - 14), -1):
        if i < len(words) and words[i] in ("if", "unless", "whenever_", "should_i_ever"):
            around = f" {' '.join(words[max(0, i - 6) : i + 5])} "
            if any(f" {phrase} " in around for phrase in _IF_REAL):
                return None
            between = words[i + 1 : start]
            if _is_new_clause(between):
                return None
            return "if"
    return None


def _is_new_clause(between: Sequence[str]) -> bool:
    return any(w in (",", "but", "because", "then") for w in between)


def _clause_words(words: Sequence[str], start: int, end: int) -> frozenset[str]:
    low = start
    while low > 0 and words[low - 1] not in (",", "-", ":", "(") and start - low < 14:
        low -= 1
    high = end
    while high < len(words) and words[high] not in (",", "-", ":", ")") and high - end < 8:
        high += 1
    return frozenset(words[low:high])


def _claims_after(text: str) -> bool:
    """Return whether, after a cue, the text goes on to claim something ("... but now I have")."""
    return any(f" {w} " in text for w in ("because", "but", "cos", "now", "since", "that i cant", "my", "i cant", "i have", "i am", "i keep", "he has", "she has", "his", "her", "he cant", "she cant", "he is", "she is", "i feel", "i dont", "i didnt", "i couldnt", "i wet", "i just", "i had", "i lost"))


_QUESTION_STARTS = frozenset("is can could does do how what when why which are should would will who where".split())


def _is_impersonal_question(sentence: Sentence, personal: bool) -> bool:
    if personal or sentence.word_set & frozenset(("i", "my", "me", "he", "she", "his", "her", "this", "it", "these", "im", "our", "we", "him")):
        return False
    if sentence.is_question or (sentence.words[0] in _QUESTION_STARTS and len(sentence.words) > 3):
        return True
    return sentence.has("exercises for", "stretches for", "treatment for", "recovery from", "meaning of", "causes of", "tips for", "advice on", "advice for")
