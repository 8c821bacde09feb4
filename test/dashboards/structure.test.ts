import { expect, test } from 'vitest'
import { faultsOf, type Shown } from '../../tools/dashboards/structure.ts'
import { text } from '../repo/files.ts'

const sources = new Set(['rescind-history', 'rescind-metrics'])
const boards = ['fleet', 'agent', 'detectors', 'response', 'pipeline', 'process', 'runbooks'].map(
  (name) => JSON.parse(text(`dashboards/${name}.json`)) as Shown,
)
const [fleet] = boards

/** The fleet dashboard with something wrong. */
function spoiled(spoil: (board: Shown & { panels: { [at: number]: object } }) => void): string[] {
  const board = structuredClone(fleet) as Shown & { panels: { [at: number]: object } }
  spoil(board)
  return faultsOf(board, [board, ...boards.slice(1)], sources)
}

test('ours have no fault', () => {
  for (const board of boards) expect(faultsOf(board, boards, sources), board.uid).toEqual([])
})

test.each<[string, (board: Shown & { panels: { [at: number]: object } }) => void, string]>([
  ['an id twice', (b) => Object.assign(b.panels[2] as object, { id: 2 }), 'two panels have the id 2'],
  ['an overlap', (b) => Object.assign(b.panels[2] as object, { gridPos: { x: 0, y: 1, w: 4, h: 4 } }), 'covers'],
  [
    'off the grid',
    (b) => Object.assign(b.panels[2] as object, { gridPos: { x: 22, y: 90, w: 4, h: 4 } }),
    'outside the grid',
  ],
  [
    'a variable that is not',
    (b) => Object.assign(b.panels[2] as object, { title: `of \${someone}` }),
    'the variable someone is used',
  ],
  [
    'a link to nowhere',
    (b) => Object.assign(b.panels[2] as object, { link: '/d/rescind-gone?x' }),
    'which is not there',
  ],
  [
    'a link with too much',
    (b) => Object.assign(b.panels[2] as object, { link: '/d/rescind-fleet?var-agent=x' }),
    'does not have',
  ],
  [
    'another data source',
    (b) => Object.assign(b.annotations.list[0] as object, { datasource: { uid: 'mine' } }),
    'no data source',
  ],
  ['a uid of another', (b) => Object.assign(b, { uid: 'rescind-agent' }), 'not its own'],
])('%s is found', (_what, spoil, why) => {
  expect(spoiled(spoil).join('\n')).toContain(why)
})
