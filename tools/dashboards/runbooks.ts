import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runbookUid } from './alerts.ts'
import type { Board } from './dashboard.ts'
import { text } from './panels.ts'

/** Sections of docs/operate.md, by heading, in its order. */
export function runbooks(root: string): ReadonlyMap<string, string> {
  const [, ...sections] = readFileSync(join(root, 'docs/operate.md'), 'utf8').split('\n## ')
  return new Map(
    sections.map((section): [string, string] => {
      const [title = '', ...lines] = section.split('\n')
      return [title, lines.join('\n').trim()]
    }),
  )
}

/** The runbooks as a dashboard. */
export const runbooksBoard = (sections: ReadonlyMap<string, string>): Board => ({
  uid: runbookUid,
  title: 'Rescind: runbooks',
  description: 'What to do when an alert fires; from docs/operate.md.',
  from: 'now-1h',
  refresh: '',
  variables: [],
  sections: [
    {
      title: 'Runbooks',
      panels: [...sections].map(([title, content]) =>
        // Links of the page lead to files that Grafana does not have.
        text(title, content.replace(/\[([^\]]+)\]\([^)]*\)/g, 'docs/$1'), { w: 12, h: 9 }),
      ),
    },
  ],
})

/** The id of a section’s panel: the heading of the board is the first. */
export const panelOf =
  (sections: ReadonlyMap<string, string>) =>
  (section: string): number => {
    const at = [...sections.keys()].indexOf(section)
    if (at < 0) throw new Error(`docs/operate.md has no section “${section}”`)
    return at + 2
  }
