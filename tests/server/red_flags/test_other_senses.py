"""Words of signs used in another sense raise nothing; the same words in earnest still do."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.clauses import split_sentences
from server.red_flags.explain import UserText
from server.red_flags.levels import Level
from server.red_flags.lexicon import load_lexicon
from server.red_flags.other_senses import compile_turn, hidden_places
from server.red_flags.phrases import Wording
from server.red_flags.words import read_known_words, read_ordinary_words


def _rules(text: str) -> set[str]:
    return {hit.rule for hit in assess([UserText(text)]).hits}


def _level(text: str) -> Level:
    return assess([UserText(text)]).level


def _hidden(text: str) -> str:
    wording = Wording(tuple(text.split()))
    return " ".join(wording.words[place] for place in sorted(hidden_places(wording)))


@pytest.mark.parametrize(
    ("source", "text", "hidden"),
    [
        ("put * down for !good", " they put my name down for it ", "put my name down for "),
        ("put * down for !good", " put me down for good ", None),
        ("sore [spot|spots]", " a sore spot here ", "spot "),
        ("knock # minutes off", " knock two minutes off ", "knock two minutes off "),
        ("by+the sea? wind", " by the wind ", "by the wind "),
    ],
)
def test_a_turn_of_phrase_hides_its_words_or_those_in_brackets(source: str, text: str, hidden: str | None) -> None:
    found = compile_turn(source).pattern.search(text)
    assert (found and found.group("hidden")) == hidden


@pytest.mark.parametrize("source", ["* down?", "put (me) down", "[put down"])
def test_a_turn_that_cannot_be_read_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"cannot read|names no word"):
        compile_turn(source)


def test_only_the_words_of_the_turn_are_hidden() -> None:
    assert _hidden("the surgeon put me down for a scan and i cannot pee") == "put me down for"
    assert _hidden("my saddle area is numb") == ""


def test_what_is_hidden_is_cut_from_what_the_reader_is_shown() -> None:
    text = "We hit the gym hard. My back is a bit sore."
    first = split_sentences(text, load_lexicon())[0]
    assert first.shown(text) == "We    hard"


@pytest.mark.parametrize(
    "text",
    [
        "The surgeon has put me down for a discectomy next month, my sciatica is better.",
        "They put my name down for the spinal class.",
        "My colleagues put me down for being slow since my back went.",
        "The needle went in here, my lower back aches when I lift the car seat.",
        "The car seat is too low, what cushion helps my hip when driving?",
        "I had a blast at the wedding but my hips ache from dancing.",
        "This commute is awful, my hip aches at every red light.",
        "I burned the roast because I was stretching my back on the floor.",
        "I have fair skin that burned every summer, my back is stiff.",
        "My back and shoulders are red and hot from sunburn, can I stretch my back?",
        "My legs turned to jelly when I saw the price, and my back is stiff.",
        "My kitchen sink leaks and mopping made my back stiff.",
        "I care for incontinent residents, how do I protect my back?",
        "I lost thousands of pounds on a quack cure for my back.",
        "I plan to jump on the train to Leeds tomorrow, how do I sit with my back ache?",
        "Is a black kneeling stool better than a chair for my back?",
        "I lost control of my temper because of this back ache.",
        "My hay fever makes me sneeze and my back is stiff.",
        "The temperature dropped to minus five and my hip aches.",
        "I had a fit of the giggles and my back twinged.",
        "I passed out the flyers at the fair and my back aches.",
        "I blacked out the windows, my back is still stiff.",
        "I shed a few tears when my back scan came back normal.",
        "The bank balance is poor and I cannot pay the osteopath for my back.",
        "I said goodbye to sugar, does that help hip arthritis?",
        "My new bike saddle is hard, numb thumbs and a stiff back come with it.",
        "A wart on my foot makes me limp a bit, can this upset my hip?",
        "I bent forward over the sink and my back twinged.",
        "I fit in some stretches for my back, a few minutes on the floor.",
        "I slipped on my shoes without bending because of my stiff back.",
        "The gabapentin knocked me out for the night, my back is stiff.",
        "The wind tore our tent and we slept on gravel, back stiff.",
        "I've a chest cold and coughing makes my back twinge, which position helps?",
        "I dress sitting down because my hip is stiff, which aids are there?",
        "I gained a stone in lockdown and my hip aches on stairs.",
        "I need to drop a dress size before the wedding, is running ok with a bad back?",
        "My feet are like blocks of ice in bed, and my back is fine.",
        "We lost our match, I lost my voice, and my back is a bit sore.",
        "Temperatures soared and I dug the pond, back aches.",
        "I took everything out of the loft and my back aches.",
        "Explain foot drop to me, I study physiotherapy.",
        "I wee more when I drink tea, my back is stiff.",
        "I get a twinge when I sneeze, gone in a second, back fine otherwise.",
    ],
)
def test_a_harmless_turn_of_phrase_raises_nothing(text: str) -> None:
    assert _level(text) is Level.NONE


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Just put me down like a dog, I can't take this back any longer.", "SH2"),
        ("They should put me down, I'm no use to anyone with this back.", "SH2"),
        ("If I was a horse they would have put me down by now and I'd be glad of it.", "SH2"),
        ("Put me down for good, my back has beaten me, they should put me down.", "SH2"),
        ("I'd be better off six feet under than with this back.", "SH2"),
        ("They put me down for a scan but since last night I cannot pee.", "CE1"),
        ("I lifted the car seat yesterday and now my bum has gone numb.", "CE1"),
        ("I wet the car seat on the way home and never noticed, my back hurts.", "CE1"),
        ("The bike saddle isn't to blame, my crotch has been numb for three days.", "CE1"),
        ("I can't tell hot water from cold when I wash my bum, my back hurts.", "CE1"),
        ("It feels like I'm sat on a bean bag since Tuesday, my back hurts.", "CE1"),
        ("I lost control of my bladder and of my temper, my back hurts.", "CE1"),
        ("I have lost control of my bladder and it hurts in my back.", "CE1"),
        ("My legs feel like jelly since the weekend and I lurch into walls.", "CC1"),
        ("There was a blast at the works and my back has hurt since.", "FR2"),
        ("A heavy beam fell on me at work and my back hurts.", "FR2"),
        ("My skin is burning up and my back is agony.", "SI2"),
        ("I caught the sun, but now I have shivers and my back aches terribly.", "SI2"),
        ("I plan to jump in front of the train tomorrow, this back has beaten me.", "SH1"),
        ("My jeans are hanging off me, I haven't dieted, and my back aches.", "MA4"),
        ("I lost 20 pounds for no reason and my back aches.", "MA4"),
        ("My foot hangs limp since Monday.", "MD2"),
        ("My poo is black as tar, I sat on a bar stool and take naproxen.", "ME1"),
        ("Spewed blood after the ibuprofen.", "ME1"),
        ("I think my waters have gone but it might be wee", "PG1"),
        ("Clear fluid is pouring from my back wound and my head's splitting when I stand", "PO1"),
        ("All five toes on the left dead, won't bend", "MD2"),
        ("Our baby keeps one leg curled up and won't kick it", "PA1"),
        ("I've got a bad back but I also feel hot and shivery and I had a boil lanced a fortnight ago", "SI1"),
        ("I have a tampon in and can't feel it going in or coming out", "CE1"),
        ("I can't quite feel myself when I sit on the lavatory", "CE1"),
        ("I can't lift my foot, my thigh's weak, it's been getting worse since Friday", "MD1"),
        ("He's out for the count on diazepam and won't answer", "ME1"),
        ("Nan fell off her chair, her leg is turned out and we cannot lift her.", "FR1"),
        ("Nan went over on the step and her foot points to the wall.", "FR1"),
        ("A tearing pain in my chest and back, I have gone grey.", "AO1"),
        ("My feet have gone cold and white since this morning.", "LI1"),
        ("Since the car accident I leak like a broken tap.", "CE1"),
        ("Had an accident in bed last night, first since I was a kid, and my sciatica is bad.", "CE1"),
        ("On the train seat I wet myself without noticing, sciatica for weeks.", "CE1"),
        ("He had a fit in the car on the way, first ever.", "GE1"),
        ("I was knocked out at work by a beam and threw up twice.", "GE1"),
        ("I slipped on my slippers on the wet floor, I'm 79, my hip is sore but I can walk.", "FR3"),
        ("Lost control of the car because my leg would not move at all, back pain since yesterday.", "MD1"),
    ],
)
def test_the_same_words_in_earnest_are_found(text: str, rule: str) -> None:
    assert rule in _rules(text)


@pytest.mark.parametrize(
    "word", ["itch", "spewed", "shaving", "bandaging", "exertion", "contraception", "wheezing", "sunburn"]
)
def test_an_ordinary_word_is_no_slip_of_the_pen(word: str) -> None:
    assert load_lexicon().clean(word) == (word,)


@pytest.mark.parametrize(("slip", "meant"), [("bladdr", "bladder"), ("shivring", "shivring"), ("tinglng", "tingling")])
def test_a_slip_of_the_pen_is_still_mended(slip: str, meant: str) -> None:
    assert load_lexicon().clean(slip) == (meant,)


def test_the_two_lists_of_words_do_not_overlap() -> None:
    assert not read_known_words() & read_ordinary_words()
