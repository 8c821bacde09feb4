/** Verbs of carrying out: “follow the runbook”. What follows them says what is to be done. */
const carryOut =
  /(?<![\p{L}\d-])(?:follow(?!\s+up)|do|execute|perform|run|obey|carry(?:ing)? out|act(?:ing)? on|fulfil+|achieve|complete|finish|implement|apply|address|accomplish|satisf(?:y|ies)|comply|stick to|go by|go through|(?:work|get)(?:ing)? (?:through|off|on)|tick off|process|take|handle|befolg\w*|folg\w*|führ\w*|erledig\w*|mach\w*|tu|bearbeit\w*|arbeit\w*|halt\w*|fai[st]|faites|suis|suivez|suivre|exécut\w*|applique\w*|haz|haga|sigue|siga|seguir|ejecuta\w*|cumpl\w*|fa[iz]|fate|faça|segui\w*|esegu\w*|executa\w*|cumpr\w*|doe|volg\w*|voer|zrób|wykona\w*|postępuj\w*|сделай\w*|выполни\w*|следуй\w*|gör|följ|utför)(?![\p{L}])/iu
const workGiven =
  /(?<![\p{L}\d])(?:instructions?|directions?|to-?dos?|tasks?|steps?|runbooks?|playbooks?|checklists?|guid(?:es?|elines?|ance)|procedures?|recipes?|homework|assignments?|chores?|requests?|needs?|ask|wish(?:es)?|issues?|orders?|demands?|plan|what|whatever|everything|anweisung\w*|anleitung\w*|aufgaben?|schritten?|vorgaben?|wünsche?|was|consignes?|étapes?|tâches?|ce qu[ei']\S*|instrucciones|tareas?|pasos?|lo que|istruzioni|passi|compiti|ciò che|quello che|instruções|tarefas?|passos|o que|stappen|taken|instructies|wat|kroki|zadania|instrukcj\w*|to,? co|шаги|задани\w*|задач\w*|инструкци\w*|то,? что|stegen|uppgift\w*|instruktion\w*|vad|det som)(?![\p{L}])/iu
/** “Do the things in the notes column”: what a place holds is the work. */
const workThere =
  /(?<![\p{L}])(?:do|mach\w*|erledig\w*|tu|fai[st]|faites|haz|haga|fa[iz]|fate|faça|doe|zrób|сделай\w*|gör)\s+(?:[\p{L}'’]+\s+){0,3}?(?:things?|items?|points?|ones|stuff|sachen|dinge|punkte|choses|points|cosas|puntos|cose|punti|coisas|pontos|dingen|punten|rzeczy|punkty|вещи|пункты|saker|punkter)\s+(?:(?:that|which) (?:are|stand) )?(?:in|on|from|under|im|in|auf|aus|dans|sur|en|del?|nel\p{L}*|n[ao]s?|uit|op|z|w|na|из|в|на|i|på|från)(?![\p{L}])/iu
/** “Do what the mail says.” */
const whatIsSaid =
  /(?<![\p{L}])(?:what(?:ever)?|everything|was|alles|ce qu[ei']|lo que|ciò che|quello che|o que|wat|co|что|vad) ?(?:[\p{L}\d'’@./_-]+ ){0,8}(?:says?|said|asks?|wants?|needs?|requests?|requires?|describes?|tells?|lists?|wrote|writes|suggests?|recommends?|demands?|orders?|steht|stehen|sagt|will|möchte|verlangt|schreibt|di[st]|demande|veut|dice|pide|quiere|chiede|vuole|diz|pede|quer|staat|zegt|vraagt|wil|mówi|chce|prosi|napisa\w*|написано|сказано|говорит|просит|хочет|står|säger|vill)(?![\p{L}])/iu
/** As a source has it. */
const asItSays =
  /(?<![\p{L}])(?:accordingly|according to|as (?:described|instructed|requested|listed|specified|stated|directed|told|asked|written|documented|explained|outlined|set out|laid (?:out|down)|shown|prescribed|recommended|detailed|noted|defined)|(?:as|like|the way) (?:[\p{L}\d'’@./_-]+ ){1,6}?(?:ask(?:s|ed)?|says?|said|want(?:s|ed)?|wrote|told|describe[sd]?|tells?|list(?:s|ed)?|explain(?:s|ed)?|outlines?|states?|specif(?:y|ies)|prescribes?|recommends?|details?|sets? (?:it )?out|lays? (?:it )?(?:out|down)|shows?|puts it|instructs?|directs?|demands?|requires?|has it)|(?:per|following) (?=\S+\.\w)|entsprechend|gemäß|laut|wie (?:[\p{L}\d'’@./_-]+ ){0,6}(?:beschrieben|steht|sagt|vorgibt)|conformément|selon|comme (?:décrit|indiqué|demandé|(?:[\p{L}\d'’@./_-]+ ){1,4}(?:dit|demande))|según|como (?:se )?(?:describe|indica|dice|pide)|secondo|come (?:descritto|indicato|richiesto|dice|scritto)|conforme|como (?:descrito|indicado|diz)|volgens|zoals|zgodnie z|według|jak (?:opisano|napisano)|согласно|как (?:написано|указано|описано|сказано)|enligt|så som)(?![\p{L}])/iu
/** “Instructions on how to pay are in the bill.” */
const saysWhere =
  /(?<![\p{L}])(?:instructions?|directions|anweisungen|anleitung|consignes|instrucciones|istruzioni|instruções|instructies|instrukcje|инструкции|instruktioner)(?![\p{L}])[^.]*\s(?:is|are|stands?|included|found|steht|stehen|findest|se trouvent|sont|están|son|sono|estão|são|staan|są|находятся|finns|står)(?![\p{L}])/iu
/** To see to something is to do what it needs. */
const seesTo =
  /(?<![\p{L}])(?:take care of|see to|look after|attend to|deal with|handle|sort (?:\S+ ){0,3}out|work through|do (?:the )?(?:needful|rest)|kümmer\w* dich|kümmern sie sich|erledig\w*|regle|occupe-toi|occupez-vous|charge-toi|encárga\w*|ocúpa\w*|occupati|pensaci|sistema|trata d\w+|regel|zorg voor|handel|zajmij się|załatw|займись|разберись|позаботься|ta hand om|fixa)(?![\p{L}])/iu

/** A text that says how something is done is followed by its name or kind. */
const followsText =
  /(?<![\p{L}\d-])(?:follow(?:ing)?(?!\s+up)|go by|stick to|stay with|befolg\w*|folg\w*|halt\w* dich an|halten sie sich an|suis|suivez|suivre|sigue|siga|seguir|segui\w*|volg\w*|postępuj\w*|следуй\w*|följ)\s+(?:[\p{L}\d'’.,/_-]+\s+){0,6}?(?:[\p{L}\d_./-]*\.(?:md|txt|rst|adoc|org|tex|html?|pdf|docx?|odt)|readme|manuals?|handbooks?|how-?tos?|docs?|documents?|documentation|wiki|notes?|protocols?|handbuch|dokument\w*|notizen|merkblatt|protokoll|manuel|notice|mode d'emploi|fiche|manuales?|notas|documento|manuale|note|handleiding|notities|podręcznik\w*|dokument|notatk\w*|документ\w*|руководств\w*|заметк\w*|handbok\w*|anteckning\w*)(?![\p{L}\d])/iu

/** An order hands authority to something that is read: “do what the mail says”, “follow the runbook”, “take care of it”. */
export const handsOver = (order: string): boolean =>
  asItSays.test(order) ||
  saysWhere.test(order) ||
  seesTo.test(order) ||
  workThere.test(order) ||
  followsText.test(order) ||
  (carryOut.test(order) && (workGiven.test(order) || whatIsSaid.test(order)))
