"""Rules D1 to D5: cauda equina, cord compression, weakness, spinal infection, infected joint."""

from __future__ import annotations

from server.red_flags.legs import ALL_LIMBS
from server.red_flags.levels import Level
from server.red_flags.rules import Facts, View, both, first, rule

CE_SURE = ("saddle_numb", "pee_unaware", "bowel_loss", "sexual_loss")
CE_CORE = (*CE_SURE, "pee_retention", "pee_leak")
SPINE = ("back_pain", "mid_back_pain")
SITES = (*SPINE, "hip_groin_pain", "one_leg_pain", "both_legs", "knee_pain")
NEURO = (
    "leg_weak",
    "leg_numb",
    "foot_drop",
    "leg_gives_way",
    "leg_paralysed",
    "unsteady",
    "both_legs",
    "sensory_level",
)
INFECTION_RISK = ("iv_drugs", "immune_low", "diabetes", "dialysis_line", "steroids_long", "recent_infection")
BLADDER = ("pee_retention", "pee_unaware", "pee_leak", "saddle_numb", "bowel_loss")


def spine_pain(view: View) -> Facts:
    """Return pain of the spine, without what is only the place of a boil: "a sore abscess on my lower back"."""
    skin = view.has("skin_infection")
    return tuple(
        f for f in view.has(*SPINE) if not any(f.turn == s.turn and f.start < s.end and s.start < f.end for s in skin)
    )


def cauda_features(view: View, *, fresh: bool) -> Facts:
    """Return the CE1 features, without accidents and urinary signs that another rule explains."""
    pick = view.fresh if fresh else view.old
    sure = pick(*CE_SURE)
    if sure:
        return (*sure, *pick("pee_retention", "pee_leak"))
    urinary = pick("pee_retention", "pee_leak")
    if (
        view.has("toilet_too_late")
        or (view.has("pee_burning") and not pick("pee_retention"))
        or view.has("colic_waves")
        or (view.has("no_urine_all_day") and view.has("nsaid_taken", "loin_pain", "pee_burning", "fever", "vomiting"))
    ):
        return ()
    if view.has("waters_tightenings") and view.risk("pregnant"):
        return ()
    return urinary


@rule(
    "CE1",
    "cauda_equina",
    Level.EMERGENCY,
    "New loss of feeling in the saddle area, or new bladder, bowel or sexual change; numbness that grows after a "
    "cauda equina syndrome.",
    "S1 S2 S3 S4",
    version="1.1.0",
)
def ce1(view: View) -> Facts:
    """Return the evidence for CE1."""
    if view.is_child and view.age is not None and view.age < 5:
        return ()
    spreads = both(view.risk("cauda_history"), view.fresh("numb_spreads"))
    return cauda_features(view, fresh=True) or spreads


@rule("CE2", "cauda_equina", Level.EMERGENCY, "Pain, tingling, numbness or weakness newly in both legs.", "S5")
def ce2(view: View) -> Facts:
    """Return the evidence for CE2."""
    if view.is_child or view.has("walking_distance_ache", "girdle_stiff", "several_joints_swollen", "growing_pains"):
        return ()
    injured = view.has("fall", "high_energy")
    return tuple(f for f in view.fresh("both_legs") if f.is_new or f.value != ALL_LIMBS or injured)


@rule(
    "CE3",
    "cauda_equina",
    Level.SAME_DAY,
    "A CE1 feature clearly older than 14 days, stable, never assessed.",
    "choice: specification G3",
)
def ce3(view: View) -> Facts:
    """Return the evidence for CE3."""
    return cauda_features(view, fresh=False)


@rule(
    "CE4",
    "cauda_equina",
    Level.SAME_DAY,
    "A CE1 or CE2 feature that came and went within 14 days, not assessed.",
    "choice: specification G3",
)
def ce4(_: View) -> Facts:
    """Return nothing: CE4 is CE1 or CE2 one level lower and is made where episodes are lowered (B2)."""
    return ()


@rule(
    "CE5",
    "cauda_equina",
    Level.SAME_DAY,
    "Soft signs: one numb buttock, an accident from lateness, more frequent peeing since the back pain; not under 5.",
    "S1 S4",
    version="1.1.0",
)
def ce5(view: View) -> Facts:
    """Return the evidence for CE5."""
    if view.is_child and view.age is not None and view.age < 5:
        return ()  # wets the bed as small children do
    late = both(view.has("toilet_too_late"), view.has("pee_leak", "toilet_too_late"))
    often = (
        () if view.has("pee_burning") or view.risk("pregnant") else both(view.fresh("pee_frequency"), view.has(*SITES))
    )
    return first(view.fresh("buttock_numb_patch"), late, often)


@rule(
    "CC1",
    "cord_compression",
    Level.EMERGENCY,
    "New unsteadiness, heavy or clumsy legs, a level of lost feeling, or a nerve sign with cancer or mid-back pain.",
    "S10 S11",
    version="1.1.0",
)
def cc1(view: View) -> Facts:
    """Return the evidence for CC1."""
    sudden = tuple(f for f in view.has("unsteady") if f.is_new and not view.has("gradual"))
    gradual = view.has("clumsy_hands") and not view.fresh("both_legs") and not sudden
    if (
        view.has("unsteady")
        and not gradual
        and not (view.old("unsteady") and not view.fresh("unsteady"))
        and not view.is_child
    ):
        return view.fresh("unsteady")
    legs = view.has(*NEURO)
    band = both(view.has("band_tight"), legs or view.risk("cancer_history"))
    legs_too = tuple(f for f in view.has("both_legs") if f.is_new or f.value != ALL_LIMBS)
    shocks = both(view.has("electric_shocks"), view.has("unsteady", "clumsy_hands", "leg_weak") or legs_too)
    behind = view.risk("cancer_history") or (view.fresh("mid_back_pain"))
    nerve = both(
        behind,
        view.fresh(
            "leg_weak", "leg_numb", "leg_gives_way", "foot_drop", "leg_paralysed", "unsteady", "both_legs", *BLADDER
        ),
    )
    return first(view.has("sensory_level"), band, shocks, nerve)


@rule(
    "CC2",
    "cord_compression",
    Level.SAME_DAY,
    "Gradually clumsy hands with unsteady walking, or numb arms and legs.",
    "S10",
)
def cc2(view: View) -> Facts:
    """Return the evidence for CC2."""
    numb = both(
        tuple(f for f in view.fresh("both_legs") if f.value == ALL_LIMBS), view.fresh("leg_numb", "clumsy_hands")
    )
    return numb or both(
        view.has("clumsy_hands"), view.has("unsteady", "leg_weak", "both_legs", "leg_gives_way", "foot_drop")
    )


@rule(
    "MD1",
    "motor_deficit",
    Level.EMERGENCY,
    "Weakness worsening over hours to days, a paralysed leg, or both legs.",
    "S12 S13",
)
def md1(view: View) -> Facts:
    """Return the evidence for MD1."""
    weak = view.has("leg_weak", "foot_drop", "leg_gives_way", "leg_numb", "leg_paralysed")
    if view.has("fall", "high_energy") and not view.has("getting_worse_fast"):
        return ()
    return first(both(view.has("getting_worse_fast"), weak), view.fresh("leg_paralysed"))


@rule(
    "MD2",
    "motor_deficit",
    Level.SAME_DAY,
    "New foot drop, a leg giving way or a weak leg, under six weeks or time not given.",
    "S12 S13",
)
def md2(view: View) -> Facts:
    """Return the evidence for MD2."""
    recent = tuple(
        f
        for f in view.has("foot_drop", "leg_gives_way", "leg_weak", "leg_paralysed")
        if f.is_new or f.days is None or f.days <= 42
    )
    if recent and all(f.feature == "leg_gives_way" for f in recent) and not view.has(*SITES, "leg_weak", "leg_numb"):
        return recent if not view.has("knee_pain") else ()
    return recent


@rule("MD3", "motor_deficit", Level.SOON, "Weakness stable for over six weeks, never assessed.", "S12 S13")
def md3(view: View) -> Facts:
    """Return the evidence for MD3."""
    return view.lasting(42, "foot_drop", "leg_weak", "leg_gives_way")


@rule(
    "SI1",
    "spinal_infection",
    Level.EMERGENCY,
    "Spinal pain with fever or feeling very unwell, and a risk factor, a nerve sign or confusion.",
    "S14 S15",
    version="1.1.0",
)
def si1(view: View) -> Facts:
    """Return the evidence for SI1."""
    ill = view.has("fever", "unwell")
    spine = spine_pain(view)
    risk = view.risk(*INFECTION_RISK) or view.within(92, "spine_procedure")
    nerve = view.has(
        "leg_weak", "leg_numb", "foot_drop", "leg_gives_way", "both_legs", "unsteady", *BLADDER, "confused_drowsy"
    )
    fever = view.has("fever")
    if (
        view.has("loin_pain", "pee_burning")
        and not view.risk("iv_drugs", "immune_low", "dialysis_line")
        and not view.within(92, "spine_procedure")
    ):
        return ()
    return first(both(spine, ill, risk), both(spine, fever, nerve))


@rule(
    "SI2",
    "spinal_infection",
    Level.SAME_DAY,
    "Spinal pain with fever and no clear other cause, severe rest pain in a risk group, or deep throbbing pain after "
    "a recent infection.",
    "S14 S15",
    version="1.1.0",
)
def si2(view: View) -> Facts:
    """Return the evidence for SI2."""
    spine = spine_pain(view)
    constant = view.has("constant_pain", "night_pain")
    severe = view.has("severe_pain", "progressive_pain", "night_pain")
    risk = view.risk("iv_drugs", "immune_low", "dialysis_line") or view.within(
        92, "recent_infection", "diabetes", "steroids_long"
    )
    after = both(view.within(92, "spine_procedure"), view.has("progressive_pain"), spine)
    if view.has("pee_burning", "loin_pain"):
        return after
    throb = both(spine, view.within(92, "recent_infection"), view.has("deep_throb"))
    return first(both(spine, view.has("fever")), both(spine, risk, constant, severe), throb, after)


@rule(
    "SI4",
    "spinal_infection",
    Level.SAME_DAY,
    "A boil, abscess or other infected skin of the back, bottom, groin or leg with fever.",
    "general knowledge: sepsis guidance",
)
def si4(view: View) -> Facts:
    """Return the evidence for SI4."""
    return both(view.fresh("skin_infection"), view.has("fever"))


@rule(
    "SI3",
    "spinal_infection",
    Level.SOON,
    "Weeks of spinal pain with tuberculosis exposure, or night sweats with weight loss.",
    "S14 S15",
)
def si3(view: View) -> Facts:
    """Return the evidence for SI3."""
    spine = view.has(*SPINE)
    wasting = view.has("night_sweats", "weight_loss", "fever", "fatigue_appetite")
    return both(spine, view.risk("tb_exposure"), wasting or (() if view.risk("tb_treated") else spine))


@rule(
    "SJ1",
    "septic_joint",
    Level.EMERGENCY,
    "A joint that is very painful and cannot be moved or stood on with fever, hot and swollen with fever, or "
    "replaced and painful with fever.",
    "S16",
)
def sj1(view: View) -> Facts:
    """Return the evidence for SJ1."""
    ill = view.has("fever", "unwell")
    stuck = view.has("cannot_move_joint", "cannot_weight_bear", "wont_stand")
    joint = view.has("hip_groin_pain", "knee_pain", "joint_hot_swollen")
    replaced = both(
        view.risk("hip_replacement"),
        view.has("fever"),
        view.has(
            "hip_groin_pain",
            "knee_pain",
            "severe_pain",
            "joint_hot_swollen",
            "wound_bad",
            "progressive_pain",
            "it_hot_swollen",
        ),
    )
    sickle = both(view.risk("sickle_cell"), view.has("fever", "severe_pain"), view.has("hip_groin_pain", "back_pain"))
    stiff = both(view.has("cannot_move_joint"), view.has("cannot_weight_bear", "wont_stand"), view.has("fever"))
    if view.is_child:
        stiff = ()
    return first(both(joint, stuck, ill), stiff, both(view.has("joint_hot_swollen"), ill), replaced, sickle)


@rule(
    "SJ2",
    "septic_joint",
    Level.SAME_DAY,
    "A hot swollen joint without fever, hip pain with fever but walking, or sudden severe hip pain without injury.",
    "S16 S17",
)
def sj2(view: View) -> Facts:
    """Return the evidence for SJ2."""
    hip = view.has("hip_groin_pain")
    sudden = (
        ()
        if view.has("fall", "high_energy")
        else both(hip, view.has("cannot_weight_bear"), view.has("severe_pain", "sudden_onset"))
    )
    if view.has("girdle_stiff"):
        return ()
    swollen = () if view.has("fall", "knock_seen", "high_energy") else view.fresh("joint_hot_swollen")
    return first(swollen, both(hip, view.has("fever")), sudden)
