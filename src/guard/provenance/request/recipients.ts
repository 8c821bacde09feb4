import { set } from '../../../formats/kit/tool-name/words.ts'

/** The principal. */
const principal = set('me us myself mir mich uns moi nous mí nosotros noi mim nós mij ons mnie nam мне нам mig oss')
/** Leads to whom something goes. */
const towards = set(
  'to with for at in into an für mit à au aux avec pour a al con para per ao com aan met voor do dla z для с к till med åt',
)
/** … and not only on whose behalf or in whose company. */
const toward = set('to an à au a al ao aan do к till')
const owners = set(
  `the my our his her their den dem der die das meinem meiner meine meinen unserem unserer unseren le la les mon ma mes notre nos el los las mi mis nuestro nuestra il lo gli mio mia nostro nostra
  o os as meu minha nosso nossa de het mijn ons onze min mitt vår moim mojemu mojej naszemu моему моей нашему`,
)
/** What people are to each other; an article or possessive stands before it. */
const roles = set(
  `team teams group boss manager lead colleague colleagues board family wife husband partner mother father mom mum dad brother sister son daughter friend friends landlord lawyer accountant
  doctor dentist assistant secretary client clients customer customers supplier suppliers vendor staff crew squad department office support kollegen kollegin kollege chefin chef mannschaft gruppe
  familie frau mann mutter vater freund freundin vermieter kunden kundin kunde équipe patron collègue collègues famille femme mari mère père ami amie équipo equipo jefe jefa compañeros familia esposa
  marido madre padre amigo amiga squadra capo colleghi famiglia moglie marito equipa equipe chefe colegas família ploeg baas collega vrouw zespołowi zespół szefowi команде начальнику коллегам коллеге`,
)
/** Verbs whose first object is whom it goes to. */
const giving = set(
  `send email e-mail mail message text tell ask write pay give invite notify inform remind thank answer ping call wire reimburse refund grant forward dm schick schicke sende sag sage
  schreib schreibe überweise zahle gib bezahle lade envoie envoyez écris écrivez paie payez dis dites envía envíale manda paga págale escribe dile invita invia scrivi dì envia escreve diz convida
  stuur schrijf betaal zeg wyślij napisz zapłać powiedz отправь пошли напиши заплати скажи skicka skriv betala säg`,
)
/** Behind a person there may stand what tells who it is: then a source tells it, and not the request. */
const toldBy = set(
  'of from in on whose who whom that which named listed mentioned given found aus von in de del di dans van uit z из который',
)
/** Words that stand in English only. */
const english = /(?:^|\s)(?:the|to|of|for|with|please|is|my|and|buy|send|get|it)(?:\s|$)/i
/** Where it is said that somebody’s address stands somewhere. */
const standsThere =
  /(?<![\p{L}])(?:e-?mail address(?:es)?|address(?:es)?|contacts?|(?:account|contact|bank|payment) (?:info\w*|details?|data|number)|iban|phone numbers?|user ?names?|handles?|recipients?|whoever|everybody|everyone|each|all of them|adressen?|anschrift|kontakt\w*|kontonummer|coordonnées|adresses?|dirección|direcciones|contactos?|indirizz\w+|contatt\w+|endereço\w*|adres\w*|адрес\w*|контакт\w*)(?![\p{L}])/iu
/** What a source is named for that leads nowhere: “the amount stands in the notes”. */
const onlyHowMuch =
  /(?<![\p{L}])(?:amount|sum|total|price|figures?|date|time|betrag|summe|preis|datum|montant|somme|prix|importe|monto|precio|fecha|importo|somma|prezzo|valor|preço|bedrag|prijs|kwota|cena|сумма|цена|belopp|pris)(?![\p{L}])[^.;]{0,20}?\s(?:is|are|stands?|can be found|you(?:'ll)? find|steht|stehen|findest|se trouve|figure|está|viene|si trova|sta|está|staat|jest|стоит|указан\w*|står)(?![\p{L}])/iu

/** To whom the orders of a request send, give or pay: words of their names. */
export interface Recipients {
  /** It says who: a source supplies nobody else. */
  closed: boolean
  names: readonly string[]
  /** Whom it says by a noun or as the one whose message it is: “to the hotel”, “Lena’s mail”. */
  others: readonly string[]
}

export function recipientsOf(orders: readonly string[], whole: string): Recipients {
  const names: string[] = []
  const others: string[] = []
  let closed = onlyHowMuch.test(whole)
  for (const order of orders) {
    const tokens = order.split(/\s+/)
    if (repliesTo.test(order)) others.push(...whoseIn(order))
    for (let i = 0; i < tokens.length; i++) {
      const word = bare(tokens[i])
      // An article, and no preposition.
      if ((word === 'a' || word === 'an') && english.test(order)) continue
      if (!towards.has(word) && !(giving.has(word) && (i === 0 || !owners.has(bare(tokens[i - 1]))))) continue
      const isGiven = giving.has(word)
      const found = personAt(tokens, i + 1, isGiven)
      if (found === undefined && toward.has(word)) others.push(...nounAt(tokens, i + 1))
      // What is done for me or with me goes to anybody.
      if (found?.length === 0 && !isGiven && !toward.has(word)) continue
      if (found === undefined) continue
      closed = true
      names.push(...found)
    }
  }
  return { closed: closed && (onlyHowMuch.test(whole) || !standsThere.test(whole)), names, others }
}

/** Whom an order has something told, asked or answered, in a word that people do not always begin with a capital. */
const addressing =
  /(?<![\p{L}\d])(?:(?:tell|ask|answer|inform|notify|remind|thank|invite|text|message|ping|let|sag|sage|frag|frage|antworte|erinnere|informiere|dis|dites|demande|réponds|préviens|dile|pregunta|responde|avisa|dì|chiedi|rispondi|avvisa|diz|diga|pergunta|zeg|vraag|powiedz|zapytaj|скажи|спроси|ответь|säg|fråga|svara)(?:\s+(?:to|à|a|al|ao|aan|tegen))?|(?:say|write|reply|respond)(?:\s+\S+){0,3}?\s+to)\s+(\p{L}{2,24})(?![\p{L}\d'’@._-])/giu
/** What stands there and is nobody’s name. */
const nobody = set(
  'back him her them it that this everyone everybody anyone people someone whoever if what how about not only no yes',
)

/** Names by which the orders of a request address somebody. */
export const addressedIn = (orders: readonly string[]): string[] =>
  orders
    .flatMap((order) => [...order.matchAll(addressing)].map(([, name = '']) => name.toLowerCase()))
    .filter(
      (name) => !principal.has(name) && !owners.has(name) && !roles.has(name) && !giving.has(name) && !nobody.has(name),
    )

/** To answer is to write to whoever wrote. */
export const repliesTo =
  /\b(?:answer|repl(?:y|ies)|respond|response|write back|get back to|(?:beant|ant)wort|répon(?:d|s)|respond(?:e|er|a)|contest(?:a|e|ar))/i

/** Whose message it is: “Lena’s mail”. */
const whoseIn = (order: string): string[] =>
  [...order.matchAll(/(?<![\p{L}\d])(\p{Lu}\p{L}{1,40})['’]s(?![\p{L}])/gu)].map(([, name = '']) => name.toLowerCase())

/** What an article binds to itself. */
const elided = /^(?:l|d|all|dell|dall|un)['’](?=\p{L})/iu
/** The noun that stands there, with or without an article. */
function nounAt(tokens: readonly string[], at: number): string[] {
  const i = owners.has(bare(tokens[at])) ? at + 1 : at
  const noun = bare(tokens[i]).replace(elided, '')
  return /^\p{L}{4,40}$/u.test(noun) && !principal.has(noun) && !nobody.has(noun) ? [noun] : []
}

/** Words of the name of whoever stands there; undefined: nobody who is known by it. */
function personAt(tokens: readonly string[], at: number, isGiven: boolean): string[] | undefined {
  const isLast = (i: number) => /[,.;:!?)]$/.test(tokens[i] ?? '') || tokens[i + 1] === undefined
  const ends = (i: number) => isLast(i) || !toldBy.has(bare(tokens[i + 1]))
  const first = tokens[at] ?? ''
  const word = bare(first)
  if (principal.has(word)) return []
  const [, mark, handle = ''] = /^([#@])([\p{L}\d][\p{L}\d._-]*)/u.exec(first) ?? []
  if (mark !== undefined) return [handle.toLowerCase()]
  if (owners.has(word) || word === '') {
    for (const i of [at + 1, at + 2]) if (roles.has(bare(tokens[i]))) return ends(i) ? [bare(tokens[i])] : undefined
    return undefined
  }
  const named: string[] = []
  let i = at
  for (; /^\p{Lu}\p{L}+(?:['’]s)?[,.;:!?)]?$/u.test(tokens[i] ?? ''); i++) {
    // Kim’s is of Kim, and not Kim.
    if (/['’]s[,.;:!?)]?$/.test(tokens[i] ?? '')) return undefined
    named.push(bare(tokens[i]))
    if (isLast(i)) {
      i++
      break
    }
  }
  return named.length > 0 && (isGiven || ends(i - 1)) ? named : undefined
}

/** What is longer is no word of a language. */
const longestWord = 100
const bare = (word = ''): string =>
  word
    .slice(0, longestWord)
    .toLowerCase()
    .replace(/^[^\p{L}\d]+|[^\p{L}\d]+$/gu, '')
