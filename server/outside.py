"""Complaints that lie outside the library however near its words are: another joint, an ear, an animal."""

from __future__ import annotations

import re

_PART = (
    r"(?:shoulders?(?! blades?)|elbows?|wrists?|hands?|fingers?|thumbs?|jaw|tooth|teeth|eyes?|ears?|nose|throat|tongue)"
)
# A knee or an ankle that hurts may hurt because of the hip or the back; one that was operated on is another matter.
_REPLACED = r"(?:knee|shoulder|elbow|ankle) (?:replacement|arthroplasty)"
_TROUBLE = (
    r"(?:pain\w*|ache\w*|aching|sore|hurt\w*|swollen|swelling|stiff\w*|click\w*|lock\w*|ringing|itch\w*|numb\w*|"
    r"dropped|dislocat\w*|sublux\w*|frozen|broken?|fractur\w*|sprain\w*|injection|surgery|operation|arthritis|gout)"
)
_SIDE = r"(?:(?:left|right|big|one|both|new|old|total) )*"
_COMPLAINT = re.compile(
    rf"\b{_TROUBLE}\b(?: \w+){{0,2}} (?:my|his|her|the|our|one|both) {_SIDE}(?P<in>{_PART})\b|"
    rf"\b(?:my|his|her|our|the) (?P<has>{_SIDE}{_PART}) (?:\w+ ){{0,3}}?{_TROUBLE}\b|\b(?P<joint>{_REPLACED})\b",
    re.IGNORECASE,
)
_PET = (
    r"(?:my|our|his|her|their) (?:old |little |poor |\d+[- ]year[- ]old )*(?:dog|cat|horse|pony|rabbit|pupp(?:y|ies)|"
    r"kittens?|labrador|spaniel|retriever|poodle|dachshund|german shepherd)"
)
_ANIMAL = re.compile(
    rf"\b{_PET}(?:['’]s)? (?:also |now )?(?:has|have|had|got|with|is|hips?\b|legs?\b|back legs?\b) ?"
    r"(?:got |a |an |bad |sore )*(?:hips?|back legs?|legs?|arthritis|dysplasia|limp\w*|slipped|lame|spine)\b|"
    rf"\b{_PET} limps\b|\b{_PET}\b.{{0,60}}\b(?:the|our|my) vet\b|\bdo (?:dogs?|cats?|horses?) (?:have|get)\b",
    re.IGNORECASE,
)
# What the library is about, as people say it.
_INSIDE = re.compile(
    r"\b(?:hips?|backs?|backache|spin\w+|lumbar|dis[ck]s?|sciatic\w*|groins?|buttocks?|bums?|butt|glute\w*|bottom|"
    r"pelvi\w+|thighs?|legs?|cal(?:f|ves)|shins?|tail ?bone|coccyx|sacr\w+|si joints?|piriformis|hamstrings?|stenosis|"
    r"[lt]\d{1,2}|s1|trochanter\w*|labral|femor\w+|scoliosis|posture|all over|joints)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|isn['’]?t|no|nothing|without)\b(?: \w+){0,4}? (?:my |his |her |a )?"
    r"(?:hips?|backs?|back pain|spine|legs?)\b",
    re.IGNORECASE,
)


def outside_complaint(text: str) -> str:
    """Return what a message complains of, in few words, when the library is not about it; empty otherwise.

    Anything told of a back, a hip or a leg beside it leaves the question to the library.
    """
    if _ANIMAL.search(text):
        return "animals"
    found = _COMPLAINT.search(text)
    if found is None or _INSIDE.search(_DENIED.sub("", text)):
        return ""
    return next(part for part in (found["in"], found["has"], found["joint"]) if part)
