"""Signs told by what they do to the day, each kind beside ordinary talk in the same words."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        # feeling lost where one sits
        ("I wouldn't call it numb, but wiping is like wiping through a thick blanket", "CE1"),
        ("Since my disc went it's like wiping through oven gloves", "CE1"),
        ("wiping my arse is like wiping a wall, back's bad too", "CE1"),
        ("Sciatica, and now when I wipe it might as well be a shop dummy.", "CE1"),
        ("My bum dozed off on Monday and hasn't woken up", "CE1"),
        ("Since Sunday I use a mirror to see am I clean, I get no message from my backside", "CE1"),
        ("Everything inside my knickers has gone to sleep and my back is in spasm", "CE1"),
        ("can't tell if the loo roll is touching me", "CE1"),
        ("I sat on the toilet and couldn't tell whether the seat was hot or cold under me, started today", "CE1"),
        ("Bad back, and I cannot feel my husband inside when we make love", "CE1"),
        # wetting not noticed
        ("He's soaked the armchair twice this week and never knew a thing about it. His back is crippled.", "CE1"),
        ("She keeps leaving a damp patch on the chair and isn't aware of doing it, spinal stenosis", "CE1"),
        ("Mum's cushion was wet through again and she had no idea, back's bad since Sunday", "CE1"),
        ("Found the bed soaked, he wasn't aware, and his back has gone", "CE1"),
        # clinicians on retention
        ("Bladder scan 600 post void, sciatica both", "CE1"),
        # the other leg too
        ("Burning in the good leg too since yesterday, it was only the left", "CE2"),
        # unsteady
        ("Mum is furniture walking since Tuesday, her back aches", "CC1"),
        ("I keep bumping off door frames since yesterday", "CC1"),
        ("I veer about on the pavement this week and my legs feel daft", "CC1"),
        ("People ask if I'm on the drink the way I walk this week, and I'm not", "CC1"),
        ("broad based gait, new this week, thoracic pain", "CC1"),
        # a level
        ("The shower feels warm above my ribs only, below it's nothing", "CC1"),
        # a leg without power
        ("On the van step my right leg packed in twice this week, sciatica", "MD2"),
        ("My left leg is like a log since this morning, there's no life in it, sciatica", "MD1"),
        ("my left ankle has clocked off since the disc went", "MD2"),
        ("Foot won't answer me since Monday, bad back", "MD2"),
        ("Monday my foot was weak, Tuesday the ankle, today the whole leg won't lift", "MD1"),
        # what a foot snags
        ("My foot no longer clears the kerb since my back went", "MD2"),
        ("My left slipper drags on the lino since the disc slipped", "MD2"),
        ("right shoe slaps the pavement when I walk, back bad", "MD2"),
        # where the foot looks after a fall
        ("Dad tumbled on the stairs and his foot is pointing at the door", "FR1"),
        # a rigor
        ("back in bits and I'm shaking the bed, four jumpers on and still freezing", "SI2"),
        # a collapse
        ("I was buying milk this morning and came to on the shop floor with a stranger holding my hand", "GE1"),
        ("Dad just lost a couple of minutes today and found himself sat on the kerb", "GE1"),
        ("No memory of going down, woke up on the kitchen floor an hour ago", "GE1"),
        ("lights went out standing at the sink today and I woke on the lino", "GE1"),
        ("70M LBP, LOC this morning, back pain", "GE1"),
        # a fit
        ("My son shook all over on the floor and his eyes rolled back just now", "GE1"),
        ("She went stiff as a board and started jerking, frothing at the mouth", "GE1"),
        # a torn aorta
        ("A sword went between my shoulder blades an hour ago, never had the like, I'm grey", "AO1"),
        (
            "Sudden pain in my belly like being torn and he's gone the colour of candle wax, sweat rolling off him",
            "AO1",
        ),
        # breath
        ("Mum is gasping sitting in her chair today", "GE1"),
        # a swollen leg
        ("My left boot won't do up round the calf since the flight, the right does", "DV2"),
        ("skinny jeans stop at my right calf, other one slides on fine", "DV2"),
        ("My sock won't pull up over my left calf since Tuesday", "DV2"),
        # a leg without blood
        ("dad's foot is like it came out of the freezer and the nails are blue since last night", "LI1"),
        # means, farewells
        ("I've been stockpiling my codeine, there's enough in the drawer now", "SH1"),
        ("I've rehomed the dog and I'm so done with this pain", "SH1"),
        ("Sat on the parapet now, cold, the back wins", "SH1"),
        # not wanting to wake
        ("I pray to the Lord to take me in my sleep", "SH2"),
        ("It'd be easier for them once I'm gone, my hip ruins every day", "SH2"),
        # clothes too big
        ("My trousers stay up with string these days, not trying, and my back aches", "MA4"),
        # saddle
        ("I wipe and it's like wiping somebody else, disc bulge at L5", "CE1"),
        ("Sat in the bath and couldn't tell if the water was warm between my legs, back's been out a week", "CE1"),
        ("My arse has gone on strike, no feeling in it since Saturday", "CE1"),
        ("Feels as though I'm perched on a cushion of air whenever I sit on the loo", "CE1"),
        (
            "can't feel the saddle under me on the bike since my back went, and it lasts all day",
            "CE1",
        ),
        ("Everything in the undercarriage is like it's had the dentist at it", "CE1"),
        ("The seat could be ice and I'd not know it, back's been bad", "CE1"),
        ("The shower on my backside - nothing. Back went Tuesday.", "CE1"),
        ("he says his tail end is in a different room from the rest of him, slipped disc", "CE1"),
        # leak
        ("Stood up at mass and there was a wet ring on the pew, never felt a thing, back is bad", "CE1"),
        ("I'm leaving puddles and only know from the squelch, bad back", "CE1"),
        ("Daughter found the settee wet under me, first I knew of it, spinal stenosis", "CE1"),
        ("I look down to see if I've finished, nothing tells me", "CE1"),
        ("Tap's on but only a dribble, I have to press on my belly, back's gone", "CE1"),
        ("I've to sit and sing three songs before a wee will start since my back went", "CE1"),
        ("bursting all day and only drips come, sciatica", "CE1"),
        ("got up for a wee at 6 and still standing here at half past, nothing", "CE1"),
        # cord
        ("Since Sunday I walk like I've a wardrobe on my back and my legs cross over each other", "CC1"),
        ("My legs went to jelly at the sink this morning and have stayed that way, prostate cancer since 2020", "CC1"),
        (
            "breast cancer in the bones, legs like cooked spaghetti since yesterday",
            "CC1",
        ),
        ("From my ribs down feels like wearing wet tights", "CC1"),
        ("I'm holding the walls to get to the loo since Wednesday", "CC1"),
        ("Husband staggers round the kitchen, touching every worktop, all this week", "CC1"),
        ("Feet don't know where the floor is, since the weekend", "CC1"),
        ("it's like a corset being laced round my chest and my legs feel daft", "CC1"),
        ("my knees have a mind of their own this week, and I keep missing the step", "CC1"),
        ("Nan has myeloma and since this morning her legs won't take orders", "CC1"),
        # motor
        ("the front of my foot hits the floor before the heel since the weekend", "MD2"),
        ("I have to hoick my knee up to get my foot over the doormat, since my back went", "MD2"),
        ("My toes won't come off the accelerator, bad sciatica", "MD2"),
        ("Foot flaps like a fish when I walk, since Monday", "MD2"),
        ("my shoe on the right is scuffed through at the toe in a fortnight, back pain", "MD2"),
        ("can't stand on my tiptoes on the left any more to reach the shelf, sciatica", "MD2"),
        ("The leg folded on the stairs twice, no strength to it, bad back", "MD2"),
        ("Yesterday I could wiggle the toes, this morning nothing below the knee answers", "MD1"),
        ("Sunday it was the toes, now I can't lift the whole leg off the bed", "MD1"),
        ("My leg is dead weight today, I have to lift it in with my hands, sciatica", "MD1"),
        ("The leg's getting weaker by the hour, disc", "MD1"),
        ("I drag that foot like a ball and chain since my disc went", "MD2"),
        ("I've tripped on the same paving stone three times, toe won't clear it, back trouble", "MD2"),
        # fracture
        ("Gran went over in the hall, one leg's shorter than the other and rolled out", "FR1"),
        ("Mum tripped on the cat and can't be got up, howls when we move her hip", "FR1"),
        ("Dad's on the kitchen floor, slipped, toes pointing at the fridge", "FR1"),
        ("She landed on her hip off the bus and can't so much as stand on it", "FR1"),
        ("A pallet came down on my back this morning, it's agony", "FR2"),
        ("Came off the quad up the field, my back is in bits", "FR2"),
        ("went through the shed roof onto concrete, tailbone's screaming", "FR2"),
        ("got thrown by the mare this morning, lower back is killing", "FR2"),
        ("My mother (79) only leaned in to the washing machine and her back went with a crack, it's very sore", "FR3"),
        ("On steroids for my lungs, coughed and now there's a spot in my spine I can't touch", "FR3"),
        ("I'm on alendronic acid, stepped off the kerb, thigh cracked and I can't stand on it", "FR4"),
        # infect
        ("I'm diabetic, back's in agony and I'm shaking so much the bed moves", "SI1"),
        ("On methotrexate and infliximab, my spine throbs and I've a temp of 39", "SI1"),
        ("Had a kidney transplant, back pain and burning up tonight", "SI1"),
        ("epidural two weeks ago for my back, now it's throbbing and I've the shivers", "SI1"),
        ("Back pain and I've soaked three pairs of pyjamas through with shivers", "SI2"),
        ("Dad's knee is up like a football, red hot, and he's shivering", "SJ1"),
        ("My new hip is on fire and I've a temp of 38.9", "SJ1"),
        ("hip wound is leaking pus and I'm roasting and shivery", "PO1"),
        ("can't move the hip at all, every jolt's murder, and I'm boiling with a fever", "SJ1"),
        # vascular
        ("Something ripped in my belly and went to my back, I'm dripping with sweat", "AO1"),
        ("Known aneurysm, sudden pain in my back tonight", "AO1"),
        ("Dad doubled over with his back, sudden, he's grey as ash and cold sweat", "AO1"),
        (
            "All at once a pain between the shoulder blades like being stabbed with a sword, worst ever, went white",
            "AO1",
        ),
        ("Tummy's beating like a drum and my back is agony", "AO1"),
        ("My leg's gone cold and blotchy since lunch and I can't feel the toes", "LI1"),
        ("His foot is white as candle wax and cold as stone, other one is fine", "LI1"),
        ("Mum's toes have gone blue and it's agony, came on an hour ago", "LI1"),
        ("one calf like a football since the cast came off and now I can't get my breath", "DV1"),
        ("a fortnight after the knee operation and I'm coughing up blood", "DV1"),
        ("Ten days after hip op, stabbing pain in my chest when I breathe in", "DV1"),
        ("my right calf is like a rock and warm since the long coach trip", "DV2"),
        ("one leg is a size bigger, hot, can't get my welly on it", "DV2"),
        ("my husband keeled over in the shower, out cold for a minute, just now", "GE1"),
        ("his mouth has dropped on one side and his words are coming out wrong", "GE1"),
        ("my arm's gone useless all of a sudden and I'm dribbling tea", "GE1"),
        ("can't get a breath sitting still, started an hour ago", "GE1"),
        ("face blown up and throat closing after the new painkiller", "GE1"),
        ("tightness across my chest and down my left arm tonight", "GE1"),
        # mental
        ("I've enough amitriptyline in the drawer to finish it and tonight I will", "SH1"),
        ("I'm parked at the cliffs. I've had enough of this back", "SH1"),
        ("wrote to the kids and left it on the table, tablets are in front of me", "SH1"),
        ("My brother texted goodbye and said to mind his records, he's in agony with his back", "SH1"),
        ("the rope's in the boot, I know which tree", "SH1"),
        ("I've sorted the funeral, paid up the bills, picked Sunday", "SH1"),
        ("I keep thinking they'd be happier if I was gone", "SH2"),
        ("I wouldn't mind if a lorry took me out", "SH2"),
        ("Every night I hope I don't wake up", "SH2"),
        ("what's the point of going on like this, I'd sooner be dead", "SH2"),
        ("can't see the use of being alive with this hip", "SH2"),
        ("I wish the surgeon had let me die on the table", "SH2"),
        # cancer
        ("had breast cancer in 2012, rib and back pain at night that gets worse each week", "MA2"),
        ("Dad's kidney cancer, hip bone aches through the night", "MA2"),
        ("Clothes are falling off me, I'm not trying, back ache for weeks", "MA4"),
        ("I've gone down three dress sizes without trying and my hip aches", "MA4"),
        ("wake up in sheets wringing with sweat every night, back's sore for two months", "MA4"),
        ("I'm 70, backache for three months, I'm worn out and thirsty all day", "MA5"),
        ("there's a lump in my thigh that's growing", "MA6"),
        # women kids
        ("7 weeks pregnant and stabbing on the left low down, feeling faint", "PG1"),
        ("31 weeks, trickling water since morning and my back aches", "PG1"),
        ("missed my period, terrible pain in one side and my shoulder hurts", "PG1"),
        ("9 weeks pregnant, brown spotting and backache", "PG2"),
        ("My 3 year old won't put her foot to the floor and she's burning up", "PA1"),
        ("my baby's leg hangs and he screams when I change him", "PA1"),
        ("my 13 year old heard a pop in his groin and can't walk", "PA1"),
        ("my 6 year old has hobbled since Thursday", "PA2"),
        ("my daughter (11) has a sore knee and walks with her foot turned out", "PA2"),
        # meds
        ("Poo like tar since I started the naproxen", "ME1"),
        ("I've been on 3 paracetamol four times a day for a week", "ME1"),
        ("he's had his morphine and gaba and I can't rouse him, lips are blue", "ME1"),
        ("toddler got into my co-codamol, pack is open and she's chewing", "ME1"),
        ("brought up what looks like coffee grounds, on ibuprofen for my back", "ME1"),
        ("I'm on apixaban and took ibuprofen for three days for my back", "ME2"),
        ("stopped my prednisolone dead on Monday after a year", "ME2"),
        ("I'm getting through my tramadol a week early every month", "ME3"),
        # other
        ("pain in my side so bad I'm vomiting, came on all at once", "VI1"),
        ("my balls, sudden agony in one, and I'm sick", "VI1"),
        ("pain comes in waves from my flank to my groin, can't sit at peace", "VI2"),
        ("back ache, burning pee and a fever of 38.5", "VI2"),
        ("stings when I wee and a dull back", "VI3"),
        ("29, back stiff for an hour every morning for over a year, better after a run", "IN1"),
        ("ankylosing spondylitis, one eye is red and sore, hates the light", "IN2"),
        ("65, shoulders and hips locked solid every morning for a month", "IN3"),
        ("I'm 74 with a new headache, my scalp hurts to brush, and sight went in one eye", "IN4"),
        ("My calves seize after 200 yards, stop a minute and it passes", "LI3"),
        ("I sleep with my foot hanging out of bed for the pain", "LI2"),
        ("groin ache for two months, I was on high dose steroids", "AV1"),
        ("just my left cheek is numb, bad back", "CE5"),
    ],
)
def test_a_sign_told_in_lived_words_is_found(text: str, rule: str) -> None:
    assert rule in {hit.rule for hit in assess([UserText(text)]).hits}


@pytest.mark.parametrize(
    "text",
    [
        # feeling lost where one sits
        "I need a blanket over the chair because my back gets cold",
        "Wiping the kitchen worktop makes my back ache",
        "My bum fell asleep on the bleachers, fine after a walk",
        "I dozed off in the chair and woke with a stiff back",
        "Loo seat is too low for my hip, any raised ones?",
        "The mirror in the gym shows my back is not straight",
        "My boss doesn't send word about shifts, and my back is tired",
        "I check in the mirror that I am lifting properly",
        "paper towels on the step so I don't slip, my hip aches",
        # wetting not noticed
        "There is a damp patch on the ceiling and my back hurts from painting",
        "I was soaked by the rain and never noticed my back",
        "Sweat left a damp patch on my chair after the bike, hip tight",
        # clinicians on retention
        "PVR 0 ml, all normal, back pain only",
        "I sit 10 minutes with a hot water bottle, back eases",
        # the other leg too
        "The other leg is fine",
        # unsteady
        "I hang on to the furniture to stretch my calf",
        "My dog is lurching about since the park",
        "I was weaving a basket and my back stiffened",
        "Traffic weaving past my van, back stiff from driving",
        "I bumped my elbow on the door frame carrying the sofa",
        "Pushed the sofa through the doorway and banged my hip",
        "My car veers to the left and my back is sore after driving",
        "Boat trip tomorrow, the ferry lurches, any seat tips for my back?",
        "moving furniture all day, back's tight",
        # a level
        "A hot bath up to my waist eases my back",
        "My bra strap rubs and my back is sore",
        "The water was cold up to my waist at the beach",
        # shocks
        "My phone zapped and I dropped it, neck stiff",
        "chin tucks help my neck",
        # a leg without power
        "I packed in the gym because my knee aches",
        "My job packed in and I sit all day, leg stiff",
        "Side plank with the top leg hanging, is it good for my hip?",
        "Lunches packed in a bag on my bad side, leg fine",
        "Unplugged the heater and twisted my back",
        "The table leg packed in and I fell on the floor laughing",
        "Log splitting made my back sore, legs tired",
        "Monday knee day, Wednesday hip day, today ankle mobility",
        "Butter chicken tonight, my legs are tired from standing",
        # what a foot snags
        "The dog's lead snags my leg and I twist my back",
        "My coat snags on the door and my hip aches",
        "The rug needs rolling up, is lifting it bad for my back?",
        "I trail my hoover over the carpet and my hip hurts",
        # where the foot looks after a fall
        "Should my feet point outwards in a squat?",
        "I slipped a jumper on and my shoulder hurt",
        "My office chair has wheels and my hip aches when I sit",
        "My foot looks out of the window of the van, hip stiff",
        # a rigor
        "I've been running 10k, 101 days in a row, back is tight",
        "The washing machine rattles the floor and my back aches from lifting",
        "I sleep under three blankets since the boiler went, back stiff",
        "The dentist's drill rattled my jaw, back ok",
        "Hot as a furnace in the office, my back sticks to the chair",
        # a collapse
        "Woke up on the floor at the party on the camping mat, back stiff",
        "Next thing on my list is a new mattress",
        "The kerb is where I sat to tie my lace, hip sore",
        "I came round to my sister's house and her floor was cold, back stiff",
        "lights went out in the street, I did my stretches in the dark",
        "looking up at the ceiling in savasana my hips ache",
        "Came round from the anaesthetic with a stiff back",
        # a fit
        "My leg jerks when I fall asleep, hip aches",
        "I bit my tongue eating toast, back ok",
        "Went rigid with cold at the match, back stiff",
        "knee jerk reflex tested fine",
        "The bus jerked and jolted my back",
        # a torn aorta
        "I swung an axe all day and my back is like a plank",
        "I painted the wall the colour of putty and my back aches",
        "My trousers split open behind when I bent, back fine",
        "Sweat running down my back in spin class, hip tight",
        "the sofa is the colour of chalk, and I hurt my back moving it",
        # breath
        "I run up the hill and stop to get my wind back, hip fine",
        "sob story, but my back hurts",
        # a swollen leg
        "My jeans won't do up after Christmas, back aches",
        "I can't get my socks on because my hip is stiff",
        "Ski boots won't buckle, calf muscle too big from cycling",
        "Both my legs look like they belong to a bigger man, always have",
        # a leg without blood
        "fish from the fridge for dinner and my foot hurts",
        "I painted my toenails violet, does gel matter for an MRI of my hip?",
        "Frozen peas on my foot for ten minutes, ok?",
        # means, farewells
        "My dog is going to my sister while I'm in hospital for the hip",
        "Letters written to the council about my hip wait",
        "I live on the wrong side of the bridge and walking hurts",
        "The biscuit tin is nearly full, my back needs a break",
        "I keep my tablets in a tin in the drawer",
        "Thanks for everything, my back is better",
        "We rehomed the dog because I was moving house, my back hurts",
        "I keep some tablets back for bad days",
        "I gave the dog her tablets, back ok",
        # not wanting to wake
        "I pray the morning is dry, my hip hates rain",
        "Ask God for patience with this back",
        "I hope morning stiffness passes",
        "The potatoes are easier once in the ground, back aches from digging",
        # clothes too big
        "new holes in my belt since Slimming World, hip better",
        "tool belt has new holes, hurts my hip",
        "Bought the wrong size jeans, they're loose, back fine",
        "pins and needles under my skirt waistband, back ok",
        # ca
        "circa 2016 my hip ached",
        # joint
        "can't shift the wardrobe an inch, my back",
        "The dog yelps if the quilt touches her",
        # injury
        "My pony stopped eating and my back aches from mucking out",
        "I'm 72, sneezing with hay fever, any good chair?",
        # child
        "My 5 year old loves the penguins at the zoo and walks there",
        "My toddler tucks her feet up in the buggy",
        "My baby is quiet and sleeps well, my back aches from feeding",
        # urine
        "I had beetroot and my pee is pink",
        "Pulling nettles made my back ache, then a wee sit down",
        "I call my dog by the wrong name, getting old, back aches",
        "I nod off in front of the telly and my neck is stiff",
        # infl
        "Sunglasses on the beach and my back was stiff",
        "Stiff for ten minutes then fine",
        "Meetings till eleven, back aches after",
        # organs
        "I was done with all that paperwork years ago",
        # meds
        "I counted 14 steps and my hip hurt",
    ],
)
def test_the_same_words_of_something_else_raise_no_flag(text: str) -> None:
    assert assess([UserText(text)]).level.label in ("none", "routine")
