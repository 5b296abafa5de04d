"""Rules D8 to D12: aorta, leg arteries, clots, inflammatory disease, organs of the belly."""

from __future__ import annotations

from server.red_flags.facts import Status
from server.red_flags.levels import Level
from server.red_flags.rules import Facts, View, both, first, rule
from server.red_flags.rules_body import PAIN_SITES
from server.red_flags.rules_nerves import SITES, SPINE
from server.red_flags.treated import UNHELPED

_HALF_YEAR = 180.0
SPA_ITEMS = (
    "morning_stiff",
    "better_moving",
    "second_half_night",
    "alternating_buttocks",
    "nsaid_relief",
    "psoriasis",
    "ibd",
    "eye_inflammation_history",
    "heel_pain",
    "family_spa",
)


@rule(
    "AO1",
    "aortic",
    Level.EMERGENCY,
    "Sudden tearing pain, pain with collapse or cold sweat, a known aneurysm with pain that is not old and unchanged, "
    "or a pulsing belly with pain.",
    "S22",
    version="1.1.0",
)
def ao1(view: View) -> Facts:
    """Return the evidence for AO1."""
    pain = view.has(*SPINE, "belly_pain", "belly_pain_severe", "loin_pain", "chest_pain")
    grey = view.has("collapse", "clammy")
    known = both(view.risk("aneurysm_known"), _changed_pain(view))
    sudden = both(grey, pain, view.has("severe_pain", "sudden_onset", "belly_pain_severe", "tearing_pain"))
    pulsing = both(view.has("pulsing_belly"), pain or view.has("hip_groin_pain", "severe_pain"))
    return first(view.fresh("tearing_pain"), sudden, known, pulsing)


def _changed_pain(view: View) -> Facts:
    """Return pain near the aorta, without one half a year old or more of which nothing new or sudden is told."""
    pain = view.has(*PAIN_SITES, "belly_pain", "belly_pain_severe", "loin_pain")
    if view.has("sudden_onset", "collapse", "clammy", "tearing_pain", "progressive_pain", "getting_worse_fast"):
        return pain
    new = {f.feature for f in pain if f.is_new}
    old = {f.feature for f in pain if (f.days or 0) >= _HALF_YEAR}
    return tuple(f for f in pain if f.feature not in old - new)


@rule("AO2", "aortic", Level.SOON, "A pulse felt in the belly, without pain, not known before.", "S22")
def ao2(view: View) -> Facts:
    """Return the evidence for AO2."""
    return view.has("pulsing_belly")


@rule(
    "LI1",
    "limb_ischaemia",
    Level.EMERGENCY,
    "A leg or foot that is suddenly cold, white, blue or mottled, or toes that will not move.",
    "S23",
)
def li1(view: View) -> Facts:
    """Return the evidence for LI1."""
    return view.fresh("cold_pale_leg")


@rule(
    "LI2",
    "limb_ischaemia",
    Level.SAME_DAY,
    "Foot pain at rest or at night eased by hanging it down, a black toe, or an ulcer that does not heal.",
    "S23",
)
def li2(view: View) -> Facts:
    """Return the evidence for LI2."""
    return view.has("rest_pain_foot", "black_toe")


@rule(
    "LI3",
    "limb_ischaemia",
    Level.ROUTINE,
    "Calf, thigh or buttock ache at a fixed walking distance that goes within minutes of standing still.",
    "S23",
)
def li3(view: View) -> Facts:
    """Return the evidence for LI3."""
    return view.has("walking_distance_ache")


@rule(
    "DV1",
    "dvt_pe",
    Level.EMERGENCY,
    "Clot signs in a leg, or a recent operation, plaster, flight or pregnancy, with breathlessness, chest pain, "
    "coughing blood or fainting.",
    "S24",
)
def dv1(view: View) -> Facts:
    """Return the evidence for DV1."""
    leg = view.has("calf_swollen") or view.within(
        92, "recent_immobility", "hip_replacement", "joint_operation", "spine_procedure", "newly_delivered", "pregnant"
    )
    return first(both(leg, view.has("breathless", "chest_pain", "cough_blood", "collapse")), view.has("cough_blood"))


@rule(
    "DV2",
    "dvt_pe",
    Level.SAME_DAY,
    "One leg swollen, tender, warm, red or darker, or a tight calf, or a feared clot with severe leg pain.",
    "S24",
    version="1.1.0",
)
def dv2(view: View) -> Facts:
    """Return the evidence for DV2."""
    if view.has("fall", "knock_seen") and not view.risk("recent_immobility", "joint_operation", "hip_replacement"):
        return ()
    seen = tuple(f for f in view.has("calf_swollen") if f.is_new or f.days is None or f.days < 60)
    return first(seen, _feared_clot(view))


def _feared_clot(view: View) -> Facts:
    """Return a new severe leg pain with which the person can hardly walk and for which they fear a clot."""
    feared = tuple(
        f for f in view.facts if f.feature == "clot_feared" and f.status in (Status.PRESENT, Status.HYPOTHETICAL)
    )
    return both(feared, view.fresh("one_leg_pain"), view.has("severe_pain", "hardly_walks", "cannot_weight_bear"))


@rule(
    "IN1",
    "inflammatory",
    Level.ROUTINE,
    "Back or buttock pain for over three months that began before 45, with two or more inflammatory signs.",
    "S25",
)
def in1(view: View) -> Facts:
    """Return the evidence for IN1."""
    items = (
        *view.has(*SPA_ITEMS),
        *(f for f in view.risk("psoriasis", "ibd", "eye_inflammation_history", "family_spa")),
    )
    if len({f.feature for f in items}) < 2 or view.aged(51) or view.is_child:
        return ()
    pain = view.has(*SPINE, "hip_groin_pain", "alternating_buttocks", "morning_stiff")
    long = any((f.days or 0) >= 80 for f in view.facts) or (view.age is None and len({f.feature for f in items}) >= 3)
    return both(pain, items) if long or len({f.feature for f in items}) >= 3 else ()


@rule(
    "IN2",
    "inflammatory",
    Level.SAME_DAY,
    "Inflammatory back pain signs with a red, painful, light-sensitive eye.",
    "S25",
)
def in2(view: View) -> Facts:
    """Return the evidence for IN2."""
    return both(
        view.has("eye_red"),
        view.has(*PAIN_SITES, *SPA_ITEMS) or view.risk("psoriasis", "ibd", "family_spa", "eye_inflammation_history"),
    )


@rule(
    "IN3",
    "inflammatory",
    Level.SOON,
    "50 or over with stiff shoulders and hips over 45 minutes, or several new swollen joints.",
    "S25",
)
def in3(view: View) -> Facts:
    """Return the evidence for IN3."""
    girdle = view.has("girdle_stiff") if view.age is None or view.age >= 50 else ()
    return first(girdle, view.has("several_joints_swollen"))


@rule(
    "IN4",
    "inflammatory",
    Level.EMERGENCY,
    "50 or over with new headache, scalp tenderness or jaw pain, and sight lost or double.",
    "S25",
)
def in4_sight(view: View) -> Facts:
    """Return the evidence for IN4 with loss of sight."""
    return both(view.has("temporal_headache", "jaw_pain", "girdle_stiff"), view.has("vision_loss"))


@rule(
    "IN4",
    "inflammatory",
    Level.SAME_DAY,
    "50 or over with new headache, scalp tenderness or jaw pain on chewing.",
    "S25",
)
def in4(view: View) -> Facts:
    """Return the evidence for IN4."""
    if view.aged(0, 49) or view.risk("pregnant"):
        return ()
    jaw = both(view.has("jaw_pain"), view.has("temporal_headache", "girdle_stiff"))
    scalp = both(view.has("temporal_headache"), view.has("girdle_stiff", "jaw_pain", "morning_stiff"))
    return first(jaw, scalp, view.has("jaw_pain", "temporal_headache") if view.aged(50) else ())


@rule(
    "VI1",
    "visceral",
    Level.EMERGENCY,
    "Severe belly or loin pain with collapse, rigid belly or vomiting, a sick kidney infection, a stone with "
    "fever, torsion, a stuck hernia.",
    "S26",
    version="1.1.0",
)
def vi1(view: View) -> Facts:
    """Return the evidence for VI1."""
    severe = view.has("belly_pain_severe") or both(
        view.has("belly_pain", "loin_pain"), view.has("severe_pain", "sudden_onset")
    )
    ill = both(view.within(21, "recent_infection"), view.has("confused_drowsy"))
    kidney = ill or both(
        view.has("loin_pain", "pee_burning", "back_pain"),
        view.has("fever", "pee_burning"),
        view.has("confused_drowsy", "no_urine_all_day"),
    )
    stone = both(
        view.has("colic_waves") or both(view.has("loin_pain", "belly_pain_severe"), view.has("in_waves")),
        view.has("fever") or view.risk("one_kidney"),
    )
    ball = (
        view.fresh("testicle_pain") if view.has("severe_pain", "sudden_onset", "vomiting", "belly_pain_severe") else ()
    )
    bore = both(view.has("upper_belly_to_back"), view.has("vomiting"))
    return first(
        both(severe, view.has("collapse", "rigid_belly", "vomiting")),
        kidney,
        stone,
        ball,
        both(view.has("groin_lump_stuck"), view.has("severe_pain", "groin_lump_stuck")),
        bore,
        both(view.has("rigid_belly"), view.has("belly_pain")),
    )


@rule(
    "VI2",
    "visceral",
    Level.SAME_DAY,
    "Loin or back pain with fever and urinary symptoms or with a urinary infection that treatment does not help, waves "
    "of loin-to-groin pain, pain with blood in urine, or new belly pain that every movement or cough makes worse.",
    "S26",
    version="1.1.0",
)
def vi2(view: View) -> Facts:
    """Return the evidence for VI2."""
    ache = view.has("loin_pain", "back_pain", "belly_pain", "hip_groin_pain")
    infected = both(ache, view.has("fever"), view.has("pee_burning", "blood_urine", "pee_frequency", "loin_pain"))
    signs = view.has("pee_burning", "loin_pain", "kidney_infection")
    unhelped = both(ache, tuple(f for f in signs if f.value == UNHELPED))
    return first(
        infected, unhelped, view.has("colic_waves"), both(ache, view.has("blood_urine")), _irritated_belly(view)
    )


def _irritated_belly(view: View) -> Facts:
    """Return new belly pain that every jolt makes worse, or that moved to one side with feeling sick."""
    if view.risk("pregnant"):
        return ()  # PG2 knows what is due
    belly = view.fresh("belly_pain", "belly_pain_severe", "low_pelvic_pain")
    elsewhere = view.has(*SPINE, "hip_groin_pain", "one_leg_pain")
    jolted = () if elsewhere else both(belly, view.has("jolt_pain"))
    moved = both(view.fresh("belly_shift"), view.has("feels_sick", "vomiting", "fever"))
    return first(view.fresh("belly_jolt"), jolted, moved)


@rule(
    "VI3",
    "visceral",
    Level.SOON,
    "Urinary burning with back ache, painless blood in urine, weeks of upper belly pain to the back, or lasting "
    "bowel change with back pain.",
    "S26",
)
def vi3(view: View) -> Facts:
    """Return the evidence for VI3."""
    ache = view.has(*SPINE, "loin_pain", "hip_groin_pain", "low_pelvic_pain")
    return first(
        both(view.has("pee_burning"), ache),
        view.has("blood_urine"),
        view.has("upper_belly_to_back"),
        both(view.has("bowel_habit"), view.has(*SITES)),
    )
