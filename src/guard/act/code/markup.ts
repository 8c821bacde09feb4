/** Bounds of one text. */
const limits = { characters: 262_144, found: 64 } as const
/** What whoever opens a page runs, takes its looks from, or sends what he fills in to. Pictures and frames only show something. */
const loads =
  /<(?:script\b[^>]{0,200}?\bsrc|link\b(?=[^>]{0,200}\brel\s*=\s*["']?(?:stylesheet|import|preload|modulepreload))[^>]{0,200}?\bhref|object\b[^>]{0,200}?\bdata|embed\b[^>]{0,200}?\bsrc|form\b[^>]{0,200}?\baction|(?:button|input)\b[^>]{0,200}?\bformaction|base\b[^>]{0,200}?\bhref)\s*=\s*["']?([^"'\s>]{1,2000})|<meta\b[^>]{0,200}?\bcontent\s*=\s*["']?\d+\s*;\s*url\s*=\s*["']?([^"'\s>]{1,2000})/gi
/** Code that stands in the page itself. */
const inline =
  /<script\b[^>]{0,200}>([\s\S]{1,65536}?)<\/script|\son[a-z]{3,20}\s*=\s*(?:"([^"]{1,4000})"|'([^']{1,4000})')/gi

/** Where a page has those who open it load code from or send what they fill in; a host may stand without its scheme. */
export function loadedBy(text: string): string[] {
  const urls: string[] = []
  for (const [, url, refreshed] of text.slice(0, limits.characters).matchAll(loads)) {
    const found = (url ?? refreshed ?? '').replace(/^(?=[\\/]{2}[^\\/])/, 'https:')
    if (/^[a-z][a-z\d+.-]*:/i.test(found)) urls.push(found)
    if (urls.length >= limits.found) break
  }
  return urls
}

/** The code that stands in a page. */
export const codeIn = (text: string): string =>
  [...text.slice(0, limits.characters).matchAll(inline)]
    .slice(0, limits.found)
    .map(([, script, double, single]) => script ?? double ?? single ?? '')
    .join('\n')
