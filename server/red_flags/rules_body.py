"""Rules D6 and D7: fracture, cancer."""

from __future__ import annotations

from server.red_flags.levels import Level
from server.red_flags.rules import Facts, View, both, first, rule
from server.red_flags.rules_nerves import SPINE

FRAIL = ("osteoporosis", "steroids_long", "alcohol_heavy")
PAIN_SITES = (*SPINE, "hip_groin_pain")
NEAR_CHARS = 80
_OLD = 65  # at this age a back that tires counts as pain beside a new stoop


@rule(
    "FR1",
    "fracture",
    Level.EMERGENCY,
    "Fall or injury, and cannot stand, walk or move the leg, or the leg is deformed, or severe hip pain.",
    "S17 S18",
)
def fr1(view: View) -> Facts:
    """Return the evidence for FR1."""
    if view.is_child and not view.has("leg_deformed"):
        return ()
    event = view.within(30, "fall", "high_energy")
    harm = view.has("cannot_weight_bear", "leg_deformed", "leg_paralysed") or both(
        view.has("severe_pain"), view.has("hip_groin_pain")
    )
    treated = view.risk("joint_operation", "spine_procedure", "hip_replacement")
    broken = () if treated else view.within(30, "bone_broken")
    return first(
        both(event, harm),
        both(broken, view.has("cannot_move")),
        both(view.has("leg_deformed"), view.has("sudden_onset", "severe_pain", "cannot_weight_bear", "pop_give")),
    )


@rule(
    "FR2",
    "fracture",
    Level.EMERGENCY,
    "High-energy injury with spinal or pelvic pain, or a spine injury with new numbness or weakness.",
    "S6",
)
def fr2(view: View) -> Facts:
    """Return the evidence for FR2."""
    walks = view.is_child and view.has("limp") and not view.has("cannot_weight_bear", "wont_stand")
    if walks and not view.has(*SPINE):
        return ()  # PA2 knows what is due
    pain = view.has(*PAIN_SITES, "loin_pain", "one_leg_pain", "leg_numb", "leg_weak")
    is_dated = any(f.days is not None for f in view.within(30, "high_energy"))
    if pain and not is_dated and all((f.days or 0) > 60 and not f.is_new for f in pain):
        return ()  # the pain of an old injury
    nerve = view.has("leg_numb", "leg_weak", "both_legs", "saddle_numb", "foot_drop", "leg_gives_way", "leg_paralysed")
    return first(
        both(
            view.within(30, "high_energy"),
            view.has(*PAIN_SITES, "loin_pain", "one_leg_pain", "leg_numb", "leg_weak", "pop_give", "cannot_move_joint"),
        ),
        both(() if view.has("foot_drop") else view.within(30, "fall"), view.has(*SPINE), nerve),
    )


@rule(
    "FR3",
    "fracture",
    Level.SAME_DAY,
    "New marked pain after a minor fall, bend or lift at 65 or over, or with thin bones, steroids or heavy drinking.",
    "S6 S20",
)
def fr3(view: View) -> Facts:
    """Return the evidence for FR3."""
    frail = view.risk(*FRAIL) or both(view.risk("cancer_history"), view.has("severe_pain"))
    if view.has("improving") or not (view.aged(65) or frail):
        return ()
    pain = view.has(*PAIN_SITES, "one_leg_pain")
    # Gardening told of in passing hurt nobody: the knock has a date, or stands beside the pain.
    knocks = tuple(
        knock
        for knock in view.within(60, "minor_strain", "fall")
        if knock.days is not None or any(abs(knock.start - one.start) <= NEAR_CHARS for one in pain)
    )
    return both(knocks, pain, frail or knocks)


@rule(
    "FR4",
    "fracture",
    Level.EMERGENCY,
    "Sudden inability to take weight without a fall in a runner or recruit, or with thin bones, bone cancer or "
    "bone medicines.",
    "S19",
)
def fr4(view: View) -> Facts:
    """Return the evidence for FR4."""
    risk = view.risk("runner_recruit", "osteoporosis", "cancer_history", "bisphosphonate")
    sudden = view.has("pop_give", "cannot_weight_bear")
    if view.has("fall", "high_energy") or not view.has("cannot_weight_bear", "pop_give"):
        return ()
    stuck = view.has("cannot_weight_bear")
    return both(sudden, stuck, risk, view.has("hip_groin_pain", "pop_give", "severe_pain", "one_leg_pain"))


@rule(
    "FR5",
    "fracture",
    Level.SOON,
    "Groin or thigh pain that builds with impact, new thigh pain on bone medicines or after pelvic radiotherapy, "
    "or height loss with back pain, at 65 or over also with a back that tires.",
    "S19 S20",
    version="1.1.0",
)
def fr5(view: View) -> Facts:
    """Return the evidence for FR5."""
    impact = both(view.has("impact_pain"), view.risk("runner_recruit", "missed_periods"), view.has("hip_groin_pain"))
    periods = both(view.risk("missed_periods"), view.risk("runner_recruit"), view.has("hip_groin_pain"))
    drug = both(view.risk("bisphosphonate", "pelvic_radiotherapy"), view.has("hip_groin_pain"))
    tired = view.has("back_tired") if view.aged(_OLD) else ()
    return first(impact, periods, drug, both(view.has("height_loss"), view.has(*SPINE) or tired))


@rule(
    "MA2",
    "malignancy",
    Level.SAME_DAY,
    "Past or current cancer with suspicious spinal pain, or severe or night bone pain in hip or thigh.",
    "S10 S11",
)
def ma2(view: View) -> Facts:
    """Return the evidence for MA2."""
    cancer = view.risk("cancer_history")
    marks = view.has("progressive_pain", "severe_pain", "constant_pain", "night_pain", "mid_back_pain")
    if view.risk("steroids_long") and not view.has(*SPINE):
        return ()
    hip = both(
        cancer,
        view.has("hip_groin_pain"),
        view.has("severe_pain", "night_pain", "constant_pain", "progressive_pain", "cannot_weight_bear"),
    )
    return first(both(cancer, view.has(*SPINE), marks), hip)


@rule("MA3", "malignancy", Level.SOON, "Past or current cancer with new milder back or hip pain.", "S10 S11")
def ma3(view: View) -> Facts:
    """Return the evidence for MA3."""
    return both(view.risk("cancer_history"), view.has(*PAIN_SITES, "one_leg_pain"))


@rule(
    "MA4",
    "malignancy",
    Level.SOON,
    "Unexplained weight loss, drenching night sweats or marked fatigue with back or hip pain.",
    "S21",
    version="1.1.0",
)
def ma4(view: View) -> Facts:
    """Return the evidence for MA4."""
    return both(
        view.has("weight_loss", "night_sweats")
        or both(view.has("fatigue_appetite"), view.has(*PAIN_SITES, "bone_pain")),
        view.has(*PAIN_SITES, "one_leg_pain", "constant_pain", "bone_pain"),
    )


@rule(
    "MA5",
    "malignancy",
    Level.SOON,
    "60 or over with persistent pain and fatigue, infections or thirst; 50 or over with constant worsening pain.",
    "S21",
)
def ma5(view: View) -> Facts:
    """Return the evidence for MA5."""
    older = both(view.has(*PAIN_SITES), view.has("fatigue_appetite", "thirst_infections")) if view.aged(60) else ()
    worse = (
        both(view.has(*PAIN_SITES), view.has("constant_pain"), view.has("progressive_pain", "night_pain"))
        if view.aged(50)
        else ()
    )
    return first(older, worse)


@rule(
    "MA6",
    "malignancy",
    Level.SOON,
    "A growing or deep lump in the back, buttock, groin or thigh, or a lump in a breast or armpit.",
    "S21",
    version="1.1.0",
)
def ma6(view: View) -> Facts:
    """Return the evidence for MA6."""
    return view.has("lump", "breast_lump")
