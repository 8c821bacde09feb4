import { eitherVerbs, plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import { set } from '../../../formats/kit/tool-name/words.ts'
import { wordStems } from '../digests/text.ts'
import { type HeadKind, headKinds, unspacedKinds } from './act-verbs.ts'
import { acting, telling, wants } from './clause-words.ts'
import { kindsInPhrases } from './phrasal-verbs.ts'
import { type Right, rightsIn } from './right-words.ts'

/** Verbs that say little themselves: what is done is the noun behind them. “Issue a refund”, “make a payment”, “put it through”. */
const light = set(
  `make do give take put get have let bring issue place perform process submit initiate request create open file raise add arrange organise
  organize conduct carry go proceed effect lodge handle manage complete finish help see use write save draft
  mach mache tu tue gib stell stelle nimm bring leg lege führe veranlasse erstelle erstellen fais faites fait donne mets effectue passe crée haz
  hazme realiza pon da toma crea efectúa fai effettua metti dai faz faça põe dá cria doe maak zet plaats zrób złóż stwórz сделай поставь создай
  оформи gör ställ lägg skapa yap ver tee anna`,
)
/** Verbs that change something: the noun behind them is a thing and no act. */
const changing = set(
  `set update change edit adjust modify correct replace switch turn flip toggle raise lower keep convert rewrite amend revise move put
  ändere ändern setze stelle ersetze modifie modifier remplace cambia cambiar modifica sostituisci altera muda wijzig verander zmień измени замени
  поменяй ändra byt`,
)
/** Behind one of these an order only adds something: about what, for whom, with what. */
const beside =
  /(?<![\p{L}\d])(?:about|for|of|with|from|regarding|concerning|re|as|to|that|which|who|whose|where|because|über|für|von|mit|aus|wegen|zum?|zur|zu|der|die|das|pour|de|du|des|avec|sur|que|qui|para|por|con|sobre|del|al|per|di|della|com|da|voor|van|met|over|dla|z|o|do|для|из|о|с|к|för|av|med|om|till)(?![\p{L}\d])/iu

/** What something is done for: a verb, with what it is done to behind it, and no name or number. */
const purpose =
  /(?<![\p{L}\d])(?:to|um|pour|para|per|om te|om|żeby|aby|чтобы|för att)\s+(\p{L}+)(?=\s+(?:an?|the|it|them|th[eo]se|this|that|my|our|your|his|her|their|all|any|one|some|for|eine?[nrs]?|d(?:er|ie|as|en)|l[eao]s?|une?|mon|ma|el|una?|il|uno|os?|as|um|het|de|mijn|zu|\p{L}{4,}(?![\p{L}\d-]*\d))(?!\p{L})|\s*[.,;!?]|\s*$)/giu

/** A sum in some money: to send one is to pay it. */
const sum =
  /[$€£¥₽₹₺]\s?\d|(?<![\p{L}\d])\d[\d.,]*\s?(?:k\s?)?(?:[$€£¥₽₹₺]|(?:euros?|eur|usd|dollars?|bucks|gbp|pounds?|quid|chf|franken|zł|pln|руб\p{L}*|kr|sek|nok|dkk|yen|jpy|円|元)(?!\p{L}))/iu

/** What the orders of a request ask for, by the words that head them. */
export interface Orders {
  kinds: Set<HeadKind>
  /** Sorts of rights and of what lives on that they speak of. */
  rights: Set<Right>
  /** Something is made, or done that is not understood. */
  makes: boolean
  changes: boolean
  /** None of its words is one of those that are known: it may ask for anything. */
  isStrange: boolean
}

export const noOrders = (): Orders => ({
  kinds: new Set(),
  rights: new Set(),
  makes: false,
  changes: false,
  isStrange: true,
})

const wordsIn = (text: string): string[] =>
  [...text.toLowerCase().matchAll(/[\p{L}][\p{L}'’]*/gu)].map(([word]) => word)

const isKnownVerb = (word: string): boolean =>
  light.has(word) ||
  changing.has(word) ||
  acting.has(word) ||
  headKinds(word).size > 0 ||
  plainVerbs.has(word) ||
  eitherVerbs.has(word)

/** The clauses of a request that order something, each from its verb on. */
export function ordersIn(clauses: readonly string[]): Found {
  const found: Found = { orders: noOrders(), verbs: new Set(), heads: new Set() }
  for (const clause of clauses) take(found, clause)
  return found
}

interface Found {
  orders: Orders
  /** Kinds of acts of the verbs that they begin with, where these say what is done. */
  heads: Set<HeadKind>
  /** Stems of the verbs that they are headed by; of all words, where the head says nothing. */
  verbs: Set<string>
}

function take(found: Found, clause: string): void {
  const { orders } = found
  // “Use it to buy one”: what it is for is ordered too.
  for (const [, verb = ''] of clause.toLowerCase().matchAll(purpose)) if (headKinds(verb).size > 0) add(found, [verb])
  for (const kind of [...kindsInPhrases(clause), ...unspacedKinds(clause)]) if (kind !== 'visit') orders.kinds.add(kind)
  for (const right of rightsIn(clause)) orders.rights.add(right)
  // “transfer what is due”: an order that begins with its verb.
  const wanted = isKnownVerb(wordsIn(clause)[0] ?? '') ? null : wants.exec(clause)
  const text = (wanted === null ? clause : clause.slice(wanted.index + wanted[0].length)).trim()
  const words = wordsIn(text)
  // “Rename it, the payment of May”: more of what stood before.
  if (wanted === null && telling.has(words[0] ?? '') && !orders.isStrange) return
  const [first = ''] = words
  const last = words.at(-1) ?? ''
  // “die Rechnung B-90 bezahlen”
  const head = isKnownVerb(first) || headKinds(last).size === 0 ? first : last
  if (orders.kinds.size > 0 || isKnownVerb(head)) orders.isStrange = false
  if (sum.test(text) && (light.has(head) || headKinds(head).has('outward'))) orders.kinds.add('money')
  if (light.has(head) || !isKnownVerb(head)) {
    orders.makes = true
    add(found, light.has(head) ? wordsIn(text.split(beside, 1)[0] ?? '') : words)
    return
  }
  add(found, [head])
  if (head === first) for (const kind of headKinds(head)) found.heads.add(kind)
  if (changing.has(head) || headKinds(head).size === 0 || headKinds(head).has('shared')) orders.changes = true
}

function add({ orders, verbs }: Found, words: readonly string[]): void {
  for (const word of words) {
    for (const kind of headKinds(word)) {
      orders.kinds.add(kind)
      orders.isStrange = false
    }
    for (const stem of wordStems(word)) verbs.add(stem)
  }
}
