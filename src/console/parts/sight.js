import { h, said } from '../dom.js'
import { several } from '../text.js'

/** Which detectors see nothing of the agent and why, and which failed at it; undefined where all of them see. */
export function sight({ blind, benched }) {
  if (blind.length + benched.length === 0) return undefined
  return h(
    'p',
    { class: 'quiet' },
    benched.map((detector) => [h('strong', {}, said(detector, 80), ' failed here and is not asked any more.'), ' ']),
    blind.length === 0
      ? undefined
      : [
          `${several(blind.length, 'detector')} ${blind.length === 1 ? 'is' : 'are'} blind for this agent, for none of its events held `,
          blind.map(({ detector, missing }, at) => [
            at === 0 ? '' : '; ',
            said(missing.join(', '), 160),
            ' (',
            said(detector, 80),
            ')',
          ]),
          '.',
        ],
  )
}
