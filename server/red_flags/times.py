"""Decides when a feature was: now, over, long-standing or already checked (specification, B2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.red_flags.clauses import Sentence
from server.red_flags.phrases import has_any
from server.red_flags.values import Span, read_spans

RECENT_DAYS = 14.0
_GONE = ("all behind me", "that was sorted", "was sorted", ", sorted", "came round", "that is all behind", "been normal for", "fine by the", "came back on its own","dry ever since", "walks normally now", "walk normally now", "walking normally", "walk miles now", "never again", "gone and feeling", "feeling myself again", "come back since", "came back since", "solid since", "fine after", "wakes right back", "right since", "finished now", "hasnt happened since", "gone now", "went away", "has gone away", "have gone away", "it has gone", "its gone", "all gone", "back to normal", "fine now", "normal now", "ok now", "okay now", "settled", "cleared up", "passed off", "wore off", "worn off",
         "stopped now", "has stopped", "have stopped", "better now", "resolved", "disappeared", "recovered", "returned to normal", "completely gone", "totally gone", "came back to normal", "feeling came back", "feeling is back",
         "feeling returned", "it passed", "gone again", "right again", "fine again", "normal again", "fine since", "ok since", "okay since", "nothing since", "normal since", "not happened again", "hasnt happened again", "hasnt happened since", "not happened since", "havent had it since", "not had it since",
         "none since", "no problems since", "back to usual", "is back now", "all back", "all fine", "fully better", "completely better", "gone completely", "eased off completely", "wore off after", "lasted", "then fine", "then it was fine", "then it went", "then normal", "fine by", "gone by", "stopped by itself", "went off", "sorted itself", "then stopped",
         "then it stopped", "and then gone", "went back to normal", "gone back to normal", "all better", "fine today", "fine this morning", "normal today", "normal this morning", "all good now", "good now", "then gone", "gone today", "gone this morning", "has passed", "have passed", "not since", "hasnt come back", "hasnt returned", "not come back",
         "has cleared", "is over now", "over now", "sensation back", "feeling back", "but gone", "right now fine", "been fine", "came right", "came back after", "healed", "it went", "then went", "completely fine", "absolutely fine", "everything works", "works normally", "all normal", "totally fine", "perfectly fine", "fine ever since", "normal ever since", "no trouble since", "okay ever since", "it is gone", "that is gone", "pain is gone", "numbness is gone", "fever is gone", "tingling is gone", "they are gone", "swelling is gone", "symptoms are gone", "all is gone", "headache is gone", "eased off now", "has eased off", "did go away", "went after", "cleared itself", "been normal", "so far so good", "both normal", "gone for")
_NOT_GONE = ("all behind me", "that was sorted", "was sorted", ", sorted", "came round", "that is all behind", "been normal for", "fine by the", "came back on its own","not gone", "hasnt gone", "not settled", "wont settle", "not better", "comes and goes", "come and go", "not resolved", "hasnt settled", "not cleared", "hasnt cleared", "still there", "keeps coming back", "not passed", "feeling has gone", "feeling gone", "strength has gone", "strength gone", "power gone", "balance has gone", "balance gone", "sensation gone",
             "appetite gone", "appetite has gone", "back has gone", "control has gone", "control gone", "gone numb", "gone dead", "gone white", "gone cold", "gone blue", "gone grey", "waters have gone", "sight gone", "sight has gone", "urge has gone", "urge gone", "urge has disappeared", "the feeling has gone", "sensation has gone", "vision has gone", "not settling", "never settled", "not fine")  # fmt: skip
_CHECK = ("scan", "scans", "scanned", "mri", "xray", "x ray", "x rayed", "x - ray", "xrays", "ct", "ultrasound", "bloods", "blood test", "blood tests", "tested", "tests", "examined", "checked by", "checked me", "been checked", "got checked", "had it checked", "checked it", "checked him", "checked her", "checked out", "checked over", "got it checked", "was checked", "assessed", "investigated", "seen by", "saw the", "saw my", "saw a", "been to a", "hospital", "gp", "doctor", "consultant", "specialist", "neurologist",
          "urologist", "physio", "surgeon", "neurosurgeon", "vascular team", "gynae", "midwife", "a and e", "a & e", "ae", "er", "casualty", "emergency department", "ed", "urgent care", "walk in", "paramedic", "paramedics", "ambulance crew", "111", "nurse", "cardiologist", "rheumatologist", "paediatrician", "orthopaedic", "oncologist", "my team", "the team", "colonoscopy", "endoscopy", "biopsy", "angiogram", "doppler", "they said", "they did", "they say", "they scanned", "they checked", "they drained", "they gave", "clinic", "out of hours", "ecg", "optician", "eye casualty", "admitted", "kept in")
_CLEAR = ("drained", "gout", "started on tablets", "started on antibiotics", "put me on", "put him on", "put her on", "in plaster", "stitched", "operated", "splinted", "on antibiotics now", "gave us","looked and said", "said fine", "said it was fine", "said not to worry","clear", "all clear", "normal", "was fine", "were fine", "is fine", "came back fine", "came back normal", "nothing", "no compression", "no clot", "no fracture", "nothing broken", "not broken", "no break", "ruled out", "rule out", "ruled it out", "not worried", "no concerns", "happy with", "discharged", "sent me home", "sent home", "all good", "reassured", "treated",
          "diagnosed", "put it down to", "said its just", "said it is just", "said its a", "said it is a", "said its", "said it is", "it was just", "it is just", "explained", "gave me", "given antibiotics", "on antibiotics", "got antibiotics", "given me", "plan", "follow up", "followed up", "review", "reviewed", "reviewing", "under", "monitored", "monitoring", "monitors", "watching it", "keeping an eye", "on the waiting list", "surgery booked", "operation booked", "referred",
          "known about", "knows about", "aware of it", "not cauda equina", "no cauda equina", "gallstones", "bursitis", "cellulitis", "muscle strain", "just a sprain", "negative", "it is only", "its only", "its just", "confirmed", "benign", "harmless", "nothing serious", "not serious", "unchanged", "stable", "physio since", "having physio", "ok", "okay", "cleared", "treating", "being treated", "no sign of", "no evidence", "good news", "healing", "on treatment", "was all fine", "all fine", "no dvt", "no damage", "discharge", "no infection", "signed off", "happy to", "sorted", "found nothing", "irritable hip", "no fractures", "ultrasound clear", "baker's cyst", "bakers cyst", "fully investigated", "fully checked", "not a clot", "not a fracture", "not fractured", "came out fine", "was fine", "satisfied")
_NO_CHECK = ("havent seen", "not seen", "didnt examine", "without examining", "didnt check", "never checked", "not been checked", "hasnt been checked", "havent been checked", "not checked", "not assessed", "never assessed", "waiting for", "awaiting", "waiting to", "waiting room", "over the phone", "on the phone", "no appointment", "cant get an appointment", "cant get appointment", "cant get in", "havent told", "not told", "didnt look",
             "refuses to see", "wont see", "wont go", "dont want to bother", "appointment is", "appointment next", "appointment on", "appointment in", "should i see", "do i need", "should i go", "should i call", "should i ring", "need to see", "didnt ask", "hardly looked", "barely looked", "never looked", "never asked", "never been checked", "never saw", "never seen", "not had it checked", "hasnt seen", "havent been", "not been to", "never told", "before i see", "see the gp", "see my gp", "see a doctor", "until i see", "not shown", "ambulance is", "on the way", "taking him to", "taking her to", "booked for", "dont know what to do", "before the scan", "before my scan", "havent had a scan",
             "go to hospital", "said go", "told me to go", "told to go", "said to go", "should go to", "wants me to go", "said i should go", "nobody checked", "nobody has checked", "no one has checked", "no one checked", "not mentioned", "didnt mention", "havent mentioned", "was before", "that was before", "last scan was", "says i need", "said i need", "said get to", "advised a", "advised hospital", "advised me to", "wants me in", "is worried")  # fmt: skip
_NEW_SINCE = ("but since", "since then", "but now", "and now", "worse since", "now it", "but today", "but yesterday", "but this morning", "but last night", "came back", "come back", "has returned", "but over the", "but in the last", "but this week", "new since", "but the last", "worse again", "worse now", "getting worse", "now the", "now i", "now my", "now he", "now she", "but it", "but its", "different now", "something new", "new is", "now both", "changed since", "however",
              "after that", "afterwards", "this is new", "thats new", "that is new", "whats new", "now there is", "since the scan", "since my scan", "gone again", "again today", "again now", "got worse", "gotten worse", "it is worse", "is worse", "worse than", "but then", "now cant", "yet now", "but from", "except now", "only now", "but i now", "but my", "but i am", "but i have", "but he", "but she", "still getting worse", "the last two days", "since yesterday", "this week though", "lately though", "though now", "tonight", "different this time", "this time")  # fmt: skip
_LIFELONG = ("in years", "no change in years", "how i am", "spina bifida", "since meningitis", "long ago","always had", "always been", "always have", "has always", "always was", "always get", "always has", "have always", "lifelong", "for years", "for decades", "long standing", "longstanding", "years now", "from birth", "since birth", "since childhood", "since a child", "since school", "since university", "a decade", "dozen years", "ten years", "twenty years", "thirty years", "is my normal", "my normal", "nothing has altered", "nothings altered", "have done since", "team knows", "orthopaedics know", "under urology", "under neurology", "checked every year", "muscular dystrophy", "cerebral palsy", "dementia", "since childbirth", "since i had", "since my son", "since my daughter", "since the kids",
             "since having", "since the birth", "since giving birth", "ever since my", "left over", "leftover", "residual", "well known", "on tablets for", "tablets for it", "managed", "under control", "decades", "doctor knows", "gp knows", "consultant knows", "knows about", "aware of it", "permanent", "known", "never changes", "never changed", "same as always", "same as ever",
             "as usual", "the usual", "my usual", "since menopause", "since my forties", "since my thirties", "since my twenties", "since my fifties", "for as long as", "years on end", "from my stroke", "from a stroke", "from my first op", "since surgery years", "from polio", "since the menopause", "since the operation years", "born with")
_UNCHANGED = ("no change", "no worse", "stable", "no different", "hasnt changed", "not changed", "unchanged", "havent changed", "not any worse", "no better no worse", "just the same", "exactly the same", "same for", "hasnt got worse", "not got worse", "same as it was", "not new", "nothing new", "isnt new", "been the same", "steady", "not getting worse", "never got worse", "hasnt worsened", "same since")
_CHANGE = ("worse", "worsening", "but now", "changed", "new", "different now", "suddenly", "sudden", "recently", "lately", "this week", "since yesterday", "since last week", "today", "the last few days", "last few days", "past few days", "past week", "last week", "more than usual", "got worse", "now it", "now i", "now my", "now also", "and now", "since monday", "since tuesday", "since wednesday", "since thursday", "since friday", "since saturday", "since sunday", "the last week", "last couple", "on top", "since the weekend", "two days ago", "three days", "out of the blue", "overnight", "this month", "yesterday", "this morning", "last night", "started", "not like my", "not my usual", "never before", "not usual", "first time")
_NOT_CHANGE = ("nothing new", "not new", "isnt new", "no worse", "not worse", "not any worse", "hasnt got worse", "not got worse", "no new", "not changed", "hasnt changed", "havent changed", "never changed", "unchanged", "nothing has changed", "nothing changed", "same today", "not getting worse", "nothing worse", "nor worse", "not changing", "is not new", "isnt worse", "never got worse", "nothing different", "no change")
_ONSET = ("start", "started", "starting", "began", "begun", "came on", "come on", "since", "ever since", "first noticed", "noticed", "still", "ongoing", "and now", "got worse", "for the", "has been", "have been", "been", "now", "keeps", "is", "are", "am", "havent", "hasnt", "cant", "have")
_PASTVERBS = frozenset("had was were used got did couldnt went lost wet peed developed suffered experienced ended spent collapsed fell broke tore blacked fainted felt leaked took overdosed tried planned wanted thought".split())
_LONG_PAST = ("lifetime ago", "at sixteen", "at seventeen", "at eighteen", "as a student", "as a baby", "till i was", "until i was", "with my first", "with my second", "with my last", "last time i was", "long since", "in my last", "in early pregnancy with", "twice years", "once in", "for weeks after my","years ago", "year ago", "months ago", "decades ago", "last year", "as a child", "as a kid", "as a teenager", "when i was", "when he was", "when she was", "in my twenties", "in my thirties", "in my teens", "in my youth", "back in", "used to", "previously", "in the past", "history of", "ages ago", "long ago", "long time ago", "years back", "months back", "once before", "growing up", "in childhood", "at school", "at uni", "at university", "in the nineties", "in the eighties", "in the 90s", "in the 80s", "way back", "my first pregnancy", "last pregnancy", "previous pregnancy", "last summer", "last winter", "last christmas", "last spring", "last autumn", "two summers ago", "before my surgery", "before my operation", "before the surgery", "before the operation", "pre op", "before surgery", "before i had my operation", "before decompression", "weeks back")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Timing:
    """When a feature was: days since onset if said, and what kind of time it is."""

    days: float | None
    kind: str  # "current", "gone", "resolved", "steady"
    is_new: bool
    why: str


def clause_bounds(words: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Return the limits of the clause around `words[start:end]`: from comma, dash or "but" to the next."""
    low = start
    while low > 0 and not _is_border(words, low - 1):
        low -= 1
    high = end
    while high < len(words) and not _is_border(words, high):
        high += 1
    return low, high


_BORDERS = frozenset((",", "-", ":", "but", "however", "although", "(", ")", "so", "then"))
_AFTER_AND = frozenset("my i he she his her it now the since today there both".split())


def _is_border(words: Sequence[str], i: int) -> bool:
    return words[i] in _BORDERS or words[i] == "and" and i + 1 < len(words) and words[i + 1] in _AFTER_AND


def timing(sentence: Sentence, start: int, end: int, spans: Sequence[Span]) -> Timing:
    """Return when the feature at `words[start:end]` was, from its own sentence."""
    low, high = clause_bounds(sentence.words, start, end)
    clause = f" {' '.join(sentence.words[low:high])} "
    span = _nearest(spans, low, high, start, end) or (_nearest(spans, 0, len(sentence.words), start, end) if len(sentence.words) < 22 else None)
    if span is not None and not low <= span.index < high and span.kind in ("ago", "on") and span.days > RECENT_DAYS:
        span = None  # another clause is about the past; this one is not
    days = span.days if span else None
    fresh = has_any(clause, _CHANGE) is not None and has_any(clause, _NOT_CHANGE) is None
    over = _is_over(clause, span)
    if over is None and (tail := _ended_by(sentence.words[end : end + 4])):
        return Timing(days, "gone", False, tail)
    if over is None and span is None and (old := _old_frame(sentence, spans)):
        over = old
    if over:
        return Timing(days, "resolved", False, over)
    lifelong = has_any(clause, _LIFELONG) or (has_any(sentence.joined, _LIFELONG) if not fresh else None)
    if lifelong and not fresh and _is_settled(sentence.joined):
        return Timing(max(days or 0.0, 400.0), "steady", False, lifelong)
    if days is not None and days >= 360 and not fresh and span is not None and span.kind != "ago":
        return Timing(days, "steady", False, "for years")
    unchanged = has_any(sentence.joined, _UNCHANGED)
    if unchanged and not fresh:
        if days is not None and days >= 300:
            return Timing(days, "steady", False, unchanged)
        return Timing(max(days or 0.0, 60.0), "current", False, unchanged)
    return Timing(days, "current", fresh or (days is not None and days <= RECENT_DAYS), "")


def _nearest(spans: Sequence[Span], low: int, high: int, start: int, end: int) -> Span | None:
    inside = [s for s in spans if low <= s.index < high and s.kind != "age"]
    if any(s.days >= 1 for s in inside):  # "for six months, an hour each morning": the hour is no onset
        inside = [s for s in inside if s.days >= 1 or s.kind not in ("bare", "for")]
    if not inside:
        return None
    return min(inside, key=lambda s: min(abs(s.index - start), abs(s.index - end)))


def _is_over(clause: str, span: Span | None) -> str | None:
    """Return why the clause is about the distant past, None when it may still hold."""
    words = clause.split()
    long_past = has_any(clause, _LONG_PAST)
    is_long_span = span is not None and span.days > RECENT_DAYS and span.kind in ("ago", "on")
    if not long_past and not is_long_span:
        return None
    if has_any(clause, _ONSET_WORDS):
        return None
    has_past = any(w in _PASTVERBS or w.endswith("ed") and len(w) > 4 for w in words)
    has_now = any(w in _NOW_WORDS for w in words)
    if has_any(clause, ("used to", "as a child", "as a kid", "when i was", "when he was", "when she was", "growing up", "at school")):
        return None if has_any(clause, ("now", "still")) else long_past or "long ago"
    if has_past or not has_now:
        return long_past or "long ago"
    return None


_ONSET_WORDS = ("since", "ever since", "still", "ongoing", "started", "began", "start", "starting", "came on", "come on", "first noticed", "noticed", "begun", "diagnosed")
_NOW_WORDS = frozenset("is are am now cant have keeps keep hurts feels feel has wont doesnt dont".split())


def gone_cue(joined: str) -> str | None:
    """Return the words that say it is over, None when there are none or they are denied."""
    cue = has_any(joined, _GONE)
    if cue is None or has_any(joined, _NOT_GONE):
        return None
    return cue


def checked_cue(joined: str) -> str | None:
    """Return the words that say a clinician checked it with an all-clear or a plan."""
    check = has_any(joined, _CHECK)
    if check is None or has_any(joined, _NO_CHECK):
        return None
    outcome = has_any(joined, _CLEAR)
    return f"{check} … {outcome}" if outcome else None


def new_since_cue(joined: str) -> str | None:
    """Return the words that say something is new or worse since."""
    if has_any(joined, _NOT_CHANGE):
        return None
    return has_any(joined, _NEW_SINCE)


def spans_of(sentence: Sentence) -> list[Span]:
    """Return the stretches of time in a sentence."""
    return read_spans(sentence.words)


def _old_frame(sentence: Sentence, spans: Sequence[Span]) -> str | None:
    """Return the year that frames a whole sentence ("back in 2011 I had ..."), None when none does."""
    if sentence.word_set & {"since", "now", "still", "ever", "today"}:
        return None
    for span in spans:
        if span.kind == "on" and span.days > 300 and span.index <= 4 and sentence.words[0] not in ("i", "my", "he", "she") and sentence.words[max(0, span.index - 1)] in ("in", "of", "back", "last"):
            return "in " + sentence.words[span.index]
    return None


_ENDINGS = (("gone",), ("is", "gone"), ("has", "gone"), ("have", "gone"), ("s", "gone"), ("settled",), ("cleared",), ("has", "stopped"), ("stopped",), ("gone", "now"), ("is", "better"), ("is", "back"),
            ("has", "settled"), ("has", "cleared"), (",", "gone"), ("it", "passed"), ("and", "gone"), (",", "stopped"), ("but", "gone"), ("for", "a", "minute"), ("for", "a", "second"), ("for", "a", "moment"))


def _ended_by(after: Sequence[str]) -> str | None:
    """Return the words just after a feature that say it ended: "limp's gone"."""
    for ending in _ENDINGS:
        if tuple(after[: len(ending)]) == ending and after[len(ending) : len(ending) + 1] not in (("numb",), ("dead",), ("up",), ("down",), ("to",), ("white",), ("cold",), ("me",), ("working",)):
            return " ".join(ending)
    return None


def _is_settled(joined: str) -> bool:
    """Return whether a sentence that calls something usual says nothing about a change on top."""
    if has_any(joined, _NOT_CHANGE):
        return True
    return has_any(joined, ("but now", "worse", "since yesterday", "this week", "changed", "new", "different")) is None


def never_checked_cue(joined: str) -> str | None:
    """Return the words that say nobody has ever looked at a complaint."""
    return has_any(joined, ("never told", "never been checked", "never seen", "never saw", "never had it checked", "never had it looked", "never got it looked", "never got it checked", "didnt get it looked", "not told anyone",
                            "havent told anyone", "never mentioned", "never been to", "never assessed", "not seen anyone", "havent seen anyone", "never asked anyone",
                            "never went", "never been seen", "no one has looked", "nobody has looked", "nobody has ever", "no one has ever", "never had a scan", "too embarrassed"))
