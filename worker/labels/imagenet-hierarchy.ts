/*!
 * Made by `npm run wordnet` from WordNet 3.0, whose notice follows.
 *
 * This software and database is being provided to you, the LICENSEE, by
 * Princeton University under the following license.  By obtaining, using
 * and/or copying this software and database, you agree that you have
 * read, understood, and will comply with these terms and conditions.:
 *
 * Permission to use, copy, modify and distribute this software and
 * database and its documentation for any purpose and without fee or
 * royalty is hereby granted, provided that you agree to comply with
 * the following copyright notice and statements, including the disclaimer,
 * and that the same appear on ALL copies of the software, database and
 * documentation, including modifications that you make for internal
 * use or for distribution.
 *
 * WordNet 3.0 Copyright 2006 by Princeton University.  All rights reserved.
 *
 * THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND PRINCETON
 * UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES, EXPRESS OR
 * IMPLIED.  BY WAY OF EXAMPLE, BUT NOT LIMITATION, PRINCETON
 * UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES OF MERCHANT-
 * ABILITY OR FITNESS FOR ANY PARTICULAR PURPOSE OR THAT THE USE
 * OF THE LICENSED SOFTWARE, DATABASE OR DOCUMENTATION WILL NOT
 * INFRINGE ANY THIRD PARTY PATENTS, COPYRIGHTS, TRADEMARKS OR
 * OTHER RIGHTS.
 *
 * The name of Princeton University or Princeton may not be used in
 * advertising or publicity pertaining to distribution of the software
 * and/or database.  Title to copyright in this software, database and
 * any associated documentation shall at all times remain with
 * Princeton University and LICENSEE agrees to preserve same.
 */

/** Kinds of things: a name, and the places in this list of the kinds that it is a kind of, all of which stand before it. */
export const KINDS = `
animal|
chordate|0
vertebrate|1
aquatic vertebrate|2
fish|3
bony fish|4
teleost fish|5
soft-finned fish|6
cypriniform fish|7
cyprinid|8
cartilaginous fish|4
elasmobranch|10
shark|11
mackerel shark|12
requiem shark|12
ray|11
bird|2
ratite|16
passerine|16
oscine|18
finch|19
bunting|20
thrush|19
nightingale|22
corvine bird|19
titmouse|19
bird of prey|16
hawk|26
eagle|26
owl|26
amphibian|2
salamander|30
newt|31
ambystomid|31
frog|30
true frog|34
reptile|2
anapsid|36
chelonian|37
turtle|38
sea turtle|39
diapsid|36
saurian|41
lizard|42
gecko|43
iguanid|43
teiid lizard|43
agamid|43
anguid lizard|43
venomous lizard|43
lacertid lizard|43
chameleon|43
monitor|43
crocodilian reptile|41
crocodile|53
alligator|53
archosaur|41
dinosaur|56
ornithischian|57
ceratopsian|58
snake|41
colubrid snake|60
constrictor|60
boa|62
python|63
elapid|60
cobra|65
mamba|65
black mamba|67
viper|60
pit viper|69
rattlesnake|70
invertebrate|0
arthropod|72
arachnid|73
spider|74
acarine|74
game|0
gallinaceous bird|16
game bird|77,78
grouse|79
phasianid|79
pheasant|81
peafowl|82
parrot|16
cockatoo|84
lory|84
cuculiform bird|16
cuckoo|87
coraciiform bird|16
apodiform bird|16
piciform bird|16
aquatic bird|16
waterfowl|92
anseriform bird|93
duck|94
sea duck|95
merganser|96
swan|92
mammal|2
prototherian|99
monotreme|100
metatherian|99
marsupial|102
kangaroo|103
phalanger|103
coelenterate|72
anthozoan|106
coral|107
stony coral|108
worm|72
mollusk|72
gastropod|111
cephalopod|111
crustacean|73
decapod crustacean|114
crab|115
lobster|115
true lobster|117
malacostracan crustacean|114
wading bird|92
stork|120
heron|120
egret|122
gallinule|92
purple gallinule|124
rail|120
coot|126
shorebird|120
plover|128
turnstone|129
sandpiper|128
snipe|128
seabird|92
pelecaniform seabird|133
sphenisciform seabird|133
penguin|135
pelagic bird|133
placental|99
aquatic mammal|138
cetacean|139
whale|140
baleen whale|141
toothed whale|141
dolphin|143
sea cow|139
pinniped mammal|139
seal|146
eared seal|147
carnivore|138
canine|149
domestic animal|0
dog|150,151
toy dog|152
toy spaniel|153
English toy spaniel|154
hunting dog|152
hound|156
coonhound|157
foxhound|157
wolfhound|157
racer|0
greyhound|157,161
terrier|156
bullterrier|163
fox terrier|163
wirehair|163
Welsh terrier|166
schnauzer|163
sporting dog|156
retriever|169
pointer|169
setter|169
spaniel|169
springer spaniel|173
water spaniel|173
working dog|152
watchdog|176
shepherd dog|176
Belgian sheepdog|178
pinscher|177
Sennenhunde|176
mastiff|176
bulldog|176
sled dog|176
spitz|152
griffon|152
corgi|152
poodle|152
wolf|150
wild dog|150
fox|150
feline|149
cat|192
domestic cat|193,151
wildcat|193
big cat|192
bear|149
viverrine|149
insect|73
beetle|199
lamellicorn beetle|200
scarabaeid beetle|201
dipterous insect|199
hymenopterous insect|199
orthopterous insect|199
phasmid|199
dictyopterous insect|199
homopterous insect|199
neuropteron|199
odonate|199
lepidopterous insect|199
butterfly|211
nymphalid|212
danaid|212
pierid|212
echinoderm|72
lagomorph|138
leporid|217
rabbit|218
rodent|138
squirrel|220
tree squirrel|221
cavy|220
ungulate|138
odd-toed ungulate|224
equine|225
horse|226
even-toed ungulate|224
swine|228
ruminant|228
bovid|230
bovine|231
cattle|232
Old World buffalo|231
sheep|231
wild sheep|231
mountain sheep|236
goat|231
wild goat|238
antelope|231
camel|228
musteline mammal|149
edentate|138
sloth|243
primate|138
ape|245
anthropoid ape|246
great ape|247
lesser ape|247
monkey|245
Old World monkey|250
New World monkey|250
lemur|245
proboscidean|138
pachyderm|138
elephant|254,255
procyonid|149
food fish|4
salmonid|7
salmon|259,258
spiny-finned fish|6
percoid fish|261
butterfly fish|262
damselfish|262
ganoid|6
scorpaenoid|261
scorpaenid|266
plectognath|261
device|
machine|269
calculator|270
clothing|
garment|272
robe|273
outerwear|272
gown|275
musical instrument|269
wind instrument|277
free-reed instrument|278
keyboard instrument|277
stringed instrument|277
guitar|281
vehicle|
craft|283
watercraft|284
ship|285
military vehicle|283
warship|286,287
aircraft|284
heavier-than-air craft|289
airplane|290
lighter-than-air craft|289
structure|
wheeled vehicle|283
self-propelled vehicle|294
motor vehicle|295
car|296
instrument|269
measuring instrument|298
timepiece|299
clock|300
building|293
outbuilding|302
shed|303
protective garment|272
container|
bin|306
weapon|298
gun|308
firearm|309
autoloader|310
automatic firearm|311
machine gun|312
automatic rifle|312,313
bag|306
workplace|
establishment|293
place of business|317
mercantile establishment|318
shop|319
equipment|
sports equipment|321
gymnastic apparatus|322
implement|
writing implement|324
pen|325
cloth covering|
dressing|327
bandage|328
adhesive bandage|329
obstruction|293
barrier|331
weight|322
furnishing|
furniture|334
seat|335
chair|336
farm building|302
vessel|306
handcart|294
game equipment|321
ball|341
baseball equipment|322
basketball equipment|322
baby bed|335
woodwind|278
beating-reed instrument|346
double-reed instrument|347
headdress|272
cap|349
fabric|
piece of cloth|351
towel|352
drygoods|
white goods|354
linen|355
bath linen|356
tower|293
jar|339
hat|349
bottle|339
glass|306
protective covering|
shelter|363
bicycle|294
swimsuit|273
optical instrument|298
sled|283
neckwear|273
necktie|369
top|
cap|371
memorial|293
undergarment|273
woman's clothing|272
shield|363
plate|376
armor plate|377
cleaning implement|324
restraint|269
fastener|380
vest|273
armor|363
body armor|383
public transport|
train|385
passenger train|386
utensil|324
kitchen utensil|388
cooking utensil|389
pot|390,339
source of illumination|269
lamp|392
boat|285
small boat|394
tool|324
hand tool|396
opener|397
sweater|273
reflector|269
mirror|400
mechanism|269
mechanical device|402
ride|403
gear|321
kit|405
box|306
machine|403
wheel|408
electronic equipment|321
defensive structure|293
fortification|411
sailing vessel|285
sailboat|413
bowed stringed instrument|281
telephone|410
radiotelephone|416
connection|
attachment|418
ligament|419
fence|332
power tool|270,396
power saw|422
chest of drawers|335
percussion instrument|277
cabinet|335
footwear|272
hosiery|427
stocking|428
place of worship|302
theater|302
cutting implement|396
cutter|432
edge tool|433
knife|434
housing|293
dwelling|436
covering|
footwear|
shaker|306
drinking vessel|339
mug|441
lock|381
keyboard|269
peripheral|410
data input device|445
cargo ship|286
bottle opener|398
brass|278
boot|439
lifting device|269
helmet|349
cooker|390
croquet equipment|322
stick|324
staff|455
table|335
computer|270
digital computer|458
personal computer|459
watch|300
table|335
appliance|
home appliance|463
white goods|464
brake|380
brake system|466
hydraulic brake|467
landing|293
roof|363
floor cover|
mat|471
rig|405
drill rig|473
kitchen appliance|464
oven|475
fan|269
locomotive|295
wall unit|335
coffee maker|475
toiletry|
drug|
medicine|482
powder|481,483
cosmetic|481
makeup|485
scarf|273
office furniture|335
truck|296
screen|363
bedroom furniture|335
bed|491
railcar|294
pan|390
overgarment|273
coat|495
mask|363
pump|403
golf equipment|322
dress|375
piano|280,281,425
grate|332
marketplace|319
instrument of execution|298
clip|381
tracked vehicle|295
basket|306
blower|269
dryer|463
portable computer|460
memory device|269
magnetic disk|511
chordophone|281
farm machine|270
ax|434
sheath|363
supporting structure|293
framework|517
skirt|273
wagon|294
cart|520
sandglass|300
audio system|410
reproducer|523
stereo|524
lantern|393
trouser|273
apparel|272
workwear|528
shirt|273
game|341
puzzle|531
control|402
shade|363
garden tool|396
cap|363
sea boat|394
passenger ship|286
shoe|439
electrical device|269
transducer|540
electro-acoustic transducer|541
scientific instrument|298
magnifier|543
microscope|544
light microscope|545
hand glass|546
building complex|293
industrial plant|548
factory|549
navigational instrument|298
compass|551
tights|428
attire|272
disguise|554
support|269
structural member|556
upright|557
post|558
system|
measure|306
uniform|272
can|306
bus|385
van|489
passenger van|565
rocket|283
handwear|272
glove|568
ware|
tableware|570
crockery|571
dish|572,306
bowl|573
trailer|294
house|437,302
residence|576
religious residence|577
motorcycle|296
minibike|579
shelter|293
tent|581
electronic device|269
trap|269
strengthener|269
brace|556,585
decoration|
adornment|587
jewelry|588
column|293
meter|299
filter|269
breathing device|269
package|306
oar|324
brush|324
applicator|269
nightwear|272
pipe|278
rescue equipment|321
bench|336
timer|300
area|293
support|517
sharpener|324
apparatus|321
duplicator|606
helmet|378
savings bank|306
padding|
cushion|610
rack|518
photographic equipment|321
camera|613
rod|324
cloak|495
drill|396
rug|471,334
printer|270
institution|317
penal institution|620
correctional institution|621
sheet|
plate|623
rotating mechanism|402
circle|625
disk|624,626
bedclothes|327
sports implement|324
communication system|
telescope|544
astronomical telescope|631
tank|339
reservoir|633
excavation|
pool|635
cistern|634,636
winder|403
pistol|310
eraser|324
measuring stick|299
strongbox|407
pin|381
single-reed instrument|347
board|623
signboard|293
display|583
accessory|272
belt|648
safety belt|649,380
textile machine|270
screen|
blind|363
curtain|653,334
runner|269
face mask|497
analog computer|458
movable barrier|332
door|658
slot machine|270
dispenser|306
bar|324
lever|662
key|663
heater|269
satellite|321
spacecraft|284,666
turner|390
motorboat|394
web|584
surface|
horizontal surface|671
platform|672
bridge|293
medical instrument|298
litter|
sofa|336
convertible|677
shrine|430
submersible|288
optical device|269
lens|681
converging lens|682
spectacles|367
cream|481
pullover|399
plaything|
lamp|335
armored vehicle|295
telecommunication system|630
chair of state|337
light|392
design|587
emblem|693
receptacle|306
raincoat|496
rack|556
arch|293
gate|658
canopy|364
case|306
basin|339
jug|361
acoustic device|269
signaling device|269
hairpiece|554
window blind|653
airfoil|269
cutlery|571
spoon|709,306
woodenware|570
rail fence|421
print media|
press|713
work|
publication|715
magazine|714,716
sign|
signal|
visual signal|719
light|720
wrapping|
jacket|722
food|
fare|724
nutriment|724
course|726
entree|727
foodstuff|724
ingredient|729
flavorer|730
condiment|731
dip|732
dish|726
soup|734
stew|734
dessert|727
pudding|737
frozen dessert|737
food|
baked goods|740
starches|729
bread|741,742
loaf of bread|743
bun|743
cracker|743
snack food|734
sandwich|747
hamburger|748
produce|740
vegetable|750
root vegetable|751
solanaceous vegetable|751
potato|752,742,753
cruciferous vegetable|751
cabbage|755
squash|751
summer squash|757
winter squash|757
pepper|753
sweet pepper|760
plant part|
plant organ|762
reproductive structure|763
fruit|764
edible fruit|750,765
pome|765
apple|766,767
eating apple|768
berry|766
citrus|766
feed|724
fodder|772
sauce|732
spaghetti sauce|774
concoction|729
liquid|
beverage|724,777
drug of abuse|482
alcohol|778,779
wine|780
coffee|778
mixed drink|780
punch|783
geological formation|
natural elevation|785
mountain|786
sphere|
ball|788
globule|789
ridge|786
reef|791
spring|785
shore|785
mechanism|
barrier|795
bar|791,796
natural depression|785
person|
contestant|799
athlete|800
player|800
peer|799
associate|803
participant|804
explorer|799
diver|806
seed|765
oilseed|808
plant|
vascular plant|810
spermatophyte|811
angiosperm|812
flower|813
orchid|814
lady's slipper|815
grain|808
kernel|817
fungus|
basidiomycete|819
paper|
tissue|821
`;

/** The 1,000 classes of ImageNet in their order: a name, the category, and the places of its kinds. */
export const CLASSES = `
tench|fish|9
goldfish|fish|9
great white shark|fish|13
tiger shark|fish|14
hammerhead|fish|12
electric ray|fish|15
stingray|fish|15
cock|bird|16
hen|bird|16
ostrich|bird|17
brambling|bird|20
goldfinch|bird|20
house finch|bird|20
junco|bird|20
indigo bunting|bird|21
robin|bird|22
bulbul|bird|23
jay|bird|24
magpie|bird|24
chickadee|bird|25
water ouzel|bird|19
kite|bird|27
bald eagle|bird|28
vulture|bird|26
great grey owl|bird|29
European fire salamander|amphibian|31
common newt|amphibian|32
eft|amphibian|32
spotted salamander|amphibian|33
axolotl|amphibian|33
bullfrog|amphibian|35
tree frog|amphibian|34
tailed frog|amphibian|34
loggerhead|reptile|40
leatherback turtle|reptile|40
mud turtle|reptile|39
terrapin|reptile|39
box turtle|reptile|39
banded gecko|reptile|44
common iguana|reptile|45
American chameleon|reptile|45
whiptail|reptile|46
agama|reptile|47
frilled lizard|reptile|47
alligator lizard|reptile|48
Gila monster|reptile|49
green lizard|reptile|50
African chameleon|reptile|51
Komodo dragon|reptile|52
African crocodile|reptile|54
American alligator|reptile|55
triceratops|reptile|59
thunder snake|reptile|61
ringneck snake|reptile|61
hognose snake|reptile|61
green snake|reptile|61
king snake|reptile|61
garter snake|reptile|61
water snake|reptile|61
vine snake|reptile|61
night snake|reptile|61
boa constrictor|reptile|63
rock python|reptile|64
Indian cobra|reptile|66
green mamba|reptile|68
sea snake|reptile|60
horned viper|reptile|69
diamondback|reptile|71
sidewinder|reptile|71
trilobite|animal|73
harvestman|animal|74
scorpion|animal|74
black and gold garden spider|animal|75
barn spider|animal|75
garden spider|animal|75
black widow|animal|75
tarantula|animal|75
wolf spider|animal|75
tick|animal|76
centipede|animal|73
black grouse|bird|80
ptarmigan|bird|80
ruffed grouse|bird|80
prairie chicken|bird|80
peacock|bird|83
quail|bird|81
partridge|bird|81
African grey|bird|84
macaw|bird|84
sulphur-crested cockatoo|bird|85
lorikeet|bird|86
coucal|bird|88
bee eater|bird|89
hornbill|bird|89
hummingbird|bird|90
jacamar|bird|91
toucan|bird|91
drake|bird|95
red-breasted merganser|bird|97
goose|bird|94
black swan|bird|98
tusker|animal|99
echidna|animal|101
platypus|animal|101
wallaby|animal|104
koala|animal|105
wombat|animal|103
jellyfish|animal|106
sea anemone|animal|107
brain coral|animal|109
flatworm|animal|110
nematode|animal|110
conch|animal|112
snail|animal|112
slug|animal|112
sea slug|animal|112
chiton|animal|111
chambered nautilus|animal|113
Dungeness crab|animal|116
rock crab|animal|116
fiddler crab|animal|116
king crab|animal|116
American lobster|animal|118
spiny lobster|animal|117
crayfish|animal|115
hermit crab|animal|115
isopod|animal|119
white stork|bird|121
black stork|bird|121
spoonbill|bird|120
flamingo|bird|120
little blue heron|bird|122
American egret|bird|123
bittern|bird|122
crane|bird|120
limpkin|bird|120
European gallinule|bird|125
American coot|bird|127
bustard|bird|120
ruddy turnstone|bird|130
red-backed sandpiper|bird|131
redshank|bird|131
dowitcher|bird|132
oystercatcher|bird|128
pelican|bird|134
king penguin|bird|136
albatross|bird|137
grey whale|animal|142
killer whale|animal|144
dugong|animal|145
sea lion|animal|148
Chihuahua|dog|153
Japanese spaniel|dog|153
Maltese dog|dog|153
Pekinese|dog|153
Shih-Tzu|dog|153
Blenheim spaniel|dog|155
papillon|dog|154
toy terrier|dog|153
Rhodesian ridgeback|dog|156
Afghan hound|dog|157
basset|dog|157
beagle|dog|157
bloodhound|dog|157
bluetick|dog|157
black-and-tan coonhound|dog|158
Walker hound|dog|159
English foxhound|dog|159
redbone|dog|157
borzoi|dog|160
Irish wolfhound|dog|160
Italian greyhound|dog|162
whippet|dog|162
Ibizan hound|dog|157
Norwegian elkhound|dog|157
otterhound|dog|157
Saluki|dog|157
Scottish deerhound|dog|157
Weimaraner|dog|157
Staffordshire bullterrier|dog|164
American Staffordshire terrier|dog|164
Bedlington terrier|dog|163
Border terrier|dog|163
Kerry blue terrier|dog|163
Irish terrier|dog|163
Norfolk terrier|dog|163
Norwich terrier|dog|163
Yorkshire terrier|dog|163
wire-haired fox terrier|dog|165
Lakeland terrier|dog|166
Sealyham terrier|dog|167
Airedale|dog|163
cairn|dog|163
Australian terrier|dog|163
Dandie Dinmont|dog|163
Boston bull|dog|163
miniature schnauzer|dog|168
giant schnauzer|dog|168
standard schnauzer|dog|168
Scotch terrier|dog|163
Tibetan terrier|dog|163
silky terrier|dog|163
soft-coated wheaten terrier|dog|163
West Highland white terrier|dog|163
Lhasa|dog|163
flat-coated retriever|dog|170
curly-coated retriever|dog|170
golden retriever|dog|170
Labrador retriever|dog|170
Chesapeake Bay retriever|dog|170
German short-haired pointer|dog|171
vizsla|dog|171
English setter|dog|172
Irish setter|dog|172
Gordon setter|dog|172
Brittany spaniel|dog|173
clumber|dog|173
English springer|dog|174
Welsh springer spaniel|dog|174
cocker spaniel|dog|173
Sussex spaniel|dog|173
Irish water spaniel|dog|175
kuvasz|dog|177
schipperke|dog|177
groenendael|dog|179
malinois|dog|179
briard|dog|178
kelpie|dog|178
komondor|dog|178
Old English sheepdog|dog|178
Shetland sheepdog|dog|178
collie|dog|178
Border collie|dog|178
Bouvier des Flandres|dog|178
Rottweiler|dog|178
German shepherd|dog|178
Doberman|dog|180
miniature pinscher|dog|180
Greater Swiss Mountain dog|dog|181
Bernese mountain dog|dog|181
Appenzeller|dog|181
EntleBucher|dog|181
boxer|dog|176
bull mastiff|dog|176
Tibetan mastiff|dog|182
French bulldog|dog|183
Great Dane|dog|176
Saint Bernard|dog|176
Eskimo dog|dog|176
malamute|dog|184
Siberian husky|dog|184
dalmatian|dog|152
affenpinscher|dog|180
basenji|dog|152
pug|dog|152
Leonberg|dog|152
Newfoundland|dog|152
Great Pyrenees|dog|152
Samoyed|dog|185
Pomeranian|dog|185
chow|dog|185
keeshond|dog|185
Brabancon griffon|dog|186
Pembroke|dog|187
Cardigan|dog|187
toy poodle|dog|188
miniature poodle|dog|188
standard poodle|dog|188
Mexican hairless|dog|152
timber wolf|animal|189
white wolf|animal|189
red wolf|animal|189
coyote|animal|189
dingo|animal|190
dhole|animal|190
African hunting dog|animal|190
hyena|animal|150
red fox|animal|191
kit fox|animal|191
Arctic fox|animal|191
grey fox|animal|191
tabby|cat|194
tiger cat|cat|194
Persian cat|cat|194
Siamese cat|cat|194
Egyptian cat|cat|194
cougar|cat|195
lynx|cat|195
leopard|animal|196
snow leopard|animal|196
jaguar|animal|196
lion|animal|196
tiger|animal|196
cheetah|animal|196
brown bear|animal|197
American black bear|animal|197
ice bear|animal|197
sloth bear|animal|197
mongoose|animal|198
meerkat|animal|198
tiger beetle|insect|200
ladybug|insect|200
ground beetle|insect|200
long-horned beetle|insect|200
leaf beetle|insect|200
dung beetle|insect|202
rhinoceros beetle|insect|202
weevil|insect|200
fly|insect|203
bee|insect|204
ant|insect|204
grasshopper|insect|205
cricket|insect|205
walking stick|insect|206
cockroach|insect|207
mantis|insect|207
cicada|insect|208
leafhopper|insect|208
lacewing|insect|209
dragonfly|insect|210
damselfly|insect|210
admiral|insect|213
ringlet|insect|212
monarch|insect|214
cabbage butterfly|insect|215
sulphur butterfly|insect|212
lycaenid|insect|212
starfish|animal|216
sea urchin|animal|216
sea cucumber|animal|216
wood rabbit|animal|219
hare|animal|218
Angora|animal|219
hamster|animal|220
porcupine|animal|220
fox squirrel|animal|222
marmot|animal|220
beaver|animal|220
guinea pig|animal|223
sorrel|animal|227
zebra|animal|226
hog|animal|229
wild boar|animal|229
warthog|animal|229
hippopotamus|animal|228
ox|animal|233
water buffalo|animal|234
bison|animal|231
ram|animal|235
bighorn|animal|237
ibex|animal|239
hartebeest|animal|240
impala|animal|240
gazelle|animal|240
Arabian camel|animal|241
llama|animal|228
weasel|animal|242
mink|animal|242
polecat|animal|242
black-footed ferret|animal|242
otter|animal|242
skunk|animal|242
badger|animal|242
armadillo|animal|243
three-toed sloth|animal|244
orangutan|animal|248
gorilla|animal|248
chimpanzee|animal|248
gibbon|animal|249
siamang|animal|249
guenon|animal|251
patas|animal|251
baboon|animal|251
macaque|animal|251
langur|animal|251
colobus|animal|251
proboscis monkey|animal|251
marmoset|animal|252
capuchin|animal|252
howler monkey|animal|252
titi|animal|252
spider monkey|animal|252
squirrel monkey|animal|252
Madagascar cat|animal|253
indri|animal|253
Indian elephant|animal|256
African elephant|animal|256
lesser panda|animal|257
giant panda|animal|257
barracouta|fish|258
eel|fish|7
coho|fish|260
rock beauty|fish|263
anemone fish|fish|264
sturgeon|fish|265
gar|fish|265
lionfish|fish|267
puffer|fish|268
abacus|tool|271
abaya|clothing|274
academic gown|clothing|276
accordion|musical instrument|279,280
acoustic guitar|musical instrument|282
aircraft carrier|vehicle|288
airliner|vehicle|291
airship|vehicle|292
altar|structure|293
ambulance|vehicle|297
amphibian|vehicle|296
analog clock|tool|301
apiary|structure|304
apron|clothing|305
ashcan|container|307
assault rifle|weapon|314
backpack|container|315
bakery|structure|316,320
balance beam|sports equipment|323
balloon|vehicle|292
ballpoint|tool|326
Band Aid|object|330
banjo|musical instrument|281
bannister|structure|332
barbell|sports equipment|333
barber chair|furniture|337
barbershop|structure|320
barn|structure|338
barometer|tool|299
barrel|container|339
barrow|vehicle|340
baseball|sports equipment|342,343
basketball|sports equipment|342,344
bassinet|furniture|345
bassoon|musical instrument|348
bathing cap|clothing|350
bath towel|textile|353,357
bathtub|container|339
beach wagon|vehicle|297
beacon|structure|358
beaker|container|359
bearskin|clothing|360
beer bottle|container|361
beer glass|container|362
bell cote|structure|364
bib|textile|352
bicycle-built-for-two|vehicle|365
bikini|clothing|366
binder|object|363
binoculars|tool|367
birdhouse|structure|364
boathouse|structure|304
bobsled|vehicle|368
bolo tie|clothing|370
bonnet|clothing|360
bookcase|furniture|335
bookshop|structure|320
bottlecap|object|372
bow|weapon|308
bow tie|clothing|370
brass|structure|373
brassiere|clothing|374,375
breakwater|structure|332
breastplate|clothing|378
broom|tool|379
bucket|container|339
buckle|tool|381
bulletproof vest|clothing|382,384
bullet train|vehicle|387
butcher shop|structure|320
cab|vehicle|297
caldron|container|391
candle|device|393
cannon|weapon|309
canoe|vehicle|395
can opener|tool|398
cardigan|clothing|399
car mirror|device|401
carousel|device|404
carpenter's kit|object|406
carton|container|407
car wheel|device|409
cash machine|tool|270
cassette|container|306
cassette player|electronics|410
castle|structure|412
catamaran|vehicle|414
CD player|electronics|410
cello|musical instrument|415
cellular telephone|electronics|417
chain|object|420
chainlink fence|structure|421
chain mail|clothing|384
chain saw|tool|423
chest|container|407
chiffonier|furniture|424
chime|musical instrument|425
china cabinet|furniture|426
Christmas stocking|clothing|429
church|structure|430
cinema|structure|431
cleaver|tool|435
cliff dwelling|structure|437
cloak|clothing|438
clog|clothing|439
cocktail shaker|container|440
coffee mug|container|442
coffeepot|container|391
coil|object|293
combination lock|tool|443
computer keyboard|electronics|444,446
confectionery|structure|320
container ship|vehicle|447
convertible|vehicle|297
corkscrew|tool|448
cornet|musical instrument|449
cowboy boot|clothing|450
cowboy hat|clothing|360
cradle|furniture|345
crane|device|451
crash helmet|clothing|452
crate|container|407
crib|furniture|345
Crock Pot|tool|453
croquet ball|sports equipment|342,454
crutch|tool|456
cuirass|clothing|384
dam|structure|332
desk|furniture|457
desktop computer|electronics|460
dial telephone|electronics|416
diaper|clothing|273
digital clock|tool|301
digital watch|tool|461
dining table|furniture|462
dishrag|textile|352
dishwasher|appliance|465
disk brake|device|468
dock|structure|469
dogsled|vehicle|368
dome|structure|470
doormat|textile|472
drilling platform|object|474
drum|musical instrument|425
drumstick|tool|455
dumbbell|sports equipment|333
Dutch oven|appliance|476
electric fan|appliance|477
electric guitar|musical instrument|282
electric locomotive|vehicle|478
entertainment center|furniture|479
envelope|container|306
espresso maker|appliance|480
face powder|toiletry|484,486
feather boa|clothing|487
file|furniture|488
fireboat|vehicle|394
fire engine|vehicle|489
fire screen|object|490
flagpole|tool|456
flute|musical instrument|346
folding chair|furniture|337
football helmet|clothing|452
forklift|vehicle|295
fountain|structure|293
fountain pen|tool|326
four-poster|furniture|492
freight car|vehicle|493
French horn|musical instrument|449
frying pan|tool|494
fur coat|clothing|496
garbage truck|vehicle|489
gasmask|object|497
gas pump|device|498
goblet|container|362
go-kart|vehicle|296
golf ball|sports equipment|342,499
golfcart|vehicle|296,499
gondola|vehicle|394
gong|musical instrument|425
gown|clothing|500
grand piano|musical instrument|501
greenhouse|structure|302
grille|structure|502
grocery store|structure|503
guillotine|tool|504
hair slide|tool|505
hair spray|toiletry|481
half track|vehicle|506,287
hammer|tool|397
hamper|container|507
hand blower|appliance|508,509
hand-held computer|electronics|510
handkerchief|textile|352
hard disc|electronics|512
harmonica|musical instrument|279
harp|musical instrument|513
harvester|tool|514
hatchet|tool|515
holster|object|516
home theater|structure|431
honeycomb|structure|518
hook|device|403
hoopskirt|clothing|519
horizontal bar|sports equipment|323
horse cart|vehicle|521
hourglass|tool|522
iPod|electronics|525
iron|appliance|464
jack-o'-lantern|device|526
jean|clothing|527,529
jeep|vehicle|297
jersey|clothing|530
jigsaw puzzle|toy|532
jinrikisha|vehicle|521
joystick|electronics|533,446
kimono|clothing|274
knee pad|clothing|305
knot|tool|381
lab coat|clothing|496
ladle|container|339
lampshade|object|534
laptop|electronics|510
lawn mower|tool|535
lens cap|object|536
letter opener|tool|435
library|structure|302
lifeboat|vehicle|537
lighter|device|269
limousine|vehicle|297
liner|vehicle|538
lipstick|toiletry|486
Loafer|clothing|539
lotion|toiletry|481
loudspeaker|electronics|542
loupe|tool|547
lumbermill|structure|550
magnetic compass|tool|552
mailbag|container|315
mailbox|container|407
maillot|clothing|553
maillot|clothing|366
manhole cover|object|371
maraca|musical instrument|425
marimba|musical instrument|425
mask|clothing|555
matchstick|tool|455
maypole|device|559
maze|object|560
measuring cup|container|561
medicine chest|furniture|426
megalith|structure|373
microphone|electronics|542
microwave|appliance|475
military uniform|clothing|562
milk can|container|563
minibus|vehicle|564
miniskirt|clothing|519
minivan|vehicle|566,297
missile|vehicle|567,308
mitten|clothing|569
mixing bowl|container|574
mobile home|vehicle|575,436
Model T|vehicle|297
modem|electronics|410
monastery|structure|578
monitor|electronics|410
moped|vehicle|580
mortar|container|339
mortarboard|clothing|350
mosque|structure|430
mosquito net|object|490
motor scooter|vehicle|294
mountain bike|vehicle|365
mountain tent|structure|582
mouse|electronics|583
mousetrap|device|584
moving van|vehicle|565
muzzle|device|380
nail|tool|381
neck brace|device|586
necklace|clothing|589
nipple|object|372
notebook|electronics|510
obelisk|structure|590
oboe|musical instrument|348
ocarina|musical instrument|278
odometer|tool|591
oil filter|device|592
organ|musical instrument|280,278
oscilloscope|electronics|410
overskirt|clothing|519
oxcart|vehicle|521
oxygen mask|device|593
packet|container|594
paddle|tool|595
paddlewheel|device|409
padlock|tool|443
paintbrush|tool|596,597
pajama|clothing|598
palace|structure|577
panpipe|musical instrument|599
paper towel|textile|353
parachute|object|600
parallel bars|sports equipment|323
park bench|furniture|601
parking meter|tool|602
passenger car|vehicle|493
patio|structure|603
pay-phone|electronics|416
pedestal|structure|604
pencil box|container|407
pencil sharpener|tool|605
perfume|toiletry|481
Petri dish|container|573
photocopier|electronics|607
pick|device|269
pickelhaube|clothing|608
picket fence|structure|421
pickup|vehicle|489
pier|structure|556
piggy bank|container|609
pill bottle|container|361
pillow|textile|611
ping-pong ball|sports equipment|342
pinwheel|device|409
pirate|vehicle|286
pitcher|container|339
plane|tool|434,397
planetarium|structure|302
plastic bag|container|315
plate rack|structure|612
plow|tool|396
plunger|tool|397
Polaroid camera|electronics|614
pole|tool|615
police van|vehicle|565
poncho|clothing|616
pool table|furniture|457,341
pop bottle|container|361
pot|container|306
potter's wheel|device|409
power drill|tool|422,617
prayer rug|furniture|618
printer|electronics|445,619
prison|structure|622
projectile|weapon|308
projector|tool|367
puck|sports equipment|627
punching bag|sports equipment|342
purse|container|315
quill|tool|326
quilt|textile|628
racer|vehicle|297
racket|sports equipment|629
radiator|device|402
radio|electronics|630
radio telescope|tool|632
rain barrel|container|637
recreational vehicle|vehicle|295
reel|device|638
reflex camera|electronics|614
refrigerator|appliance|465
remote control|electronics|269
restaurant|structure|302
revolver|weapon|639
rifle|weapon|310
rocking chair|furniture|337
rotisserie|appliance|476
rubber eraser|tool|640
rugby ball|sports equipment|342
rule|tool|641
running shoe|clothing|539
safe|container|642
safety pin|tool|643
saltshaker|container|440
sandal|clothing|539
sarong|clothing|519
sax|musical instrument|644
scabbard|object|516
scale|tool|299
school bus|vehicle|564
schooner|vehicle|413
scoreboard|structure|645,646
screen|electronics|647
screw|tool|381
screwdriver|tool|397
seat belt|clothing|650
sewing machine|appliance|464,651
shield|object|383
shoe shop|structure|320
shoji|object|652
shopping basket|container|507
shopping cart|vehicle|340
shovel|tool|397
shower cap|clothing|350
shower curtain|furniture|654
ski|sports equipment|655
ski mask|clothing|656
sleeping bag|container|315
slide rule|tool|657
sliding door|structure|659
slot|tool|660
snorkel|device|593
snowmobile|vehicle|506
snowplow|vehicle|296
soap dispenser|container|661
soccer ball|sports equipment|342
sock|clothing|428
solar dish|device|400
sombrero|clothing|360
soup bowl|container|574
space bar|tool|664
space heater|appliance|665
space shuttle|vehicle|667
spatula|tool|668
speedboat|vehicle|669
spider web|device|670
spindle|tool|455
sports car|vehicle|297
spotlight|device|393
stage|structure|673
steam locomotive|vehicle|478
steel arch bridge|structure|674
steel drum|musical instrument|425
stethoscope|tool|675
stole|clothing|487
stone wall|structure|421
stopwatch|tool|602
stove|appliance|665
strainer|device|592
streetcar|vehicle|295
stretcher|object|676
studio couch|furniture|678
stupa|structure|679
submarine|vehicle|680
suit|clothing|273
sundial|tool|300
sunglass|device|683
sunglasses|clothing|684
sunscreen|toiletry|685
suspension bridge|structure|674
swab|tool|379
sweatshirt|clothing|686
swimming trunks|clothing|366
swing|toy|403,687
switch|device|533
syringe|tool|675
table lamp|furniture|688
tank|vehicle|287,689,506
tape player|electronics|410
teapot|container|391
teddy|toy|687
television|electronics|690
tennis ball|sports equipment|342
thatch|structure|470
theater curtain|furniture|654
thimble|container|536,306
thresher|tool|514
throne|furniture|691
tile roof|structure|470
toaster|appliance|475
tobacco shop|structure|320
toilet seat|furniture|336
torch|device|692
totem pole|structure|590,694
tow truck|vehicle|489
toyshop|structure|320
tractor|vehicle|295
trailer truck|vehicle|489
tray|container|695
trench coat|clothing|696
tricycle|vehicle|294
trimaran|vehicle|414
tripod|device|697
triumphal arch|structure|698,373
trolleybus|vehicle|564
trombone|musical instrument|449
tub|container|339
turnstile|structure|699
typewriter keyboard|device|444
umbrella|object|700
unicycle|vehicle|294
upright|musical instrument|501
vacuum|appliance|464
vase|container|359
vault|structure|470
velvet|textile|351
vending machine|tool|660
vestment|clothing|276
viaduct|structure|674
violin|musical instrument|415
volleyball|sports equipment|342
waffle iron|appliance|475
wall clock|tool|301
wallet|container|701
wardrobe|furniture|335
warplane|vehicle|290,287
washbasin|container|702
washer|appliance|465
water bottle|container|361
water jug|container|703
water tower|container|634
whiskey jug|container|703
whistle|device|704,705
wig|clothing|706
window screen|object|490
window shade|object|707
Windsor tie|clothing|370
wine bottle|container|361
wing|device|708
wok|tool|494
wooden spoon|container|710,711
wool|textile|351
worm fence|structure|712
wreck|vehicle|286
yawl|vehicle|395
yurt|structure|437
web site|electronics|458
comic book|object|717
crossword puzzle|toy|532
street sign|object|718
traffic light|object|721
book jacket|object|723
menu|food|725
plate|food|728
guacamole|food|733
consomme|food|735
hot pot|food|736
trifle|food|738
ice cream|food|739
ice lolly|food|739
French loaf|food|744
bagel|food|745
pretzel|food|746
cheeseburger|food|749
hotdog|food|748
mashed potato|food|754
head cabbage|food|756
broccoli|food|755
cauliflower|food|755
zucchini|food|758
spaghetti squash|food|758
acorn squash|food|759
butternut squash|food|759
cucumber|food|751
artichoke|food|751
bell pepper|food|761
cardoon|food|751
mushroom|food|751
Granny Smith|food|769
strawberry|food|770
orange|food|771
lemon|food|771
fig|food|766
pineapple|food|766
banana|food|766
jackfruit|food|766
custard apple|food|766
pomegranate|food|766
hay|food|773
carbonara|food|775
chocolate sauce|food|774
dough|food|776
meat loaf|food|734,744
pizza|food|734
potpie|food|734
burrito|food|734
red wine|food|781
espresso|food|782
cup|food|784
eggnog|food|784
alp|landscape|787
bubble|object|790
cliff|landscape|785
coral reef|landscape|792
geyser|landscape|793
lakeside|landscape|794
promontory|landscape|786
sandbar|landscape|797
seashore|landscape|794
valley|landscape|798
volcano|landscape|787
ballplayer|person|801,802
groom|person|805
scuba diver|person|807
rapeseed|plant|809
daisy|plant|814
yellow lady's slipper|plant|816
corn|food|818
acorn|plant|765
hip|plant|765
buckeye|plant|808
coral fungus|fungus|819
agaric|fungus|820
gyromitra|fungus|819
stinkhorn|fungus|819
earthstar|fungus|819
hen-of-the-woods|fungus|819
bolete|fungus|819
ear|plant|765
toilet tissue|object|822
`;
