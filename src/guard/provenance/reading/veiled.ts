import { decodings, fold, unveil } from '../../identity/index.ts'

/** Most characters of one text that are looked through for other readings. */
const longest = 262_144
/** Longest line of another reading that is kept whole. */
const longestLine = 4096

/** What turns the order of letters round, up to its end. */
const turned = /\u202e([^\u202c\n]{1,2000})\u202c?/g
/** Marks of HTML and Markdown between two letters of a word: they are not seen there. */
const marks =
  /(?<=[^\s<>])(?:<!--[^<>]{0,200}-->|<\/?[a-z][^<>\n]{0,100}>)+(?=[^\s<>])|(?<=[^\s*`~])(?:\*{1,3}|`{1,3}|~~)(?=[^\s*`~])/gi
const word = /\S{1,512}/g
/** Letters of ASCII and others in one word. */
const isMixed = (text: string): boolean => /[^\0-\x7f]/.test(text) && /[a-z0-9]/i.test(text)

/**
 * Other readings of a text, as a reader sees it or makes it out: lines without what nobody sees, with look-alikes read as Latin letters,
 * without marks inside of words, turned round where they are shown so, and what is decoded from them. Only lines that differ.
 */
export function* veiledLines(raw: string): Generator<string> {
  const text = raw.length > longest ? raw.slice(0, longest) : raw
  const lines = new Set(text.split('\n'))
  for (const view of [seen(text), ...decodings(text)]) {
    if (view === text) continue
    for (const line of view.split('\n')) {
      if (line.trim() === '' || lines.has(line)) continue
      lines.add(line)
      yield line.slice(0, longestLine)
    }
  }
}

function seen(text: string): string {
  const bare = text.replace(marks, '')
  if (!/[^\0-\x7f]/.test(bare)) return bare
  const order = bare.replace(turned, (_, part: string) => [...part].reverse().join(''))
  return unveil(order).replace(word, (each) => (isMixed(each) ? fold(each) : each))
}

/** A path below somebody’s home. */
const below = /(?<![\w.~-])(?:\/(?:home|Users)\/[^\s/'"`]{1,64}|\/root|~|\$HOME|\$\{HOME\})\/([^\s'"`<>|;,)]{2,400})/gi
/** Numbers in groups: of accounts, of telephones. */
const grouped = /(?<![\w.-])[A-Za-z]{0,2}\d{2,8}(?:[ .\u00a0-][A-Z]{0,4}\d{2,8}){1,9}(?![\w-])/g

/** A path as it is from a home folder on; undefined elsewhere. */
export const belowHome = (path: string): string | undefined =>
  /^(?:\/(?:home|Users)\/[^/]+|\/root|~|\$HOME|\$\{HOME\})\/(.+)$/i.exec(path)?.[1]

/**
 * Words that stand in others, or that gaps cut in pieces: hosts of sockets, paths from a home on, numbers in groups; and what a break of
 * line cuts in two, with and without a hyphen there, where no two words of a sentence make such a one: it has a digit or a sign in it.
 */
export function* joinedWords(raw: string): Generator<string> {
  const text = seen(raw.length > longest ? raw.slice(0, longest) : raw)
  for (const [groups] of text.matchAll(grouped)) yield groups.replace(/[ .\u00a0-]/g, '')
  for (const [, host = ''] of text.matchAll(/\/dev\/(?:tcp|udp)\/([^\s/'"]{1,253})/g)) yield host
  for (const [, rest = ''] of text.matchAll(below)) yield rest
  if (!text.includes('\n')) return
  for (const [whole, left = '', hyphen = '', right = ''] of text.matchAll(broken)) {
    const word = left + right
    if (/[^\p{L}]/u.test(word)) yield word
    if (hyphen !== '' && whole !== '') yield `${left}-${right}`
  }
}
const broken = /([^\s"'<>(){}[\],;]{1,128}?)(-?)\r?\n[ \t]{0,32}(?=([^\s"'<>(){}[\],;]{1,128}))/g
