"""The cues by which screening knows what is not advice. Each is a pattern and its weight; 2.5 sets a paragraph aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

SCREEN_VERSION = "1"

Reason = Literal[
    "biography",
    "disclaimer",
    "promotion",
    "navigation",
    "cookies",
    "copyright",
    "figure",
    "references",
    "byline",
    "comments",
    "contact",
    "symbol",
]
Cue = tuple[re.Pattern[str], float]


def _cues(*pairs: tuple[str, float]) -> tuple[Cue, ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), weight) for pattern, weight in pairs)


def _exact(pattern: str, weight: float) -> Cue:
    return re.compile(pattern), weight


_WHO = (
    r"(?:physio\w*|physical therapist|personal trainer|trainer|instructor|chiropractor|osteopath|surgeon|physician|"
    r"doctor|writer|author|editor|journalist|blogger|coach|therapist|nurse|dietitian|nutritionist|kinesiologist|"
    r"practitioner|specialist|consultant|professor|lecturer|researcher|rheumatologist|radiologist|podiatrist|"
    r"pilates teacher|yoga teacher|teacher|massage therapist|anatomist|exercise scientist)"
)
_PERSON = (
    r"(?:(?:Dr|Mr|Mrs|Ms|Prof|Professor)\.? )?[A-Z][\w’'-]+(?: (?:[A-Z]\.|[A-Z][\w’'-]+)){0,3}"
    r"(?:,? (?:[A-Z]{2,5}|[A-Z][A-Za-z]?(?:\.[A-Z][A-Za-z]*)+\.?)(?:,|(?=\s)))*"
)
_SITE = r"(?:web ?site|web ?page|site|page|blog|article|app|leaflet|handout|newsletter|podcast|video)s?"
_OUR = r"(?:us|our|ours|we|we’re|we're)"

CUES: dict[Reason, tuple[Cue, ...]] = {
    "biography": (
        _exact(
            rf"^(?:Meet |About )?{_PERSON} (?:is|was|has been|works|worked) (?:(?:an?|the|one|our|as|also|currently|both)"
            rf" )*(?:[\w’'-]+[ ,/-]+(?:and )?){{0,7}}(?i:{_WHO})\b",
            2.0,
        ),
        _exact(
            rf"^{_PERSON},? (?:is|holds|earned|received|graduated|trained|qualified|completed|practi[sc]es|lives|writes|"
            r"joined|founded|runs|owns|specialis(?:es|ed)|specializ(?:es|ed)|teaches|has (?:worked|written|published|"
            r"practi[sc]ed|been))\b",
            0.75,
        ),
        *_cues(
            (rf"\bI(?:[’']m| am) an? (?:[\w’'-]+[ ,/-]+){{0,5}}{_WHO}\b", 2.0),
            (
                r"\b(?:I|he|she|they) (?:was|were|am|is) the (?:assistant |founding |senior |managing )?(?:editor|founder)",
                1,
            ),
            (
                rf"\b(?:certified|registered|chartered|licensed|board-certified|qualified|award-winning|freelance|"
                rf"accredited|former|fellowship-trained|lead|senior)(?: [\w-]+){{0,4}} {_WHO}\b",
                1.0,
            ),
            (
                r"\b(?:my|his|her|their) (?:wife|husband|partner|spouse|family|children|kids|dog|dogs|cat|cats)\b.{0,60}"
                r"\b(?:live|lives|living|home)\b|\blives? (?:in|near|with) .{0,60}\b(?:wife|husband|partner|children|"
                r"family|dogs?|cats?|kids|sons?|daughters?)\b",
                1.5,
            ),
            (
                r"\bwhen (?:he|she|they)(?:[’'](?:s|re)| is| are) not (?:\w+ing|at)\b|\bin (?:his|her|their) (?:spare|free)"
                r" time\b|\boutside (?:of )?(?:work|the clinic)\b.{0,40}\b(?:he|she|they)\b|\b(?:he|she) enjoys\b",
                2.0,
            ),
            (
                r"\b(?:bachelor|master|doctorate|doctor|degree|diploma|ph\.?d|b\.?sc|m\.?sc)[’']?s?\b.{0,50}\b(?:from|in|at|of)\b"
                r".{0,60}\b(?:university|college|school|institute|kinesiology|physiotherapy|science|sciences)\b",
                1.5,
            ),
            (
                r"\b(?:graduated|qualified|trained|graduate) (?:from|at|as|in|of)\b|\b(?:studied|obtained|received|earned|holds|"
                r"completed) (?:at|an?|his|her|their|the) .{0,50}(?:degree|residency|fellowship|training|diploma|"
                r"qualification|university|certificat\w+|medicine)\b",
                1.25,
            ),
            (
                r"\b(?:over|more than|nearly|almost|with|has) (?:\d+|ten|fifteen|twenty|thirty)\+? years(?:[’'])?(?: of)? "
                r"(?:clinical |professional )?(?:experience|practice)\b|\bbeen (?:practi[sc]ing|writing|teaching|coaching|"
                r"treating patients)\b.{0,30}\b(?:since|for)\b",
                1.25,
            ),
            (
                r"\b(?:find|follow|connect with|contact|reach) (?:out )?(?:to )?(?:more (?:on|about|from) )?(?:me|him|her|them|[A-Z]\w+)"
                r" (?:on|at|via) (?:\w+ ){0,3}(?:website|instagram|facebook|twitter|linkedin|youtube|social|www|@|x\b)",
                2.0,
            ),
            (
                r"\b(?:full |short )?bio(?:graphy)?\b|\babout the author\b|\b(?:his|her|my|their) (?:first |latest |new |best-selling )?"
                r"(?:book|blog|podcast|column|website|practice|work (?:has|appears))\b",
                1.25,
            ),
            (
                r"\b(?:founder|co-founder|owner|director|creator|host) of\b|\bauthor of (?:the|several|\w+ books|numerous|many|[A-Z“\"])"
                r"|\b(?:wrote|co-wrote|authored|co-authored) (?:the|several|over|more than|numerous)\b",
                1.25,
            ),
            (
                r"\b(?:member|fellow) of the (?:american|british|royal|chartered|canadian|australian|national|international|"
                r"european|society)\b|\bboard[- ]certified\b|\bserves on\b|\bsits on the\b",
                1.25,
            ),
            (
                r"\b(?:wellness|yoga|fitness) (?:coaching|retreats?)\b|\bpassionate about\b|\bspecial interest in\b|"
                r"\b(?:his|her|their) (?:clinical |research )?(?:interests|passion|expertise|mission|career)\b",
                1.0,
            ),
            (
                r"\bsee patients at\b|\bsees patients\b|\bpractices at\b|\bin private practice\b|\bprivate practice in\b",
                1.0,
            ),
        ),
    ),
    "disclaimer": _cues(
        (
            r"\b(?:for|as) (?:general |purely )?(?:informational|information|educational|education|entertainment)"
            r"(?:,? (?:and|or|&) (?:informational|information|educational|education|entertainment))? (?:purposes?|use|service)\b"
            r"|\bpurposes of (?:general )?information\b|\bgeneral (?:health )?information only\b",
            2.0,
        ),
        (
            r"\b(?:not|never|nor|neither)\b.{0,60}\b(?:intended|meant|designed|constitute|be (?:used|relied|considered|construed|"
            r"treated|taken)|serve|provide[ds]?|offer)\b.{0,70}\b(?:medical|professional|health ?care|clinical|legal|personal)"
            r"(?: \w+){0,2} ?(?:advice|opinion|care|relationship)\b|\bintended to (?:diagnose|treat, cure)|\bnot intended to "
            r"(?:diagnose|replace|substitute|treat|be a)\b|\bis not (?:professional |personal )?medical advice\b",
            2.5,
        ),
        (
            r"\b(?:not|no|never|nor|rather than)\b.{0,30}\b(?:a )?(?:substitute|replacement) for\b.{0,60}\b(?:medical|professional|"
            r"advice|consultation|diagnosis|health ?care|care|examination)\b|\b(?:not|never) (?:to )?(?:replace|substitute)\b.{0,50}"
            r"\b(?:advice|consultation|relationship|care of)\b",
            2.5,
        ),
        (
            r"\b(?:does|do|did) not (?:endorse|recommend or endorse|warrant|guarantee the|accept (?:any )?(?:responsibility|"
            r"liability)|assume|provide medical|give medical|represent|vouch)\b|\bno endorsement\b",
            2.0,
        ),
        (
            r"\b(?:liabilit(?:y|ies)|liable|warrant(?:y|ies)|indemnif\w+|at your own risk|accepts? no (?:responsibility|liability)|"
            r"hold harmless|disclaims?|disclaimer|without warranty|errors or omissions|(?:cannot|can't|can’t) be held "
            r"responsible|not (?:be )?responsible for (?:any|the))\b",
            1.75,
        ),
        (
            rf"\b(?:contents?|information|material|materials|articles?|text|graphics|statements?|opinions?|views|products?)\b.{{0,40}}"
            rf"\b(?:on|in|of|from|provided by|contained (?:on|in|within)|found (?:on|in)|throughout|herein|by) (?:this|our|the|these)"
            rf" {_SITE}\b|\b(?:this|our) (?:web ?site|web ?page|site|blog)\b",
            1.0,
        ),
        (
            r"\b(?:products?|procedures?|physicians?|treatments?) referenced herein\b|\bprovided as an? (?:\w+ )?service\b|"
            r"\bprovided (?:as is|“as is”|\"as is\")|\bherein\b|\bhereby\b",
            1.25,
        ),
        (r"\bterms (?:of use|of service|and conditions|& conditions)\b|\bprivacy (?:policy|notice)\b", 1.5),
        (
            r"\b(?:consult|seek|ask|see|speak (?:to|with))\b.{0,60}\b(?:physician|doctor|health ?care (?:provider|professional)|"
            r"surgeon|practitioner|professional)\b.{0,80}\b(?:any questions|before (?:beginning|starting|undertaking|acting on|"
            r"using|making) (?:any|this|the)|regarding a medical|about a medical)\b",
            0.75,
        ),
        (
            r"\bnever disregard\b|\bdisregard (?:professional )?medical advice\b|\breliance on (?:any|the) information\b|"
            r"\bshould not (?:be )?(?:rely|relied)\b.{0,40}\binformation\b|\brel(?:y|ying) on (?:this|the|any) information\b",
            2.5,
        ),
        (
            r"\b(?:individual )?results (?:may|can|will) (?:vary|differ)\b|\bnot been evaluated by\b|\bFood and Drug Administration\b"
            r".{0,60}\bnot\b",
            1.5,
        ),
        (
            r"\b(?:views|opinions) expressed\b|\bdo(?:es)? not (?:necessarily )?(?:reflect|represent) (?:the|those)\b",
            2.5,
        ),
        (
            r"\b(?:no|not create an?|not establish an?|not form an?) (?:doctor|physician|therapist|patient)[-– ](?:patient|doctor)? ?"
            r"relationship\b",
            2.5,
        ),
        (
            r"\b(?:every|great|reasonable|all) (?:effort|care|attempt)s? (?:has been|is|have been|are|was) (?:made|taken)\b|"
            r"\b(?:accuracy|completeness|up to date) .{0,40}\b(?:guarantee|ensure|of (?:the|this|any) information)\b",
            1.25,
        ),
        (
            r"\bif you have (?:any )?(?:questions|concerns)(?: or (?:questions|concerns))?\b.{0,50}\bmedical condition\b",
            1.0,
        ),
    ),
    "promotion": _cues(
        (
            r"\b(?:buy|shop|order|book|enrol|enroll|register|download|get yours|sign up|join|start|try it|call|subscribe) "
            r"(?:it |yours |online |for free |free |here )?(?:now|today)\b",
            1.75,
        ),
        (
            r"\badd to (?:cart|basket|bag)\b|\bcheckout\b|\bfree (?:shipping|delivery|trial|returns|consultation|assessment|"
            r"e-?book|guide|download|webinar|sample)\b|\b(?:discount|coupon|voucher|promo) ?codes?\b|\b\d{1,2}\s?% off\b|"
            r"\bsale ends\b|\blimited[- ](?:time|offer|places|spaces)\b|\bmoney[- ]back\b|\bspecial offer\b|\bexclusive offers?\b"
            r"|\bin stock\b|\bwhile stocks last\b",
            2.0,
        ),
        (r"(?:[£$€]\s?\d+(?:[.,]\d{2})?)\b", 1.0),
        (
            r"\b(?:subscribe|sign up|signing up|join|register)\b.{0,50}\b(?:newsletters?|mailing list|email list|emails?|updates|"
            r"community|membership|channel|challenge|podcast|course|programme|program|inbox|class|classes|waitlist)\b",
            2.5,
        ),
        (
            r"\benter your (?:e-?mail|name)\b|\bstraight to your inbox\b|\bin your inbox\b|\bunsubscribe\b|\bnever spam\b|"
            r"\bjoin (?:over |more than )?[\d,]+ (?:readers|subscribers|members|people)\b",
            2.0,
        ),
        (
            rf"\b(?:book|schedule|request|arrange|make) (?:an?|your|my)(?: \w+){{0,3}} (?:appointment|consultation|session|call|visit|"
            rf"assessment|evaluation)\b.{{0,50}}\b(?:{_OUR}|online|today|now|here|clinic team)\b|\b(?:book|schedule) online\b",
            2.0,
        ),
        (
            r"\b(?:call|contact|visit|email|phone|ring|message) (?:us|our)\b|\bget in touch(?: with us)?\b|\bcome (?:and )?see us\b|"
            r"\bspeak (?:to|with) (?:one of )?our\b|\breach (?:out to )?us\b",
            1.5,
        ),
        (
            r"\b(?:our|my) (?:\w+[- ]){0,3}(?:clinics?|practices?|team|experts?|therapists?|physios?|physiotherapists|surgeons?|"
            r"specialists|products?|programmes?|programs?|courses?|range|store|shop|app|e-?book|book|brand|patients|customers|"
            r"clients|members|location|offices?|facility|services|studio|gym)\b",
            1.0,
        ),
        (
            r"\b(?:click|tap) (?:here|the (?:link|button)|below|on the)\b|\blink in (?:my |our )?bio\b|\bcheck out (?:our|my|these|"
            r"this|the)\b|\bfollow (?:us|me)\b|\blike us on\b|\bwatch (?:the|my|our|this) (?:full )?video\b|\blearn more (?:about "
            r"our|at)\b|\bvisit (?:our|my|www)\b|\bavailable (?:now|at|on) (?:amazon|the app store|google play|our)\b",
            1.25,
        ),
        (
            r"\baffiliate\b|\bsponsored\b|\badvertis\w+\b|\bearn a (?:small )?commission\b|\bpaid (?:partnership|promotion)\b|"
            r"\bwe may (?:earn|receive|get)\b|\bamazon associate\b|\bat no (?:extra|additional) cost\b",
            2.0,
        ),
        (
            r"\b(?:best-selling|bestselling|award-winning|revolutionary|clinically proven|doctor[- ]recommended|ultimate|"
            r"game[- ]changing|patented|guaranteed|world-class|state-of-the-art|cutting-edge|leading provider|trusted by|"
            r"five-star|5-star|premium|satisfied (?:customers|patients))\b",
            1.0,
        ),
        (
            r"\bwe (?:offer|provide|pride ourselves|are proud|accept (?:most )?insurance|are (?:here|open|located)|specialis[ez]e|"
            r"specialize|serve|have helped|treat|can help|help (?:patients|people|you)|look forward|would love)\b",
            1.0,
        ),
        (
            r"\b(?:all|full) (?:major )?insurances? (?:plans? )?(?:accepted|taken)|\bnew patients (?:welcome|accepted)|"
            r"\bsame[- ]day appointments\b|\bno referral needed\b",
            1.5,
        ),
        (
            r"\b(?:donate|donation|support (?:our|this|my) (?:work|site|charity)|become a (?:member|patron|supporter)|patreon|"
            r"buy me a coffee|fundrais\w+)\b",
            2.0,
        ),
        (r"\b(?:testimonials?|customer reviews?|rated \d|stars out of)\b", 1.25),
        (
            r"\b(?:tag|share (?:this|it) with|comment below|let (?:me|us) know in the comments|leave (?:a|us a) (?:comment|review)|"
            r"smash|hit (?:the )?(?:like|subscribe))\b",
            2.5,
        ),
    ),
    "cookies": _cues(
        (
            r"\bcookies?\b.{0,120}\b(?:we|us|our|site|website|browser|browsing|consent|accept|settings|preferences|analytics|policy)\b|"
            r"\b(?:we|site|website|browser|accept|consent|manage|this page)\b.{0,80}\bcookies\b",
            3.0,
        ),
        (r"\b(?:accept|reject|manage|allow) all\b|\bmanage (?:preferences|consent)\b|\bGDPR\b", 1.5),
        (
            r"\b(?:enable|turn on|requires|activate) javascript\b|\bjavascript (?:is|must be|seems|appears)\b|\byour browser (?:does not|"
            r"doesn[’']t|is (?:out of date|not supported))\b|\bupgrade your browser\b|\bverify (?:that )?you are (?:a )?human\b",
            3.0,
        ),
    ),
    "copyright": _cues(
        (r"(?:©|\(c\)\s?\d{4}|\bcopyright\b)", 2.0),
        (
            r"\ball rights reserved\b|\breproduced (?:with|by) (?:kind )?permission\b|\bmay not be (?:reproduced|copied|distributed|"
            r"republished)\b|\bno part of this\b|\bused (?:with|under) (?:permission|licen[cs]e)\b",
            2.5,
        ),
        (
            r"\bregistered (?:charity|company|in england|office|trademark)\b|\bcharity (?:no|number|registration)\b|\bcompany "
            r"(?:no|number|registration)\b|\bVAT (?:no|number|reg)\b",
            2.5,
        ),
        (r"\btrademarks?\b|®|™", 0.5),
    ),
    "figure": _cues(
        (
            r"\b(?:getty images|shutterstock|istock(?:photo)?|adobe stock|unsplash|pexels|alamy|wikimedia commons)\b",
            2.5,
        ),
        (
            r"\b(?:image|photo|photograph|picture|illustration|video|graphic)s?(?: credits?| source| courtesy|graphy)?(?: ?:| by |"
            r" courtesy of | © )\s*[A-Z(©]",
            2.0,
        ),
        (
            r"^(?:(?:see|view|refer to|as (?:shown|seen) in) )?\(?(?:figures?|figs?\.?|image|photo|picture|diagram|illustration|video)"
            r" ?\d*[a-d]?\b\)?[.:]?(?: (?:below|above|left|right|opposite))?[.:]?\s*$",
            3.0,
        ),
        (
            r"^(?:click|tap) (?:on )?(?:the )?(?:image|picture|photo|figure|thumbnail) to\b|\b(?:click|tap) to (?:enlarge|zoom)\b|"
            r"^(?:image|photo|figure|picture) (?:shows|showing|of)\b|\bstock photo\b",
            2.5,
        ),
    ),
    "references": _cues(
        (r"\bdoi ?: ?10\.|\bdoi\.org/|\bPMID\b|\bpubmed\b.{0,20}\d{6}", 2.5),
        (r"\bet al\b\.?.{0,160}\b(?:19|20)\d{2}\b.{0,12}[;:(]\s?\d", 2.0),
        (r"\b(?:19|20)\d{2}(?: [A-Z][a-z]{2}(?: \d{1,2})?)?;\s?\d+(?:\(\d+\))?:\s?\w?\d+", 2.5),
        (
            r"\b(?:accessed|retrieved|cited)(?: on)? (?:\d{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*",
            2.0,
        ),
        (r"\bISBN\b|\bavailable (?:from|at):? ?https?:", 2.0),
    ),
}

_HEADING_REASONS: tuple[tuple[re.Pattern[str], Reason], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (
            r"^(?:about (?:the |our )?(?:authors?|writers?|experts?|us|me|team)|meet (?:the|our|dr)\b.*|author bio\w*|our team|"
            r"contributors?|(?:the )?authors?)$",
            "biography",
        ),
        (
            r"^(?:(?:medical |legal |site |important )?disclaimers?|legal(?: notices?)?|terms (?:of use|and conditions)|"
            r"privacy(?: policy| notice)?)$",
            "disclaimer",
        ),
        (
            r"^(?:related (?:articles|posts|pages|content|topics|reading|links|stories|conditions)|you (?:may|might) (?:also )?like|"
            r"(?:read|up) next|more (?:from|in|on|like)\b.*|most (?:read|popular)|popular (?:posts|articles)|recent (?:posts|articles)|"
            r"table of contents|contents|in this (?:article|section|guide)|on this page|navigation|menu|site ?map|quick links|"
            r"useful links|external links|categories|tags|archives?|see also|share(?: this(?: \w+)?)?|follow us|"
            r"trending(?: now)?)$",
            "navigation",
        ),
        (
            r"^(?:references?|bibliography|sources?|citations?|works cited|notes|footnotes|further reading)$",
            "references",
        ),
        (
            r"^(?:newsletter|subscribe|sign up.*|get (?:our|the) newsletter|join (?:us|our .*)|special offers?|shop(?: now)?|"
            r"book (?:now|online|an appointment)|contact us|get in touch|(?:our )?(?:products|services)|testimonials|sponsors?|"
            r"advertisement|donate)$",
            "promotion",
        ),
        (
            r"^(?:(?:\d+ )?comments?|leave a (?:reply|comment)|reader comments|reviews|discussion|responses)$",
            "comments",
        ),
        (r"^(?:cookies?(?: policy| notice| settings)?|we use cookies|your privacy)$", "cookies"),
        (r"^(?:image|photo|picture) credits?$", "figure"),
        (r"^copyright(?: notice)?$", "copyright"),
    )
)

# What a sentence of health advice or explanation speaks of.
ADVICE = re.compile(
    r"\b(?:pain|painful|ache|aching|sore|hurts?|stiff\w*|numb\w*|tingling|weak\w*|swell\w*|swollen|inflam\w+|spasms?|cramps?|"
    r"symptoms?|injur\w+|strains?|sprains?|fractures?|arthritis|sciatica?|sciatic|disc|discs|disk|disks|hernia\w*|stenosis|"
    r"spine|spinal|vertebra\w*|hips?|groin|buttocks?|pelvis|pelvic|knees?|thighs?|hamstrings?|glute\w*|piriformis|"
    r"muscles?|tendons?|tendin\w+|ligaments?|cartilage|joints?|nerves?|bones?|bursa|bursitis|lower back|back pain|"
    r"your back|your (?:hips?|legs?|feet|foot|knees?|arms?|heels?|toes|shoulders|body|weight|doctor|gp|physio\w*)|posture|"
    r"stretch\w*|exercises?|bend|lift|squats?|lunges?|bridge|plank|lie (?:on|down|flat)|sit up|stand|walk\w*|"
    r"running|rest|sleep\w*|mattress|heat|ice|massage|treatments?|surgery|operation|injections?|painkillers?|medicines?|"
    r"medications?|anti-inflammator\w+|physiotherapy|physical therapy|x-?rays?|mri|scans?|diagnos\w+|infection|fever|"
    r"bladder|bowel|emergency|urgent\w*|pregnan\w+|osteoporosis|cancer|recover\w*|heal\w*|repeat|seconds|reps?|"
    r"repetitions|diastasis|prolapse|core|flexors?|mobility|range of motion)\b",
    re.IGNORECASE,
)

_NAV_WORDS = frozenset(
    "home menu search about contact us sitemap login log in out sign up register account cart basket shop blog news events "
    "faq faqs help support careers jobs press media privacy terms cookies accessibility subscribe share tweet pin print email "
    "facebook twitter instagram youtube linkedin pinterest whatsapp next previous prev back top close open skip content main "
    "navigation more read view all categories tags archives topics a-z services products conditions treatments team locations "
    "donate resources gallery testimonials copy link save like follow page pages post posts article articles".split()
)
_NAV_LINE = re.compile(
    r"^(?:(?:skip|jump) to\b.{0,40}|back to top|return to top|related(?: articles?| posts?| topics?| content)?:?.{0,80}|"
    r"you (?:may|might) also (?:like|be interested).{0,80}|(?:read|see|up) (?:next|also|more)\b:?.{0,80}|more (?:on|about|from|in)"
    r"(?: this)?(?: topic)?:? .{0,80}|(?:table of )?contents:?|in this (?:article|section|guide):?|on this page:?|"
    r"(?:previous|next)(?: (?:article|post|page|section|chapter))?\b:?.{0,80}|continue (?:reading|to).{0,40}|load more.{0,20}|"
    r"show (?:more|less|all)|view (?:more|all|full|as).{0,40}|print(?: this)?(?: page| article)?|share(?: this)?(?: page| article|"
    r" on .{0,40})?|page \d+(?: of \d+)?|\d+ of \d+|loading\W*|advertisement|ads?|sponsored|menu|home|search(?: .{0,20})?|"
    r"leave a (?:reply|comment).{0,40}|\d+ comments?|comments? \(\d+\)|posted in .{0,60}|tags?: .{0,100}|categor(?:y|ies): .{0,80}|"
    r"filed under.{0,80}|was this (?:page|article|information) (?:helpful|useful).{0,60}|(?:yes|no)(?: no)?|submit|"
    r"(?:click|tap) here.{0,60}|(?:see|read|view) our (?:section|page|article|guide|post)s? (?:on|about).{0,60}|"
    r"for more information,? (?:visit|see|go to|click).{0,80}|learn more(?: about .{0,60})?|discover more.{0,60}|"
    r"expand all.{0,30}|collapse all.{0,30}|(?:open|close) (?:menu|search|navigation).{0,20})\W*$",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^(?:(?:medically |clinically |fact[- ]?|expert[- ]?|peer[- ]?)?(?:written|reviewed|checked|authored|edited|updated|published|"
    r"posted|verified|approved|produced)(?: (?:and|&) \w+)?\s*(?:by|on|at|in|:|\d)|last (?:updated|reviewed|modified|edited|"
    r"medically reviewed)|(?:page |article |date |content )?(?:last )?(?:reviewed|updated|published|review due|next review)(?: date)?"
    r"\s*:|next (?:medical )?review(?: due)?|review(?:ed)? (?:due|date)|date (?:of )?(?:last |next )?(?:review|publication|published)"
    r"|\d+[- ]min(?:ute)?s? read|reading time|by [A-Z][\w’'-]+ [A-Z]|(?:text|words) by [A-Z]|version \d|leaflet (?:code|number|ref))",
)
_BYLINE_ANY = re.compile(_BYLINE.pattern, re.IGNORECASE)
_CONTACT = re.compile(
    r"(?:\b(?:tel|telephone|phone|fax|e-?mail|opening (?:hours|times)|address)\s*[:.]|\bmon(?:day)?\s*(?:-|–|to)\s*(?:fri|sat|sun)|"
    r"[\w.+-]+@[\w-]+\.\w{2,}|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[A-Z]{2} \d{5}\b)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"^\(?(?:figure|fig\.?|image|photo|picture|illustration|diagram|video|table) ?\d+[a-d]?\s?[.:–-]", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s*(?:>|»|›|→|\||·|•|/(?=\s))\s*")


def heading_reason(heading: str) -> Reason | None:
    """Return the reason a heading by itself gives ("About the author"), or None."""
    text = heading.strip(" :.…»>")
    return next((reason for pattern, reason in _HEADING_REASONS if pattern.match(text)), None)


def is_breadcrumb(text: str) -> bool:
    """Return whether a line is a trail or bar of short links: Home > Conditions > Hip pain."""
    parts = [part for part in _SEPARATOR.split(text) if part]
    if len(parts) < 3 or text.rstrip().endswith((".", "?", "!")):
        return False
    return all(len(part.split()) <= 6 for part in parts) and len(parts) - 1 >= 0.1 * len(text.split())


def is_menu(texts: Sequence[str]) -> bool:
    """Return whether the items of a list are those of a menu: very short, and mostly words that menus are made of."""
    if not texts:
        return False
    short = all(len(text.split()) <= 4 and not text.endswith((".", "!", "?", ";", ",")) for text in texts)
    known = sum(1 for text in texts if _share_of_menu_words(text) >= 0.5)
    letters = sum(1 for text in texts if len(text.strip()) == 1)
    return (short and known >= max(2, 0.5 * len(texts))) or letters >= max(5, 0.7 * len(texts))


def short_line_reason(text: str) -> Reason | None:
    """Return why a short paragraph without advice is page furniture, or None."""
    words = text.split()
    if _BYLINE_ANY.match(text) and len(words) <= 25 and (not text.startswith(("By ", "by ")) or len(words) <= 10):
        return "byline"
    if _NAV_LINE.match(text):
        return "navigation"
    if _CAPTION.match(text):
        return "figure"
    if len(_CONTACT.findall(text)) >= 2 or (_CONTACT.search(text) and len(words) <= 8):
        return "contact"
    if (
        len(words) <= 12
        and not text.endswith((".", "!", "?"))
        and len(words) >= 2
        and _share_of_menu_words(text) >= 0.6
    ):
        return "navigation"
    return None


def _share_of_menu_words(text: str) -> float:
    words = [
        word
        for word in re.split(r"[^\w-]+", text.lower())
        if word and word not in {"the", "to", "a", "and", "of", "on"}
    ]
    return sum(word in _NAV_WORDS for word in words) / len(words) if words else 0.0
