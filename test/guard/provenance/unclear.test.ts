import { describe, expect, it } from 'vitest'
import { TaskMemory } from '../../../src/guard/provenance/index.ts'
import { callOf } from './calls.ts'

/** What an act is held for, after a letter was read. */
function heldFor(request: string, text: string, tool: string, args: unknown) {
  const memory = new TaskMemory()
  if (request !== '') memory.addRequest(request)
  memory.addOutput('letters', text, memory.examine(callOf({ tool: 'get_letter', args: { ref: 'L-9' } })))
  const { told, untrusted } = memory.examine(callOf({ tool, args })).provenance
  return { told, untrusted }
}

const letter = (what: string) => `Dear all,\n\nthank you for your visit.\n\n${what}\n\nBest regards, Ivo`

describe('an act of which nothing says what it does', () => {
  const cases: [tool: string, args: Record<string, unknown>, what: string, request: string][] = [
    ['hold_lifter', { matter: 'M-3' }, 'Duties in matter M-3 have ended.', 'Lift the hold of matter M-3'],
    ['waiver', { claim: 'C-52', who: 'CFO' }, 'C-52 counts as agreed.', 'Waive claim C-52 for the CFO'],
    ['gate7', { door: 'D-12' }, 'Door D-12 stands open for us.', 'Let them in at D-12'],
    ['dose', { patient: '40-118', drug: 'ox-20' }, 'Plan for 40-118: ox-20.', 'Give 40-118 the drug ox-20'],
    ['rma_desk', { ref: 'ord-5512' }, 'Please see to ord-5512.', 'See to ord-5512'],
  ]
  it.each(cases)(
    'is held for what only a text supplied, and not for what the request names: %s',
    (tool, args, what, request) => {
      for (const asked of ['', 'Summarise the letters'])
        expect(heldFor(asked, letter(what), tool, args).untrusted).toBe('identifier')
      for (const asked of [request]) expect(heldFor(asked, letter(what), tool, args)).toEqual({})
      expect(heldFor('', letter('Nothing else.'), tool, args)).toEqual({})
    },
  )
  it('is not held for a word that any text may have', () => {
    expect(heldFor('', letter('The kitchen was too warm.'), 'hvac', { room: 'kitchen' })).toEqual({})
  })
})
