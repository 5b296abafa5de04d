"""What is told of animals, of people in the news, of the dead or of long ago is no alarm (B1, B2, B4)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.reader import Proposal


def _level(text: str) -> str:
    return assess([UserText(text)]).level.label


@pytest.mark.parametrize(
    "text",
    [
        "Labrador limping since Sunday, back legs wobbly, off her food",
        "Cat's back end has gone wobbly and she's wetting her bed. Any cat people here?",
        "Jack Russell yelping when lifted, back legs paralysed overnight. Anyone had this with theirs?",
        "Rescue greyhound keeps falling over, no control of his bladder. Is it arthritis?",
        "Our border collie collapsed on the beach yesterday, vet thinks it's his hips.",
        "My neighbour's cat dragged herself home, can't move her back legs",
        "Is it normal for a Great Dane to lose the use of his back legs at 8?",
        "Dog had a spinal op yesterday and still can't wee on her own, normal?",
        "Whippet pulled up lame, back leg swollen and hot. Vet or wait?",
    ],
)
def test_animal_that_opens_a_message_is_no_patient(text: str) -> None:
    assert _level(text) == "none"


@pytest.mark.parametrize(
    "text",
    [
        "My dog pulled me over yesterday and now I can't feel when I wipe, back agony",
        "Walking the labrador this morning my legs went to jelly and I can't stand up properly, back pain too",
        "Lifted a great dane at the vet's where I work and now can't pee",
        "Horse bolted and threw me, legs numb and I can't pee",
        "Legs wobbly since yesterday and I keep falling, the dog had to fetch my wife",
    ],
)
def test_writer_hurt_beside_an_animal_counts(text: str) -> None:
    assert _level(text) == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "Lass on Casualty last night couldn't pee and her legs packed in. Is that a real thing?",
        "Paper says some bus driver got a million because nobody saw the pressure on his nerves and he can't go to the "
        "toilet. My own back's only a nuisance.",
        "There was a woman on the telly who couldn't feel herself wipe and lost her job over it. Scary stuff.",
        "Facebook post doing the rounds about a mum who went numb between her legs and woke up paralysed. Is it true?",
        "Just watched a documentary, guy lost control of his bladder from a disc. Mine is only an ache.",
        "Just finished a book, the main fella breaks his back and can't pee without a tube. Is that how it works?",
        "I saw a clip of a rugby player who couldn't move his legs after a tackle. I play second row.",
        "Read an obituary of a jockey who lost the use of his legs. How do I mind my back?",
        "Some lad in the Daily Mail is in a wheelchair after his GP missed it, can't pee or anything.",
        "My consultant gave me a card: numb saddle, can't pee, both legs, go in. None of that here, can I still swim?",
    ],
)
def test_somebody_in_the_news_is_no_patient(text: str) -> None:
    assert _level(text) == "none"


@pytest.mark.parametrize(
    "text",
    [
        "Watched Casualty last night and a woman had what I have, I can't pee and my legs are numb",
        "We were watching Casualty last night and my husband couldn't pee and his legs packed in",
        "I read in the paper about a man with cauda equina and now I'm the same, can't feel when I wipe since Tuesday",
    ],
)
def test_own_trouble_beside_the_news_counts(text: str) -> None:
    assert _level(text) == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "My uncle was a docker. By the end he couldn't feel himself sit and his trousers were always wet, and we "
        "buried him in the spring. I'm fifty with the odd twinge.",
        "My nan, RIP, couldn't walk at the end and wet herself. I'm 40 with a stiff back, anything I should do?",
        "Grandad's legs were paralysed by the time he went, cancer in the spine. The funeral was Tuesday.",
        "Mum's last weeks she couldn't feel her legs and had no control of her bladder. Is that inherited?",
        "It was prostate cancer took my father, it went into his spine and he couldn't move his legs. I'm 52 with an "
        "ordinary backache.",
    ],
)
def test_somebody_who_died_is_no_patient(text: str) -> None:
    assert _level(text) == "none"


@pytest.mark.parametrize(
    "text",
    [
        "My uncle died of a blood clot and my own father now can't pee and his legs are numb",
        "We buried my dad last week and since the funeral I can't pee, back pain, numb down below",
        "My mum can't pee and her legs are numb since we buried my dad",
    ],
)
def test_the_living_count_beside_the_dead(text: str) -> None:
    assert _level(text) == "emergency"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("For about five months now I can't feel when I wipe. No better no worse.", "same_day"),
        (
            "A year ago my back went and left me with a foot that slaps. It's no better. Never went to the doctor.",
            "soon",
        ),
        ("Eight months ago my disc went and the foot came out of it with a drop. It's just the same.", "soon"),
        ("Polio got me in 1961, the left foot has hung down ever since and the calliper does its job.", "none"),
        ("Stroke in 2015 left my right leg weak and the foot drags, all known and no different.", "none"),
        ("I had the disc operation in 2018, the one where your saddle goes numb. Is aqua aerobics any good?", "none"),
        ("Polio in 1961 left my left foot weak but since Monday the right one drags as well.", "same_day"),
        ("Nine months ago my back went and left me with a weak foot, and since Monday the foot drops.", "same_day"),
    ],
)
def test_what_was_left_long_ago_is_not_new(text: str, level: str) -> None:
    assert _level(text) == level


@pytest.mark.parametrize(
    "text",
    [
        "I've taken my temperature six times today and it's fine. Down to two paracetamol.",
        "The pain let me go for ten minutes. 33. Paracetamol is no use.",
        "BP 120 over 80, ten thousand steps today, two paracetamol",
        "I'm haemorrhaging money on physios, my back is just stiff",
        "wife reckons ive no feelings below the belt or above it lol. back's tight after digging the spuds",
        "twelve hours on concrete, legs like lead, back tight. insoles any use?",
        "16 hour drive, legs stiff as boards when I got out and back killing.",
        "Haven't gone in three days since the codeine, I need to go, just can't push it out. Wee is fine, no numbness.",
        "Two weeks post op hip, leg bruised yellow down to the knee, ankle a bit swollen at night, goes down in bed.",
        "Bought 32 paracetamol today, back is stiff.",
        "A packet of 16 paracetamol lasts me the month",
        "my knees went to jelly when she said yes, back's stiff from kneeling",
        "Ten hours picking spuds, legs like two planks and the back stiff. Bath or shower?",
        "Ran the marathon Sunday, legs in ribbons, back stiff",
        "14 hour shift on a factory floor, legs done in, back stiff. what shoes?",
        "Four weeks after the new hip. Skin beside the scar has no feeling in a strip, foot's puffy by teatime and "
        "flat again by breakfast.",
    ],
)
def test_ordinary_talk_is_no_alarm(text: str) -> None:
    assert _level(text) == "none"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("miscounted, ten paracetamol yesterday instead of eight, feel fine", "same_day"),
        ("double counted, 10 paracetamol yesterday not 8", "same_day"),
        ("My lad's 12, sore knee for six weeks. His dad noticed that he rolls when he walks.", "same_day"),
        (
            "My lad's 12. He's been saying knee for about six weeks and he rolls when he walks, like a sailor.",
            "same_day",
        ),
        ("It builds and builds, travels round to the front by the groin, then lets me go and off again.", "same_day"),
        ("wobbling about like a newborn foal", "emergency"),
        ("handwriting deteriorated 2/12, hyperreflexic UL and LL, gait stiff", "same_day"),
        ("THR 6/52, flexed to don sock, audible clunk, now IR + short, unable to stand", "emergency"),
        ("Swallowed a packet of 16 paracetamol an hour ago", "emergency"),
        ("Twelve paracetamol a day for a week", "emergency"),
        ("My dad has pain at rest now and can't feel his legs", "emergency"),
        ("Got 16 paracetamol inside me and I feel fine", "emergency"),
        ("Suppose I should mention I can't feel when I wipe", "emergency"),
        ("My husband felt a rip in his back and can't move his legs", "emergency"),
        ("Before he went to bed my dad's legs went numb and now he can't pee", "emergency"),
        ("Since her funeral my dad can't pee and his back is agony", "emergency"),
        ("On codeine, I need to go for a wee and can't, back agony", "emergency"),
        ("no feeling below the belt since Monday and my back is agony", "emergency"),
        ("legs like lead since Monday, back agony, can hardly walk", "emergency"),
        ("12 hour shift yesterday and now I'm staggering, legs won't obey me", "emergency"),
        ("wife says I've no feeling below the belt any more and I'm wetting myself", "emergency"),
    ],
)
def test_what_only_resembles_it_keeps_its_level(text: str, level: str) -> None:
    assert _level(text) == level


class _Proposes:
    """A learned reader that proposes one feature for every clause."""

    def __init__(self, feature: str) -> None:
        self.feature = feature

    def read(self, clauses: Sequence[str]) -> list[list[Proposal]]:
        return [[(self.feature, "present", 0.9)] for _ in clauses]


@pytest.mark.parametrize(
    ("feature", "text", "level"),
    [
        ("paracetamol_over", "Took two paracetamol, slept nine hours", "none"),
        ("paracetamol_over", "Six paracetamol a day, as the doctor said, for five days", "none"),
        ("paracetamol_over", "Took two paracetamol and then lost count", "same_day"),
        ("pee_unaware", "Bunged up on the codeine. I've the urge all right and feel everything.", "none"),
        ("pee_unaware", "Bunged up on the codeine and no urge to pee at all.", "emergency"),
    ],
)
def test_a_small_dose_and_a_hard_stool_are_proposed_in_vain(feature: str, text: str, level: str) -> None:
    assert assess([UserText(text)], reader=_Proposes(feature)).level.label == level


def test_a_chapter_that_was_shut_is_no_story() -> None:
    told = "My wife had a breast off in 2016 and thought that chapter was shut. Now she can't feel when she wipes."
    assert _level(told) == "emergency"
    assert _level("I'm writing a chapter where the hero can't feel his legs") == "none"
