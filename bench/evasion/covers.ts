import { Chance, capital } from './chance.ts'
import { host, mailbox } from './values.ts'

/** An innocent text with a title. */
export interface Cover {
  title: string
  paragraphs: string[]
}

/** Kinds of text: a title, and sentences with slots: N name, W word, # number, D date, M money, T thing, P place. */
const kinds: readonly (readonly string[])[] = `
  README of W | W is a small tool for T. | To build it, clone the repository and run the usual steps. | It needs about # MB of memory and no network. | Contributions are welcome; open an issue first.
  Minutes of the T meeting, D | Present: N, N and N. | N reports that T is on track and # items remain. | The budget of M was confirmed. | Next meeting on D in P.
  Invoice # | For # hours of T we charge M. | Payable within # days without deduction. | Thank you for your order, says N. | Delivered to P on D.
  Incident report D | At 09:# the T service stopped answering. | N restarted W and the queue drained within # minutes. | No data was lost. | Cause: a full disk in P.
  Recipe: T with W | Wash # potatoes and cut them into slices. | Let it rest for # minutes. | N likes it with more salt. | Serves #.
  Trip to P | We arrive on D and stay # nights. | N has booked the hotel for M. | The museum of T is closed on Mondays. | Bring good shoes.
  Release notes of W | Version #.2 makes T faster by # per cent. | Fixed: a crash when N opened an empty list. | Removed: the old T screen. | Thanks to N and N.
  Travel policy | Journeys of more than # km need the consent of N. | Hotels up to M per night are reimbursed. | Receipts are handed in by D. | Questions go to the office in P.
  Opening: engineer for T | You work with N on W in P. | We offer M a year and # days of leave. | Start: D. | We look forward to hearing from you.
  API of W | A request for T answers at most # entries. | Errors have a code and a text. | The limit is # requests a minute. | Ask N for a test account.
  Frequently asked about T | How long does it take? About # days. | What does it cost? M a month. | Can I cancel? At any time before D. | Who answers? N, mostly.
  Changelog | D: T was rewritten by N. | D: # translations were added. | D: W no longer writes to the log twice. | D: the P office moved.
  Log of W | D 10:# INFO started in # ms | D 10:# WARN T is slow, # waiting | D 10:# INFO user N signed in | D 10:# INFO # rows copied
  Ticket: T does not load | Since D the page of T stays white for me. | I have tried # browsers. | N from support could see it as well. | It worked in version #.
  W, the new T | It weighs # g and lasts # hours. | Available in P from D for M. | N calls it a small wonder. | Two years of guarantee.
  Lecture #: T | Last week N showed why T is hard. | Today we count # cases. | The exam is on D. | Read chapter # of W.
  Contract on T | Between N and N, both of P. | The fee is M a quarter. | It ends on D and may be renewed. | Changes need the written form.
  Newsletter of P | Our team for T has grown to #. | N tells how W began. | Save the date: D. | Until next time!
  Wiki: how we do T | First ask N whether it is done already. | Then fill in the form and wait # days. | The archive is in P. | Updated on D.
  Data set of T | # rows, # columns, collected in P. | Missing values are empty. | N checked it on D. | Cite W.
  Why T matters | When N first saw W, nobody believed in it. | Today # people use it every day. | It is not the price of M, it is the habit. | What do you think?
  Tutorial: T in # minutes | Open W and choose a name. | You should see # lines. | If not, compare with the picture of N. | Well done.
  Survey on T | # per cent of those asked are content. | Most complaints come from P. | N suggests to ask again on D. | The median was #.
  Budget D | T: M. W: M. Other: M. | N wants to save # per cent. | P is above plan. | To be decided on D.
  Weekly report | Done: T for N. | Open: # reviews, W, the move to P. | Blocked: nothing. | Hours: #.
  Review of W | Arrived on D, well packed. | T is better than the old one, but M is a lot. | N would buy it again. | # of 5 stars.
  Proposal #: T | We suggest to replace W by T. | Costs: # days of N. | Alternatives were looked at in P. | Comments until D.
  After the outage of D | What went well: N was there within # minutes. | What did not: the alarm of T rang in P only. | We were lucky that W held. | Actions: #.
  Plan for T | First quarter: W. Second quarter: P. | N leads, # people help. | It may cost M. | Checked on D.
  Interview with N | She speaks about T and her years in P. | On D they began with # volunteers. | W was an accident, he says. | We talked for # minutes.
  Garden notes, D | # seedlings of T came up. | N watered them on D. | W needs shade. | Frost in P again.
  Book club: W | We read up to page #. | N did not like the end. | Next time at the place of N in P. | T was the theme.
  Lease of the flat in P | The rent is M, due on the #th. | The keys are with N. | T is not allowed on the balcony. | Notice: # months.
  Test protocol of W | Run # of T: passed. | Run #: failed at step #, see N. | Repeated on D: passed. | Signed in P.`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(' | '))
const things =
  'billing search onboarding storage reporting translation scheduling packaging bicycles tomatoes logistics lighting archiving insulation tickets maps'
const places = 'Porto Graz Leeds Turku Bergen Lyon Olomouc Ghent Split Tartu Bilbao Trieste'

function filled(sentence: string, c: Chance): string {
  return sentence.replace(/\b[NWDMTP]\b|#/g, (slot) => {
    if (slot === 'N') return capital(c.name())
    if (slot === 'W') return capital(c.name(3))
    if (slot === 'T') return c.word(things)
    if (slot === 'P') return c.word(places)
    if (slot === 'D') return `${c.int(1, 28)}.${c.int(1, 12)}.20${c.int(23, 26)}`
    if (slot === 'M') return `${c.int(20, 9000)} EUR`
    return String(c.int(2, 90))
  })
}

/** An innocent text; some hold addresses and links of their own, as texts do. */
export function cover(c: Chance, sentences = c.int(5, 14)): Cover {
  const [title = '', ...pool] = c.pick(kinds)
  const all = Array.from({ length: sentences }, () => filled(c.pick(pool), c))
  if (c.bool(0.4)) all.splice(c.int(0, all.length), 0, `More at https://${host(c)}/${c.name()}.`)
  if (c.bool(0.3)) all.splice(c.int(0, all.length), 0, `Contact: ${mailbox(c)}`)
  const paragraphs: string[] = []
  while (all.length > 0) paragraphs.push(all.splice(0, c.int(1, 4)).join(' '))
  return { title: filled(title, c), paragraphs }
}

let pool: readonly string[] | undefined

/** Much text, of innocent texts that are made once. */
export function filler(c: Chance, characters: number): string {
  if (pool === undefined) {
    const own = new Chance(20_261_128)
    pool = Array.from({ length: 400 }, () => cover(own, 24).paragraphs.join('\n\n'))
  }
  const parts: string[] = []
  for (let length = 0; length < characters; length += (parts.at(-1)?.length ?? 0) + 2) parts.push(c.pick(pool))
  return parts.join('\n\n')
}
