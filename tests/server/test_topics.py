"""Topics: what is talked of, whose complaint it is, and what somebody goes back to."""

from __future__ import annotations

import pytest

from server.operations_told import had_done
from server.topics import Turn, earlier_topic, topic_of, topic_of_owner, turn_about
from server.whose import Owner, owner_of

BOTH = (
    Turn("I've got piriformis syndrome and my wife has hip arthritis"),
    Turn("what stretches help me for piriformis syndrome"),
)


@pytest.mark.parametrize(
    ("text", "owner"), [("can she drive", "she"), ("and his", "he"), ("back to mine", "own"), ("can I drive", None)]
)
def test_a_message_says_whose_complaint_it_is_about(text: str, owner: Owner | None) -> None:
    assert owner_of(text) == owner


def test_each_person_has_a_topic_of_their_own() -> None:
    assert topic_of_owner("she", BOTH) == "hip arthritis"
    assert topic_of_owner("own", BOTH) == "piriformis syndrome"
    assert topic_of_owner("he", BOTH) == ""


def test_a_conversation_about_one_person_needs_no_owners() -> None:
    assert topic_of_owner("he", (Turn("my dad has sciatica"), Turn("what helps sciatica"))) == ""


def test_an_earlier_subject_is_found_by_a_part_of_its_name() -> None:
    turns = (Turn("I have outer hip pain"), Turn("what is sciatica"), Turn("how long does sciatica last"))
    assert earlier_topic("hip", turns) == ("outer hip pain", 0)
    assert earlier_topic("sciatica", turns) == ("sciatica", 2)
    assert earlier_topic("work", turns) is None


def test_a_question_is_found_again_by_most_of_its_words() -> None:
    turns = (Turn("turning over in bed with pelvic girdle pain"), Turn("swimming with pelvic girdle pain"))
    assert turn_about("turning in bed", turns) == 0
    assert turn_about("the moon and the stars", turns) is None


def test_what_something_was_compared_with_is_not_the_topic() -> None:
    asked = Turn("what is the difference between claudication and spinal stenosis", "comparison")
    assert topic_of((Turn("what is claudication"), asked)) == "claudication"


def test_a_subject_that_names_a_child_is_not_said_to_be_in_children() -> None:
    assert topic_of((Turn("my child has a limp and a limping child worries me"),)) == "limping child"


def test_a_new_hip_is_talked_of_as_a_hip_replacement() -> None:
    assert topic_of((Turn("waiting for a new hip in January"),)) == "hip replacement"


def test_what_was_said_to_hurt_goes_before_the_title_that_was_quoted() -> None:
    medicines = Turn("can he take ibuprofen", titles=("Medicines for back, hip and sciatica pain",))
    arthritis = Turn("how is arthritis diagnosed", titles=("Axial spondyloarthritis",))
    assert topic_of((Turn("pain in his groin"), medicines)) == "groin pain"
    assert topic_of((Turn("pain in his groin"), arthritis)) == "groin pain"
    assert topic_of((medicines,)) != "sciatica"


def test_what_somebody_has_besides_goes_behind_what_hurts() -> None:
    told = Turn("mum is 82 with osteoporosis and her back suddenly hurts")
    assert topic_of((told,)) == "back pain with osteoporosis"
    assert topic_of((told, Turn("is back pain with osteoporosis a fracture"))) == "back pain with osteoporosis"
    assert topic_of((Turn("what is osteoporosis of the spine"),)) == "osteoporosis"


def test_a_numb_thigh_is_not_said_to_hurt() -> None:
    assert topic_of((Turn("numb patch on my outer thigh"),)) == "thigh numbness"
    assert topic_of((Turn("stiff hips in the morning"),)) == "hip stiffness"
    assert topic_of((Turn("my thigh is numb and hurts"),)) == "thigh pain"


def test_what_somebody_had_done_goes_behind_what_hurts() -> None:
    told = Turn("I had keyhole surgery on my hip in May")
    assert topic_of((told,)) == "hip pain after keyhole surgery"
    assert topic_of((told, Turn("running with hip pain after keyhole surgery"))) == "hip pain after keyhole surgery"
    assert topic_of((Turn("do I need surgery on my hip"),)) == "hip pain"


def test_going_back_names_no_back() -> None:
    assert topic_of((Turn("my hip hurts"), Turn("should I go back to the surgeon"))) == "hip pain"
    assert topic_of((Turn("pain from my back to my foot"),)) == "back pain"


def test_an_exercise_said_as_a_wish_is_named() -> None:
    assert topic_of((Turn("what exercises stop falls"),)) == "balance exercises"


def test_a_word_that_was_asked_about_is_not_the_topic() -> None:
    assert topic_of((Turn("my groin hurts"), Turn("what does adductor mean"))) == "groin pain"
    assert topic_of((Turn("what does sciatica mean"),)) == "sciatica"


def test_it_is_the_mother_whose_back_hurts_after_a_birth() -> None:
    assert topic_of((Turn("my wife had our baby 8 weeks ago and her back hurts"),)) == "low back pain after birth"


def test_knees_that_only_say_where_a_pillow_goes_are_not_what_hurts() -> None:
    assert topic_of((Turn("my hip hurts"), Turn("pillow between knees"))) == "hip pain"


def test_being_back_at_work_names_no_back() -> None:
    assert topic_of((Turn("my hip hurts"), Turn("how long before im back on site"))) == "hip pain"


@pytest.mark.parametrize(
    ("told", "topic"),
    [
        ("outer hip hurts at night, gp says bursitis", "hip bursitis"),
        ("my hip hurts at night, the scan showed avascular necrosis", "avascular necrosis"),
        ("my hip hurts at night, gp says it's not bursitis", "hip pain at night"),
    ],
)
def test_what_somebody_was_told_they_have_goes_before_how_it_feels(told: str, topic: str) -> None:
    assert topic_of((Turn(told),)) == topic


def test_the_back_of_a_leg_is_no_back() -> None:
    assert topic_of((Turn("the back of my leg hurts"),)) == "leg pain"
    told = Turn("pain down the back of my right leg to the foot")
    assert topic_of((told,)) == "pain down the leg"
    assert topic_of((told, Turn("a scan for pain down the leg"))) == "pain down the leg"
    assert topic_of((Turn("my back and my leg hurt"),)) == "back pain"


def test_a_baby_that_is_lifted_is_not_who_hurts() -> None:
    assert topic_of((Turn("my back went lifting the baby"),)) == "sudden back pain"
    assert topic_of((Turn("my toddler has a sore hip"),)) == "sore hip in children"


@pytest.mark.parametrize(
    ("told", "topic", "is_done"),
    [
        ("had my left hip replaced 4 weeks ago", "hip replacement", True),
        ("told I need a hip replacement", "hip replacement", False),
        ("had a microdiscectomy 10 days ago", "microdiscectomy", True),
        ("fell and broke her hip, had the op on tuesday", "hip fracture", True),
        ("had a spinal fusion L4/5 in march", "spinal fusion", True),
        ("I had a labral repair 6 weeks ago", "labral repair", True),
        ("I had surgery on my hip in May", "hip pain after surgery", False),  # the words say so already
    ],
)
def test_an_operation_that_is_over_is_told_from_one_to_come(told: str, topic: str, *, is_done: bool) -> None:
    assert topic_of((Turn(told),)) == topic
    assert had_done(topic, [told]) is is_done


def test_pain_that_comes_on_walking_is_said_to() -> None:
    assert topic_of((Turn("dad gets pain in both legs when he walks"),)) == "leg pain when walking"
    assert topic_of((Turn("injections for leg pain when walking"),)) == "leg pain when walking"
    assert topic_of((Turn("is walking good for leg pain"),)) == "leg pain"


def test_whose_pain_it_is_is_told_from_ages_and_births() -> None:
    assert topic_of((Turn("my son is 14 and has hip pain"),)) == "hip pain in teenagers"
    assert topic_of((Turn("sacroiliac joint pain since I had my second baby"),)) == "sacroiliac joint pain after birth"


def test_a_baby_to_come_is_a_pregnancy_and_no_patient() -> None:
    assert topic_of((Turn("baby's due in 5 weeks and my back is agony"),)) == "back pain in pregnancy"
    assert topic_of((Turn("my kids are small and my hip hurts"),)) == "hip pain"
    assert topic_of((Turn("can we try for a baby with sciatica"),)) == "sciatica"


def test_weak_bones_go_behind_a_pain_with_a_name() -> None:
    told = Turn("my mother has osteoporosis, sudden back pain after sneezing")
    topic = "sudden back pain with osteoporosis"
    assert topic_of((told,)) == topic
    assert topic_of((told, Turn(f"does she need to lie down with {topic}"))) == topic


def test_a_place_that_hurts_in_pregnancy_stays_that_pain() -> None:
    told = Turn("I'm 26 weeks pregnant and my pelvis at the front is agony")
    topic = "pelvis pain in pregnancy"
    assert topic_of((told,)) == topic
    assert topic_of((told, Turn(f"is {topic} dangerous for the baby"))) == topic


@pytest.mark.parametrize(
    ("told", "topic"),
    [
        ("pains in my bum for weeks", "pain in the bum"),
        ("numb patch on my thigh", "thigh numbness"),
        ("is thigh numbness coming from my back", "thigh numbness"),
        ("what helps pain in the bum", "pain in the bum"),
        ("the outside of my hip hurts", "outer hip pain"),
        ("I've got piriformis syndrome", "piriformis syndrome"),
    ],
)
def test_where_it_hurts_is_no_diagnosis(told: str, topic: str) -> None:
    """The term list knows what such words mostly stand for, but nobody has said that this person has it."""
    assert topic_of((Turn(told),)) == topic


def test_a_joint_that_hurts_is_said_to() -> None:
    assert topic_of((Turn("my si joint is killing me 12 weeks after having my baby"),)) == "si joint pain after birth"


def test_a_disc_told_by_its_level_is_called_by_its_name() -> None:
    assert topic_of([Turn("L5-S1 bulge touching the nerve root, will it go back in by itself?")]) == "slipped disc"
    assert topic_of([Turn("what helps a bulging disc")]) == "bulging disc"
