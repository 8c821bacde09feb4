/** Kinds of acts that a request may ask for or hand over; `check` runs what is there and brings nothing in. */
export type AskedKind =
  | 'outward'
  | 'money'
  | 'irreversible'
  | 'execution'
  | 'check'
  | 'persistence'
  | 'approval'
  | 'shared'
  | 'visit'

/** Up to four words between a verb and what belongs to it: what it is done to. */
const gap = '(?:\\s+(?:[^\\s.;!?]|\\.(?=\\w))+){0,6}?\\s+'
/** … or nothing at all. */
const gap0 = '\\s+(?:(?:[^\\s.;!?]|\\.(?=\\w))+\\s+){0,4}?'
const words = (pattern: string) => new RegExp(`(?<![\\p{L}\\d_-])(?:${pattern})(?![\\p{L}\\d_])`, 'iu')

/**
 * Verbs of several words, which may stand around what they are done to, and verbs that are another thing without an object: by the kind of
 * act that they ask for, in several languages.
 */
const phrases: readonly (readonly [AskedKind, RegExp])[] = [
  [
    'irreversible',
    words(
      `(?:get|getting|got|be) rid of|do(?:ing)? away with|dispos(?:e|ing) of|(?:throw|throwing|toss|tossing|chuck|chucking)${gap}(?:away|out)|(?:weed|clear|strip|rip)(?:ing)?(?:${gap}|\\s+)out|(?:tear|take|shut|pull)(?:ing)?(?:${gap}|\\s+)down(?! (?:on|to|as|the (?:notes?|minutes)))|blow(?:ing)? away|kill(?:ing)?|nuk(?:e|ing)|scrap(?:ping)?(?! book)|ditch(?:ing)?|zap|axe|trash(?:ing)?(?= (?:the|all|every|any|what|it|them|th(?:at|is|[eo]se)|my|our)(?![\\p{L}]))|chuck(?:ing)?(?= (?:the|all|it|them|th(?:at|is|[eo]se))(?![\\p{L}]))|(?<!\\b(?:to|you|i|we|let me|where) )(?:can|may|should|must) (?:all |both |now |also |just )?go(?= (?:too|as well|now|away|then|please|if|since|because)(?![\\p{L}])|\\s*[.,;:!)]|\\s*$)|(?<!(?:^|[^\\p{L}])(?:the|a|an|in|into|to|from|my|our|your|of|/) )bin(?:ning)?(?= (?:(?:the|all|every|any|what|it|them|th[eo]se)(?![\\p{L}])|\\S+\\.\\w))|(?:put|move)${gap}(?:in|into|to) the (?:bin|trash)`,
    ),
  ],
  [
    'irreversible',
    words(
      `(?:wirf|werf|werft|schmeiß|schmeiss|schmeißt|mach|mache|macht|räum|räume|räumt|haue?|nimm|nehmt|tu)${gap}(?:weg|raus|heraus|fort)|(?:weg|raus)(?:zu)?(?:werfen|schmeißen|machen|räumen)|entsorg\\p{L}*|vernicht\\p{L}*|tilg\\p{L}*|(?:kann|können|darf|dürfen|soll|sollen|muss|müssen)${gap0}weg|hau(?:e|t)?${gap}weg|peu(?:t|vent) (?:partir|sauter|dégager|disparaître)|puede[n]? (?:irse|desaparecer)|(?:può|possono) (?:andare via|sparire)|pode[m]? (?:ir fora|sair)|(?:kan|kunnen|mag|mogen)${gap0}weg|kan (?:tas|åka|gå) bort|(?:może|mogą) (?:zniknąć|wylecieć)|jet(?:er|te|tez|ons)|débarrass\\p{L}*|enl(?:ève|ever|evez)|deshaz\\p{L}*|deshacer\\p{L}*|(?:tira|tirar|tire|bota|botar|desecha|desechar|quita|quitar)(?= (?:los?|las?|el|todo)(?![\\p{L}]))|butt(?:a|are|ate)\\s+via|(?:joga|jogue|deita|deite|jogar) fora|livra-te|apaga(?:r|d)?|exclu(?:a|i|ir)|gooi${gap}weg|weggooien|haal${gap}weg|verwijder\\p{L}*|wyrzuć|wyrzuci\\p{L}*|usuń|usunąć|skasuj|pozbądź|kasta|släng\\p{L}*|ta bort|radera|выкин\\p{L}*|выброс\\p{L}*|удал\\p{L}*|убер\\p{L}*|сотри|стер\\p{L}*`,
    ),
  ],
  [
    'outward',
    words(
      `let${gap}know|get(?:ting)? back to|reach(?:ing)? out to|drop${gap}a (?:line|note|message)|keep${gap}posted|loop${gap}in|gib${gap}bescheid|sag${gap}bescheid|sag\\p{L}*${gap}(?:zu|ab)(?![\\p{L}])|say(?:ing)? (?:yes|no|ok(?:ay)?|hi|hello|thanks?(?: you)?|sorry|that\\s.{0,80}?) to|(?:dis|dites|dile|diles|di|dì|diz|diga|zeg|powiedz|скажи|säg)(?= (?:à|au|aux|a|al|ao|aan|tegen|till)?\\s?(?!(?:me|us|moi|mi|mij|mnie|мне|mig)(?![\\p{L}]))\\p{L})|fai(?:s|tes) savoir|faire savoir|ponte en contacto|fai sapere`,
    ),
  ],
  [
    'execution',
    words(
      `kick(?:ing)? off|spin(?:ning)? up|fire up|bring${gap}(?:up|back)|(?:put|take|bring|push|get|go|make)${gap}(?:live|(?:in|into|to|on) (?:the )?(?:prod(?:uction)?|staging|live))`,
    ),
  ],
  ['money', words(`(?:sign|top)(?:${gap}|\\s+)up(?! (?:to|with))|cash(?:${gap}|\\s+)out`)],
  [
    'approval',
    words(
      `sign(?:ing)?(?:${gap}|\\s+)off|wave${gap}through|turn(?:ing)?(?:${gap}|\\s+)down|say(?:ing)? (?:yes|no) to|(?:on|onto|in|into) the merge (?:train|queue)`,
    ),
  ],
  [
    'persistence',
    words(
      `(?:turn|switch)(?:ing)?(?:${gap}|\\s+)(?:on|off)|hook${gap}up|let${gap}(?:in|into)|take${gap}off the|schalt\\p{L}*${gap}(?:an|ab|ein|aus)`,
    ),
  ],
]

/** The kinds of acts that the phrases of an order ask for. */
export const kindsInPhrases = (order: string): AskedKind[] =>
  phrases.filter(([, phrase]) => phrase.test(order)).map(([kind]) => kind)
