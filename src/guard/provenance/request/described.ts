/**
 * What a request says of its aims instead of naming them, in the first words of several languages: everybody who is there, and how a
 * name begins.
 */

/** Everybody, behind the word that something goes to somebody or is said to him. */
const everybody = new RegExp(
  String.raw`(?<![\p{L}\d])(?:${[
    String.raw`(?:to|for|message|text|tell|ask|notify|inform|remind|thank|invite|email|e-mail|mail|ping|dm|write|answer|greet|congratulate)\s+(?:to\s+)?(?:each|every(?:one|body)?|all)`,
    String.raw`(?:send|give|forward|show)\s+(?:each|every(?:one|body)?)`,
    String.raw`(?:an|für|informiere|erinnere|frage?|benachrichtige)\s+(?:jeden?|alle)|jedem|allen`,
    String.raw`(?:à|a|aux|pour|remercie[zr]?|préviens|prévenez|invite[zr]?|demande[zr]?)\s+(?:chaque|chacune?|tous|toutes)`,
    String.raw`(?:a|para|avisa|invita|escribe|pregunta|agradece|recuerda|notifica|informa)\s+(?:a\s+)?(?:cada|todos|todas)`,
    String.raw`(?:a|ad|per|avvisa|invita|scrivi|ringrazia|informa)\s+(?:a\s+)?(?:ogni|ciascuno|ciascuna|tutti|tutte)`,
    String.raw`(?:a|ao|à|aos|às|para|avise|convide|escreva|informe)\s*(?:cada|todos|todas)`,
    String.raw`(?:aan|voor|stuur|schrijf|vraag|bedank|informeer)\s+(?:elke?|ieder(?:een)?|alle)`,
    String.raw`(?:do|dla)\s+(?:każdego|każdej|wszystkich)|każdemu|wszystkim`,
    'каждому|каждой|всем',
    String.raw`(?:till|åt)\s+(?:var\s+och\s+en|varje|alla)`,
  ].join(
    '|',
  )})(?![\p{L}])|(?:给|向|跟|对|通知|告诉|提醒|邀请|回复)\s*(?:每|所有|全部|全体|大家|各)|(?:全員|みんな|皆さん|それぞれ|各[\p{L}]{1,6})に|(?:모두|모든 [\p{L}]{1,8}|각 [\p{L}]{1,8})에게`,
  'iu',
)

/** Whether an order goes to everybody who is there. */
export const goesToAll = (order: string): boolean => everybody.test(order)

/** How a name begins: “the channel starting with External”. */
const beginning =
  /(?<![\p{L}])(?:(?:start|begin)(?:s|ning|ing)? with|(?:beginn|anf[aä]ng)\p{L}* mit|mit|commen[cç]\p{L}* par|(?:empiez|comienz|comenz|empez)\p{L}* (?:por|con)|inizi\p{L}* (?:con|per)|começ\p{L}* (?:com|por)|begin\p{L}* met|(?:zaczyna|rozpoczyna)\p{L}* (?:się )?od|начина\p{L}* (?:с|на)|börjar (?:med|på))\s+["'“”„‘’«`#@]?(\p{L}[\p{L}\d_-]{2,40})(?:["'“”’»`]?\s+(?:beginn|anf[aä]ng)\p{L}*)?/giu
/** German puts the verb behind it: “der Kanal, der mit External beginnt”; “mit” alone says nothing. */
const germanEnd = /(?:beginn|anf[aä]ng)/iu

/** Words with which names begin that an order means, in small letters. */
export const beginningsIn = (order: string): string[] =>
  [...order.matchAll(beginning)]
    .filter(([whole]) => !/^mit\b/iu.test(whole) || germanEnd.test(whole))
    .map(([, name = '']) => name.toLowerCase())
