"""Signs as people put them, each cause beside what only looks like it, is denied, is past or is somebody else's."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.cards import card_for
from server.red_flags.explain import UserText
from server.red_flags.levels import Assessment
from server.red_flags.screening import questions_for


def _after(*turns: str) -> Assessment:
    return assess([UserText(turn) for turn in turns])


def _rules(text: str) -> set[str]:
    return {hit.rule for hit in _after(text).hits}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        # a lump in a breast, one or several
        ("I have found a lump in my breast and my back hurts.", "MA6"),
        ("There are lumps in both breasts and my spine is sore.", "MA6"),
        ("My wife has breast lumps and an aching hip.", "MA6"),
        ("A few bumps under my armpit since March, and my ribs ache.", "MA6"),
        # infected skin of the back, the bottom or the leg, with fever
        ("I've a boil on my lower back and a fever.", "SI4"),
        ("My daughter has an abscess in the natal cleft and feels shivery.", "SI4"),
        ("My partner has pus coming from a spot over the lumbosacral spine and is feverish.", "SI4"),
        ("Carbuncle, gluteal region, temp 38.9.", "SI4"),
        ("Mum's bedsore over the sacrum is infected and she has the shivers.", "SI4"),
        # a belly that every jolt hurts
        ("Since last night my lower belly hurts with every movement and every cough.", "VI2"),
        ("My tummy is so sore I hold it when I walk, laugh or cough.", "VI2"),
        ("My tummy hurt round the navel and now it has moved to the lower right and I feel sick.", "VI2"),
        # a feared clot in a leg that can hardly be walked on
        ("My calf is killing me, worried it's a clot, no swelling.", "DV2"),
        ("Scared it's a DVT, the pain in my leg is terrible and I can hardly walk.", "DV2"),
        # great tiredness with pain in the bones
        ("My heart races, I'm exhausted and my bones hurt.", "MA4"),
        # an infection that its treatment does not help
        ("I had a kidney infection and took antibiotics but my back still hurts and it's not better.", "VI2"),
        ("They treated me for a urine infection, my loin is still sore, the tablets haven't worked.", "VI2"),
        # new since something recent is no old trouble
        ("I've been numb between the legs ever since my fall.", "CE1"),
        ("No feeling when I wipe since I had my back operation.", "PO1"),
        ("I can't pee, only managed a few drops.", "CE1"),
        ("I should have known something was wrong, I can't feel when I wipe.", "CE1"),
        ("Is this numbness between my legs permanent?", "CE1"),
        ("My legs have got weaker by the day since I had the flu.", "CE2"),
        # what explained the old does not explain the new
        ("Since the twins I leak when I sneeze, but this is different, it just pours out.", "CE1"),
        ("I've always leaked when I laugh but since Sunday I wet myself sitting still.", "CE1"),
        ("I've dropped a stone since summer and I'm not dieting. Back's been aching the whole time.", "MA4"),
        ("Two weeks after my hip replacement my calf's swollen and I'm puffing just sitting here.", "DV1"),
        # a stone with one kidney or a fever, told in two sentences
        ("Crippling pain in my side and a fever of 39, I've only one kidney. It comes in waves.", "VI1"),
        # a strong painkiller in one sentence, what it did in the next
        ("I take morphine patches and doubled them. My husband can hardly wake me and my breathing is slow.", "ME1"),
        ("I'm 29 weeks and since lunch I'm getting tightenings every ten minutes.", "PG1"),
        (
            "For eight months my fingers have been clumsy and I've started to walk like a drunk, worse each month.",
            "CC2",
        ),
        ("My kidneys failed and I'm on dialysis. Back pain, temperature 38.8 tonight.", "SI1"),
        ("I'm 22 weeks and it burns to pee and my loin hurts.", "PG2"),
        ("She's nine, fever 39, holding her hip and refuses to stand.", "PA1"),
        ("Hip replaced in 2012, lately an ache when I first get up, otherwise well.", "PO3"),
        ("The front of my left foot is odd. It won't come up, it catches on the edge of the mat.", "MD2"),
        ("My youngest is six. He still has a limp after five days, his brother has none.", "PA2"),
        ("I'm on prednisolone for COPD and since lifting a crate my back is awful.", "FR3"),
        ("My hip hurts so much that I can't put weight on it since I slipped.", "FR1"),
        ("I wish I was gone.", "SH2"),
        ("Dad's knee replacement is old. It blew up red and hot overnight and he's feverish.", "SJ1"),
        ("He's a hard lump in his groin that used to pop back in. Today it's stuck and really painful.", "VI1"),
        ("If I didn't wake up tomorrow it would be a mercy.", "SH2"),
        ("For over a year I've leaked when my back's bad, no change. I've not shown anyone.", "CE3"),
        ("There's a patch front to back, can't feel the flannel there. Back trouble since Friday.", "CE1"),
        ("Wind came out and I couldn't have stopped it, my back end has no grip since the disc slipped.", "CE1"),
        ("Started as right sided sciatica. Woke today and the left one is doing exactly the same thing.", "CE2"),
        ("I could tap my foot yesterday. Now nothing below the knee does what it's told.", "MD1"),
        ("Nana slid off the toilet. Her foot's pointing out to the side and she can't stand.", "FR1"),
        ("Something ripped in my back and it's gone through to my chest, I'm in a cold sweat.", "AO1"),
        ("My foot went to nothing in an hour. It's the colour of candle wax and freezing.", "LI1"),
        ("36 weeks and the baby hasn't moved since last night.", "PG1"),
        ("My wife is 36 weeks and the baby hasn't moved since last night.", "PG1"),
        ("Shivery all night with this back, 38.4 when I checked.", "SI2"),
        ("The scar on my back from the operation two weeks ago has opened at the bottom, it's weeping.", "PO2"),
        # wet is wet
        ("It ran down my leg before I knew it.", "CE1"),
        ("I couldn't feel it running down my leg.", "CE1"),
        ("I have to press on my bladder to get going.", "CE1"),
        ("The bit I sit on has gone numb.", "CE1"),
        ("I took all the tablets in the house an hour ago.", "ME1"),
        ("I can't breathe now, the oxygen reading is fine.", "GE1"),
    ],
)
def test_a_sign_in_a_persons_own_words_is_found(text: str, rule: str) -> None:
    assert rule in _rules(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("My back hurts and my mammogram was clear, no lumps in the breast.", "MA6"),
        ("Lump in my breast was a cyst, scanned last year. Which stretches help my back?", "MA6"),
        ("There's a small painless lump on my hip.", "MA6"),
        ("My back pain comes in waves.", "VI2"),
        ("My sciatica is exactly the same as last year, the left leg is always worse.", "CE2"),
        ("The baby hasn't moved to her own room yet and my back aches.", "PG1"),
        ("I can feel the flannel, it's my toes that are cold.", "CE1"),
        ("The spots on the scar cream say use on the scar, mine has healed.", "PO2"),
        ("I have hot and cold packs, which for a stiff hip?", "SJ1"),
        ("If I didn't wake up so early my back would be rested.", "SH2"),
        ("Back in 2011 I had a hard, stuck lump in my groin with pain.", "VI1"),
        ("My hip is awful at night but I've no fever and no weight loss.", "SJ2"),
        ("I have osteoporosis, a pop in my hip now and then, and I'm not losing weight.", "FR4"),
        ("I thought the ache would be gone by the morning.", "SH2"),
        ("I thought it would be gone by now, this back.", "SH2"),
        ("My back aches low down, both sides, a tired ache.", "CE2"),
        ("My hip is worst when I lie on that side, and I was sick with worry.", "VI1"),
        ("I'm 68 and my hip hurts when I turn or bend.", "FR3"),
        ("On steroids for years, my groin is worse going upstairs and getting out of the car.", "FR3"),
        ("My knee buckles and I nearly went down the stairs.", "FR2"),
        ("I can't lift my leg very high because my hip is stiff.", "MD1"),
        ("I can't lift my leg very high because my hip is stiff.", "MD2"),
        ("My knees give way a bit on stairs because of arthritis.", "MD2"),
        ("My foot slaps in my new flip flops.", "MD2"),
        ("I'm 8 weeks into physio and it burns when I pee, my kidneys hurt.", "PG2"),
        ("I'm 58, periods stopped at 50, and a cramp in my pelvis came with a dizzy spell.", "PG1"),
        ("Hip replaced in 2012, now my back aches when I stand up.", "PO3"),
        ("I was pacing the room with sciatica.", "VI2"),
        ("My ankle is red hot and swollen up like a ball.", "VI1"),
        ("Seven weeks of back pain, and I wake up with my nightie drenched.", "CE1"),
        ("After twenty minutes on the loo with my phone my legs are dead, they come back in a minute.", "CE1"),
        ("My toes trip over the rug and I can't walk on my heel.", "FR1"),
        (
            "For eight months my fingers have been clumsy and I've started to walk like a drunk, worse each month.",
            "CC1",
        ),
        ("I'm hard to wake in the mornings, I snooze my alarm. Codeine helps my back.", "ME1"),
        ("I have a boil on my bum, no temperature.", "SI4"),
        ("My back was bad for half an hour, it's gone now.", "GE1"),
        ("I leak when I sneeze since the twins, but this is nothing new.", "CE1"),
        ("The kettle takes ages to boil and my back hurts, I feel feverish.", "SI1"),
        ("I've a sore abscess on my lower back and a fever.", "SI1"),
        ("There's pus in a spot on my back and I feel feverish.", "PO1"),
        ("My dog has an abscess on her back and a fever.", "SI4"),
        ("My tummy muscles hurt when I move or cough because I did two hundred sit ups.", "VI2"),
        ("I worry I'll get a clot from sitting, my leg hurts a bit.", "DV2"),
        ("Could a clot cause severe leg pain?", "DV2"),
        ("I'm bone tired and my boots are dirty.", "MA4"),
        ("I had a kidney infection, took antibiotics and it cleared. My back aches from digging.", "VI2"),
        ("I've leaked a bit since I had my son.", "CE1"),
        ("I've leaked when I sneeze ever since my daughter was born.", "CE1"),
        ("The pain runs down my leg.", "CE1"),
        ("A burning pain ran down my leg.", "CE1"),
        ("It feels like water trickling down my leg.", "CE1"),
        ("There's a warm trickling feeling down my leg, like water.", "CE1"),
        ("I can't wear tight jeans because they press on my bladder.", "CE1"),
        ("My leg goes numb when I sit on the sofa.", "CE1"),
        ("My foot goes to sleep when I sit on it.", "CE1"),
        ("Electric shocks near my back passage, no numbness, and I can control everything.", "CE1"),
        ("A sharp pain by my bum hole, feeling and bowels are fine.", "CE1"),
        ("My legs are weak because I've been in bed with flu.", "CE2"),
        ("My foot goes dead all day.", "MD2"),
        ("My foot goes dead all day.", "LI2"),
        ("I had TB of the spine as a child and took all the tablets for a year. My back aches.", "SH1"),
        ("Almost every afternoon it feels like I can't breathe, my sats are normal.", "GE1"),
        ("I was diagnosed with Charcot-Marie-Tooth ten years ago. My legs are weak.", "CE2"),
    ],
)
def test_a_look_alike_in_a_persons_own_words_is_let_be(text: str, rule: str) -> None:
    assert rule not in _rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "Electric shocks near my back passage, no numbness, and I can control everything.",
        "Shooting pain round my anus since my sciatica started.",
        "My bum gets zaps like lightning.",
    ],
)
def test_pain_near_the_back_passage_is_asked_about_first(text: str) -> None:
    assert "Q1" in _after(text).questions


@pytest.mark.parametrize(
    "text", ["My foot goes dead all day.", "My foot falls asleep all day.", "My foot goes numb all day."]
)
def test_a_numb_foot_is_the_same_by_any_name(text: str) -> None:
    found = _after(text)
    assert (found.level.label, found.questions) == ("none", ("Q1", "Q3", "Q7"))


def test_a_boil_with_fever_and_a_bad_spine_is_more_than_a_boil() -> None:
    assert "SI1" in _rules("I've a boil on my bum, my spine is in agony and I've a fever.")


def test_a_lump_has_a_card_and_questions_of_its_own() -> None:
    found = _after("A lump in my thigh is getting bigger.")
    card = card_for(found, "GB")
    assert card is not None
    assert all("lump" in item for item in card.items)
    assert not any("pee" in question.text or "legs" in question.text for question in questions_for(found))


def test_a_small_lump_is_asked_about() -> None:
    assert _after("There's a tiny lump in my groin, soft, no pain.").questions == ("Q28",)


def test_a_boil_with_fever_has_a_card_of_its_own() -> None:
    card = card_for(_after("My son has a boil on his bottom and a temperature."), "GB")
    assert card is not None
    assert "boil" in card.items[0]


@pytest.mark.parametrize(
    ("turns", "level"),
    [
        (
            ("Which stretches help sciatica?", "Another thing, since this morning I can hardly start a wee."),
            "emergency",
        ),
        (("I've got sciatica.", "I keep tripping over that foot, the toes don't come up."), "same_day"),
        (("Can sciatica make you wet yourself?", "No, it hasn't happened to me."), "none"),
        (("Can sciatica make you wet yourself?", "It happened to me, not just once."), "emergency"),
        (("I can't cope.", "Some nights I'd rather not wake up.", "No, I have no plan."), "same_day"),
        (("I get pain in my foot at night.", "Hanging it out of bed helps."), "same_day"),
        (("My back went on Monday.", "I haven't peed since this morning."), "emergency"),
        (("I'm on naproxen for my back.", "I've hardly peed today."), "same_day"),
    ],
)
def test_what_a_later_turn_adds_decides(turns: tuple[str, ...], level: str) -> None:
    assert _after(*turns).level.label == level
