import { type Meaning, meanings, unspaced } from './voice-words.ts'

/** One way of speaking may be a person’s too; two in one paragraph, or one that only a model is spoken to with, are a voice. */
const enough = 2

interface Way {
  weight: number
  first: readonly Said[]
  second: readonly Said[]
  /** Words from the first to the second at most. */
  apart: number
  /** In whichever order: a language may put its verb last, or its adjective after. */
  either?: true
  /** What it says in all, for other ways that are made of it. */
  as?: Said
  /** Weighs one more beside an address, link or account. */
  aimed?: true
}
type Said = Meaning | 'its own work' | 'secrecy'

/** How a text speaks to a model about its own conduct. What was measured of each on ordinary texts: `npm run -s bench:voice`. */
const ways: readonly Way[] = [
  { weight: 0, first: ['language'], second: ['agent'], apart: 2, either: true, as: 'ai' },
  { weight: 1, first: ['system'], second: ['work'], apart: 1, either: true, as: 'its own work', aimed: true },
  { weight: 1, first: ['own'], second: ['work'], apart: 3, either: true, as: 'its own work', aimed: true },
  { weight: 1, first: ['work'], second: ['gave'], apart: 4, either: true, as: 'its own work', aimed: true },
  { weight: 1, first: ['aside'], second: ['earlier'], apart: 3, either: true, aimed: true },
  { weight: 2, first: ['aside'], second: ['its own work'], apart: 6, either: true },
  { weight: 1, first: ['ai'], second: ['ai'], apart: 0, aimed: true },
  { weight: 2, first: ['call', 'you'], second: ['ai'], apart: 4 },
  { weight: 2, first: ['call'], second: ['agent'], apart: 1 },
  { weight: 1, first: ['own', 'earlier'], second: ['ai'], apart: 1, aimed: true },
  { weight: 2, first: ['ai'], second: ['must'], apart: 2, either: true },
  { weight: 2, first: ['agent'], second: ['must'], apart: 2 },
  { weight: 2, first: ['order'], second: ['goOn', 'its own work'], apart: 5 },
  { weight: 1, first: ['not'], second: ['tell'], apart: 3, as: 'secrecy', aimed: true },
  { weight: 1, first: ['secrecy'], second: ['anybody', 'user'], apart: 5, either: true },
  { weight: 1, first: ['user'], second: ['wants'], apart: 2, either: true },
  { weight: 1, first: ['use'], second: ['tool'], apart: 3, either: true },
  { weight: 2, first: ['who', 'ai', 'agent'], second: ['reads'], apart: 3 },
  { weight: 1, first: ['system'], second: ['call'], apart: 2, either: true, aimed: true },
  { weight: 1, first: ['not', 'already'], second: ['leave'], apart: 3, aimed: true },
]

/** Turns and roles of a conversation as those write them who train and run models; letters that nobody sees. */
const marks = [
  /<\|[a-z_]{2,32}\|>|\[\/?INST\]|<<\/?SYS>>/i,
  /<\/(?:system|assistant|user|human|developer|instructions?|system[-_]\w{1,32}|tool[-_](?:call|result|use|output)s?|function[-_](?:call|result)s?)>/i,
  /^[ \t]*#{2,}[ \t]*(?:system|instructions?|assistant|human)[ \t]*:[ \t]*$/im,
  /"role"\s*:\s*"(?:system|assistant|user|developer|tool)"/i,
  /^[^\p{L}\n]*(?:system|assistant|human|ai)\s*:\s*\S/imu,
  /(?:[\u200b\u2060-\u2064\ufeff]\P{Cf}?){4}|(?:[\u{e0020}-\u{e007e}]){8}/u,
] as const

const bits = new Map<Said, number>(
  [...Object.keys(meanings), 'its own work', 'secrecy'].map((said, i) => [said as Said, i]),
)
const maskOf = (said: readonly Said[]): number => said.reduce((mask, each) => mask | (1 << (bits.get(each) ?? 0)), 0)
const rules = ways.map(({ first, second, as, aimed, ...way }) => ({
  ...way,
  first: maskOf(first),
  second: maskOf(second),
  as: as === undefined ? 0 : maskOf([as]),
  aimed: aimed === true,
}))

const shortest = 3
const whole = new Map<string, number>()
const beginnings = new Map<string, number>()
let longest = 0
for (const [said, words] of Object.entries(meanings))
  for (const each of words.split(/\s+/)) {
    const isBeginning = each.endsWith('*')
    const key = isBeginning ? each.slice(0, -1) : each
    const into = isBeginning ? beginnings : whole
    into.set(key, (into.get(key) ?? 0) | maskOf([said as Said]))
    if (isBeginning) longest = Math.max(longest, key.length)
  }
/** The first letters of every beginning: most words have none of them. */
const heads = new Set([...beginnings.keys()].map(headOf))
function headOf(word: string): number {
  return (word.charCodeAt(0) * 65_599 + word.charCodeAt(1)) * 65_599 + word.charCodeAt(2)
}

function saidBy(word: string): number {
  const low = word.toLowerCase()
  let mask = (whole.get(low) ?? 0) | (low === word ? 0 : (whole.get(word) ?? 0))
  if (low.length < shortest || !heads.has(headOf(low))) return mask
  for (let n = Math.min(low.length, longest); n >= shortest; n--) mask |= beginnings.get(low.slice(0, n)) ?? 0
  return mask
}

/** Longer ones are no words of any language. */
const maxWord = 32
const isLetter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 0xc0 && code < 0x2000 && code !== 0xd7)
/** Lines before a voice that are told apart from it. */
const maxLines = 16
const noSpaces = /[\u3040-\u30ff\u3400-\u9fff]/

/** How a framework begins to say that a call failed, with the name of the tool: “Error calling tool 'x':”, “Unknown tool: x”, “Tool x not found”. */
const failure =
  /^\W*(?:[\w-]+ ){0,3}?(?:error|exception|failure|failed|invalid|unknown|unable|could not|cannot)(?![\w])[^:\n]{0,60}?(?:\b(?:tools?|functions?|methods?)\b)[: '"`‘’“”]{0,3}[\w./-]{0,64}['"`’”]?(?: (?:not found|failed|does not exist))?\s*[:.]?|^\W*(?:tool|function|method) ['"`‘“]?[\w./-]{1,64}['"`’”]? (?:not found|failed|does not exist|is unknown|returned an error)[:.]?/i

/** A paragraph without that: to say which call failed speaks to nobody; what follows may. */
export const withoutFailure = (text: string): string => text.replace(failure, '')

/**
 * Whether a paragraph speaks to the model about its own conduct: to an assistant, about its task, its instructions, its user, its
 * tools, or what to do before or instead of them. A page or mail that was written for people does not. A weak sign, that never
 * holds an act by itself: it only takes away what a request hands over to a source. Linear in the text.
 * @param namesTool It holds the name of a tool of this agent that is no ordinary word.
 */
export const speaksToModel = (text: string, namesTool = false): boolean =>
  marks.some((mark) => mark.test(text)) || weigh(text, namesTool ? 1 : 0) >= enough

/**
 * Where the voice begins in a paragraph that has one: at the first line that holds any of it. What stands on lines before is the
 * document’s own, unless it aims somewhere: then the voice may speak of that.
 */
export function voiceFrom(text: string): number {
  for (let at = 0, lines = 0; at < text.length && lines < maxLines; lines++) {
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end < 0 ? text.length : end)
    if (marks.some((mark) => mark.test(line)) || weigh(line, 0) > 0) return at
    if (end < 0 || isAiming(line)) return 0
    at = end + 1
  }
  return 0
}

function weigh(text: string, already: number): number {
  let weight = already
  let isAimed = false
  if (noSpaces.test(text))
    for (const { pattern, weight: each, aimed } of unspaced)
      if (pattern.test(text)) {
        weight += each
        isAimed ||= aimed === true
      }
  /** Ways met, and all that was said so far. */
  let met = 0
  let all = 0
  const last = new Int32Array(bits.size).fill(-1000)
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (!isLetter(code)) {
      if (code !== 32) at += stopAt(text, i, code)
      continue
    }
    let j = i + 1
    // The letter behind a backslash is a line’s end.
    if (text.charCodeAt(i - 1) === 92 && (code === 110 || code === 114 || code === 116)) {
      at++
      continue
    }
    while (j < text.length && isLetter(text.charCodeAt(j))) j++
    at++
    const word = text.slice(i, j)
    let mask = j - i > maxWord || (word === 'not' && isDuty(text, i)) ? 0 : saidBy(word)
    i = j - 1
    if (mask === 0) continue
    remember(last, mask, at)
    all |= mask
    for (let r = 0; r < rules.length; r++) {
      const rule = rules[r] as (typeof rules)[number]
      if ((rule.first & all) === 0 || (rule.second & all) === 0) continue
      const isMet =
        ((mask & rule.second) !== 0 && isNear(last, rule.first, at - rule.apart)) ||
        (rule.either === true && (mask & rule.first) !== 0 && isNear(last, rule.second, at - rule.apart))
      if (!isMet) continue
      mask |= rule.as
      all |= mask
      if ((met & (1 << r)) === 0) {
        weight += rule.weight
        isAimed ||= rule.aimed
      }
      met |= 1 << r
      if (weight >= enough) return weight
    }
    remember(last, mask, at)
  }
  return isAimed && isAiming(text) ? weight + 1 : weight
}

/** “The consultant shall not”: a contract binds one of its parties, and orders nobody who reads it. */
const isDuty = (text: string, at: number): boolean =>
  /(?<![\p{L}])(?!you )\p{L}+ shall $/iu.test(text.slice(Math.max(0, at - 48), at))

/** What ends a sentence or a line stands for a word. */
const stopAt = (text: string, i: number, code: number): number =>
  code === 10 || ((code === 46 || code === 33 || code === 63) && text.charCodeAt(i + 1) <= 32) ? 1 : 0

/** It holds an address, link or account. */
export const isAiming = (text: string): boolean => /[\w.+-]@[\w-]+\.\w|:\/\/\w|\bwww\.|\b[A-Z]{2}\d\d ?\w{4}/.test(text)

function remember(last: Int32Array, mask: number, at: number): void {
  for (let bit = 0, rest = mask; rest !== 0; bit++, rest >>>= 1) if ((rest & 1) !== 0) last[bit] = at
}

function isNear(last: Int32Array, mask: number, from: number): boolean {
  for (let bit = 0, rest = mask; rest !== 0; bit++, rest >>>= 1)
    if ((rest & 1) !== 0 && (last[bit] ?? -1000) >= from) return true
  return false
}
