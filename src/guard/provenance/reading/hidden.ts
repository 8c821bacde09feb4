/** Longest element that is looked at for what it hides, in UTF-16 units, and most of them in one text. */
const limits = { inside: 8192, parts: 256 } as const

const hiddenElement =
  /<([a-z][\w-]{0,15})\b[^<>]{0,400}?(?:\sstyle\s*=\s*["'][^"'<>]{0,200}?(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d]))|\shidden(?=[\s>=]))[^<>]{0,400}>/gi

/** A text with what a browser shows, and what it hides from people but a model reads: comments, elements that are not displayed. */
export function partHidden(text: string): { shown: string; hidden: readonly string[] } {
  if (!text.includes('<')) return { shown: text, hidden: [] }
  const hidden: string[] = []
  let shown = ''
  let at = 0
  for (let open = text.indexOf('<!--'); open >= 0 && hidden.length < limits.parts; open = text.indexOf('<!--', at)) {
    const close = text.indexOf('-->', open + 4)
    const end = close < 0 ? text.length : close
    hidden.push(text.slice(open + 4, end))
    shown += `${text.slice(at, open)}\n\n`
    at = Math.min(text.length, end + 3)
  }
  shown += text.slice(at)
  const seen: string[] = []
  let from = 0
  for (const found of shown.matchAll(hiddenElement)) {
    if (found.index < from || hidden.length >= limits.parts) continue
    const start = found.index + found[0].length
    const inside = shown.slice(start, start + limits.inside)
    const end = inside.toLowerCase().indexOf(`</${found[1]?.toLowerCase()}`)
    const part = end < 0 ? inside : inside.slice(0, end)
    hidden.push(part.replace(/<[^<>]+>/g, ' '))
    seen.push(shown.slice(from, start))
    from = start + part.length
  }
  seen.push(shown.slice(from))
  return { shown: seen.join(''), hidden: hidden.filter((part) => part.trim() !== '') }
}
