"""Rules D13 to D19: pregnancy, children, hip blood supply, operations, medicines, self-harm, general emergencies."""

from __future__ import annotations

from server.red_flags.facts import Status
from server.red_flags.levels import Level
from server.red_flags.rules import Facts, View, both, first, rule
from server.red_flags.rules_nerves import BLADDER, SPINE

_PAST_BEARING = 56.0
_MIDWAY = 20  # weeks of pregnancy
CHILD_PAIN = ("hip_groin_pain", "knee_pain", "one_leg_pain", "limp")


@rule(
    "PG1",
    "pregnancy_gynae",
    Level.EMERGENCY,
    "Possible early pregnancy with severe or one-sided pain, shoulder-tip pain, faintness or heavy bleeding; "
    "danger signs later.",
    "S27",
)
def pg1(view: View) -> Facts:
    """Return the evidence for PG1."""
    if view.aged(_PAST_BEARING):
        return ()
    maybe = view.risk("possibly_pregnant", "pregnant")
    told_late = any((f.value or 0) >= _MIDWAY for f in view.risk("pregnant"))  # no ectopic pregnancy then
    low = () if told_late else view.has("low_pelvic_pain", "belly_pain")
    alarm = view.has("shoulder_tip", "collapse", "clammy", "heavy_bleeding", "belly_pain_severe") or both(
        low, view.has("severe_pain", "one_sided", "sudden_onset")
    )
    early = any((f.value or 40) < _MIDWAY for f in view.risk("pregnant"))
    late = () if early else view.has("waters_tightenings", "preeclampsia", "baby_moving_less", "vaginal_bleeding")
    torsion = both(view.has("low_pelvic_pain"), view.has("severe_pain", "sudden_onset"), view.has("vomiting"))
    return first(both(maybe, alarm), both(view.risk("pregnant"), late), torsion)


@rule(
    "PG2",
    "pregnancy_gynae",
    Level.SAME_DAY,
    "Possible pregnancy with low pain or spotting; pregnant or newly delivered with fever, urinary symptoms, "
    "loin or calf pain.",
    "S27",
)
def pg2(view: View) -> Facts:
    """Return the evidence for PG2."""
    early = tuple(f for f in view.risk("pregnant") if f.value is not None and f.value < 20)
    late = any((f.value or 0) >= 20 for f in view.risk("pregnant"))
    maybe = (
        ()
        if late
        else both(
            view.risk("possibly_pregnant") or early,
            view.has("low_pelvic_pain", "back_pain", "vaginal_bleeding", "belly_pain"),
        )
    )
    ill = both(view.risk("pregnant", "newly_delivered"), view.has("fever", "pee_burning", "loin_pain", "calf_swollen"))
    return first(maybe, ill, _unexplained_bleeding(view))


def _unexplained_bleeding(view: View) -> Facts:
    """Return bleeding outside a period with low pain: a pregnancy is possible unless denied or past the age."""
    denied = any(f.feature in ("pregnant", "possibly_pregnant") and f.status is Status.DENIED for f in view.facts)
    if denied or view.is_child or view.aged(_PAST_BEARING):
        return ()
    return both(view.fresh("unexplained_bleeding"), view.has("low_pelvic_pain", "back_pain", "belly_pain"))


@rule(
    "PG3",
    "pregnancy_gynae",
    Level.SOON,
    "Bleeding after the menopause, or persistent bloating at 50 or over with pelvic or back pain.",
    "S27",
)
def pg3(view: View) -> Facts:
    """Return the evidence for PG3."""
    bloated = (
        both(view.has("bloating"), view.has("low_pelvic_pain", *SPINE, "belly_pain", "hip_groin_pain"))
        if view.aged(50)
        else ()
    )
    return first(view.has("postmenopausal_bleeding"), bloated)


def _child_leg(view: View) -> Facts:
    return view.has(*CHILD_PAIN, "wont_stand", "cannot_weight_bear", "both_legs", "baby_leg") if view.is_child else ()


@rule(
    "PA1",
    "paediatric_hip",
    Level.EMERGENCY,
    "A child with limp or leg pain and fever who will not stand; a sudden inability to walk at 8 to 16; a baby "
    "not moving a leg; a sick child.",
    "S28 S29 S30",
)
def pa1(view: View) -> Facts:
    """Return the evidence for PA1."""
    leg = _child_leg(view)
    if not leg:
        return ()
    stuck = view.has("wont_stand", "cannot_weight_bear")
    ill = both(leg, view.has("fever", "unwell"), stuck)
    teen = (
        both(
            stuck,
            view.has("hip_groin_pain", "knee_pain", "one_leg_pain", "sudden_onset", "fall", "knock_seen", "pop_give"),
        )
        if view.aged(8, 16)
        else ()
    )
    baby = view.has("baby_leg") if view.age is None or view.age < 2 else ()
    hurt = view.has("fall", "high_energy", "knock_seen") and not view.lasting(3, "limp")  # else PA2: a foot turned out
    deformed = view.has("leg_deformed") if hurt else ()
    return first(ill, teen, baby, deformed, both(leg, view.has("sick_child", "confused_drowsy", "sepsis_signs")))


@rule(
    "PA2",
    "paediatric_hip",
    Level.SAME_DAY,
    "A child who will not take weight but is well, limps over 48 hours or under 3 years, has hip or knee pain "
    "with limp, or fever with limp.",
    "S28 S29 S30",
)
def pa2(view: View) -> Facts:
    """Return the evidence for PA2."""
    if not view.is_child:
        return ()
    limp = view.has("limp")
    stuck = view.has("wont_stand", "cannot_weight_bear")
    pain = view.has("hip_groin_pain", "knee_pain", "one_leg_pain")
    if stuck:
        return stuck
    if view.has("growing_pains") and not limp:
        return ()
    lasting = tuple(f for f in limp if f.days is not None and f.days >= 2)
    if view.has("improving") and not view.has("fever"):
        return ()
    small = limp if view.age is not None and view.age < 3 else ()
    big = both(limp, pain) if view.aged(8, 16) else ()
    bone = both(view.has("bruises_pale"), view.has("night_pain", *CHILD_PAIN, *SPINE))
    back = both(view.has(*SPINE), view.has("fever", "leg_weak", "leg_numb", "both_legs", "unsteady", "foot_drop"))
    long = both(limp, tuple(f for f in view.facts if f.days is not None and 2 <= f.days < 4000 and f in (*limp, *pain)))
    return first(both(limp or pain, view.has("fever")), lasting, long, small, big, bone, back)


@rule(
    "PA3",
    "paediatric_hip",
    Level.SOON,
    "Back pain over four weeks under 10, or night back pain in a child or teenager who is otherwise well.",
    "S28",
)
def pa3(view: View) -> Facts:
    """Return the evidence for PA3."""
    if not (view.is_child or view.aged(0, 17)):
        return ()
    long = view.lasting(28, *SPINE) if view.aged(0, 10) else ()
    return first(long, both(view.has(*SPINE), view.has("night_pain", "second_half_night")))


@rule(
    "AV1",
    "avascular_necrosis",
    Level.SOON,
    "Over two weeks of groin or hip pain with steroids, heavy alcohol, sickle cell, lupus, transplant, diving or "
    "an earlier hip injury.",
    "S31",
)
def av1(view: View) -> Facts:
    """Return the evidence for AV1."""
    risk = view.risk(
        "steroids_long", "alcohol_heavy", "sickle_cell", "lupus", "immune_low", "diving", "hip_dislocated_before"
    )
    return both(view.has("hip_groin_pain"), risk)


@rule(
    "PO1",
    "post_op",
    Level.EMERGENCY,
    "After hip replacement: clunk, severe pain, short leg or cannot stand; wound with fever; after spinal "
    "surgery: nerve signs, fever with worse pain, a watery leak with headache, or a headache upright with fever, "
    "confusion or lost sight.",
    "S32",
    version="1.1.0",
)
def po1(view: View) -> Facts:
    """Return the evidence for PO1."""
    hip = view.risk("hip_replacement")
    jolt = both(
        hip,
        view.has("clunk", "leg_deformed", "sudden_onset", "severe_pain"),
        view.fresh("severe_pain", "leg_deformed", "cannot_weight_bear"),
    )
    septic = both(view.has("wound_bad"), view.has("fever", "unwell"))
    spine = view.within(92, "spine_procedure")
    nerve = both(spine, view.fresh("leg_weak", "foot_drop", "leg_gives_way", *BLADDER, "leg_paralysed", "both_legs"))
    hot = both(spine, view.has("fever"), view.has("progressive_pain", "severe_pain", "back_pain"))
    leak = both(
        view.has("csf_leak"), spine or view.risk("joint_operation") or view.has("back_pain", "temporal_headache")
    )
    ill = both(spine, view.has("upright_headache"), view.has("fever", *_BRAIN_SIGNS))
    return first(jolt, septic, nerve, hot, leak, ill)


# Signs with which a headache after a spinal procedure is more than a leak that usually closes by itself.
_BRAIN_SIGNS = ("confused_drowsy", "seizure", "vision_loss", "stroke_signs", "collapse")


@rule(
    "PO2",
    "post_op",
    Level.SAME_DAY,
    "Wound leaking, opening, hotter, redder or more swollen; pain getting worse within six weeks; a fall on a "
    "new joint; after a spinal procedure a headache that comes upright and goes lying flat.",
    "S32",
    version="1.1.0",
)
def po2(view: View) -> Facts:
    """Return the evidence for PO2."""
    operated = view.within(50, "hip_replacement", "joint_operation", "spine_procedure")
    recent = tuple(f for f in operated if f.days is not None)
    worse = both(
        recent,
        view.has("progressive_pain", "pain_worse_postop"),
        view.has("hip_groin_pain", "knee_pain", *SPINE, "severe_pain", "progressive_pain"),
    )
    fallen = both(view.risk("hip_replacement"), view.has("fall"))
    # A leg ulcer that weeps is no wound of an operation: LI2.
    ulcer = view.has("black_toe") and not view.risk("hip_replacement", "joint_operation", "spine_procedure")
    headache = both(view.within(92, "spine_procedure"), view.has("upright_headache"))
    return first(() if ulcer else view.has("wound_bad"), worse, fallen, headache)


@rule(
    "PO3", "post_op", Level.ROUTINE, "A new ache, clunk or start-up pain in a replacement over a year old, well.", "S32"
)
def po3(view: View) -> Facts:
    """Return the evidence for PO3."""
    old = tuple(f for f in view.risk("hip_replacement") if f.days is not None and f.days > 300)
    here = view.has("hip_groin_pain", "clicking", "clunk", "knee_pain")
    elsewhere = view.has(*SPINE, "one_leg_pain", "both_legs")
    return both(old, here or (() if elsewhere else view.has("start_up_ache")))


@rule(
    "ME1",
    "medication",
    Level.EMERGENCY,
    "Deliberate overdose, paracetamol well over the limit, sedation with slow breathing, black stool or vomited "
    "blood, serotonin signs, a child who swallowed any, swelling of face or tongue.",
    "S33 S34",
    version="1.1.0",
)
def me1(view: View) -> Facts:
    """Return the evidence for ME1."""
    over = tuple(f for f in view.has("paracetamol_over") if (f.value or 0) > 2 or (f.days or 0) > 1.5)
    face = both(view.has("allergic_reaction"), view.has("nsaid_taken"))
    sleepy = both(view.has("opioid_taken"), view.has("hard_to_wake"))
    return first(
        view.has("overdose_deliberate"),
        over,
        view.has("sedative_toxicity"),
        sleepy,
        view.has("gi_bleed"),
        view.has("serotonin"),
        view.has("child_swallowed"),
        face,
    )


@rule(
    "ME2",
    "medication",
    Level.SAME_DAY,
    "One or two tablets over once; own anti-inflammatory with a risk; hardly peeing on anti-inflammatories; "
    "blood in the stools on anti-inflammatories or steroids; patch error; steroids stopped suddenly.",
    "S33 S34",
)
def me2(view: View) -> Facts:
    """Return the evidence for ME2."""
    risk = (
        ()
        if view.has("prescriber_knows")
        else view.risk("nsaid_risk") or tuple(f for f in view.risk("pregnant") if (f.value or 0) >= 20)
    )
    kidney = both(view.has("no_urine_all_day"), view.has("nsaid_taken"))
    return first(
        view.has("paracetamol_over"),
        both(view.has("nsaid_taken"), risk),
        kidney,
        both(view.fresh("blood_in_stool"), view.has("nsaid_taken") or view.risk("steroids_long")),
        view.has("patch_error"),
        view.has("steroid_stopped"),
    )


@rule(
    "ME3",
    "medication",
    Level.SOON,
    "Lasting indigestion on anti-inflammatories; needing more opioid than prescribed, running out early, withdrawal.",
    "S33 S34",
)
def me3(view: View) -> Facts:
    """Return the evidence for ME3."""
    return first(both(view.has("indigestion"), view.has("nsaid_taken")), view.has("opioid_overuse"))


@rule(
    "SH1",
    "self_harm",
    Level.EMERGENCY,
    "Plan, means, intent, goodbye, or an act in progress or just done.",
    "NICE self-harm guidance",
)
def sh1(view: View) -> Facts:
    """Return the evidence for SH1."""
    return view.has("suicide_plan")


@rule(
    "SH2",
    "self_harm",
    Level.SAME_DAY,
    "Thoughts of being dead or of suicide without a plan.",
    "NICE self-harm guidance",
)
def sh2(view: View) -> Facts:
    """Return the evidence for SH2."""
    return view.has("suicide_thoughts")


@rule(
    "GE1",
    "general_emergency",
    Level.EMERGENCY,
    "Chest pain, breathless at rest, stroke signs, collapse, fit, severe allergy, heavy bleeding, head injury "
    "with vomiting, sight changed since a neck or spine injury, sepsis signs.",
    "general knowledge: FAST, sepsis and allergy guidance",
)
def ge1(view: View) -> Facts:
    """Return the evidence for GE1."""
    head = both(view.has("head_injury"), view.has("vomiting", "confused_drowsy", "vision_loss", "collapse"))
    now = tuple(
        f
        for f in view.fresh("chest_pain", "collapse")
        if not (f.days is not None and 1.0 < f.days <= 14 and _is_event(f.feature))
    )
    return first(
        view.fresh("stroke_signs", "seizure", "allergic_reaction", "heavy_bleeding", "sepsis_signs"),
        now,
        tuple(f for f in view.fresh("breathless") if f.value is None),
        head,
        both(view.within(60, "bone_broken", "high_energy"), view.fresh("sight_changed", "vision_loss")),
    )


def _is_event(feature: str) -> bool:
    return feature == "collapse"


@rule(
    "GE2",
    "general_emergency",
    Level.SAME_DAY,
    "Chest pain or blackout 1 to 14 days ago, gone, not assessed; breath that comes and goes with normal oxygen.",
    "specification B2",
)
def ge2(view: View) -> Facts:
    """Return the evidence for GE2."""
    events = tuple(f for f in view.has("chest_pain", "collapse") if f.days is not None and 1.0 < f.days <= 14)
    return (*events, *(f for f in view.fresh("breathless") if f.value is not None))
