import { ask, path } from '../api.js'
import { h, said } from '../dom.js'
import { lacks } from '../session.js'
import { askReason } from './dialog.js'
import { widenChoice } from './widen.js'

/** How long a command may take to follow what a person said. */
const patienceMs = 5000

/** A command once `isDone` says so, or as it is when a few seconds are over; undefined while it has not come through the log. */
export async function lookUntil(id, tenant, isDone) {
  for (const until = performance.now() + patienceMs; ; ) {
    const life = await ask(path(['commands', id], { tenant })).catch((error) => {
      if (error.status === 404) return undefined
      throw error
    })
    if ((life !== undefined && isDone(life)) || performance.now() >= until) return life
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}

/** Buttons in a group; where the token does not allow them they stay, disabled, with the reason beneath. */
export function group(key, scope, buttons) {
  const why = lacks(scope)
  const id = `why-${key}`
  return h(
    'div',
    { class: 'actions', key: `actions-${key}` },
    h(
      'div',
      { class: 'buttons' },
      buttons.map(({ label, about, primary, act }) =>
        h(
          'button',
          {
            type: 'button',
            class: primary ? 'primary' : undefined,
            'aria-disabled': why === undefined ? undefined : 'true',
            'aria-describedby': why === undefined ? undefined : id,
            on: { click: () => why === undefined && act() },
          },
          label,
          h('span', { class: 'away' }, ' ', about),
        ),
      ),
    ),
    why === undefined ? undefined : h('p', { class: 'quiet', id }, why),
  )
}

const verbs = {
  release: {
    label: 'Release',
    title: 'Release this command?',
    says: 'It ends at every enforcement point, and the evidence that led to it is cleared.',
  },
  approve: {
    label: 'Approve',
    title: 'Approve the step-up?',
    says: 'The agent may go on with the act that was stopped, and the step-up ends.',
  },
  takeBack: {
    verb: 'release',
    label: 'Take back',
    title: 'Take the widened approval back?',
    says: 'Acts like it are judged anew, and a person is asked again.',
  },
  deny: {
    label: 'Deny',
    title: 'Deny the step-up?',
    says: 'It stays stopped until the step-up expires; your answer is recorded.',
  },
  issue: {
    verb: 'approve',
    label: 'Issue',
    title: 'Issue what the brake held?',
    says: 'The command goes to the enforcement points now.',
  },
  drop: {
    verb: 'deny',
    label: 'Do not issue',
    title: 'Drop what the brake held?',
    says: 'The command ends and is never sent.',
  },
}

const interrupting = ['step-up', 'tighten', 'revoke', 'quarantine']

/** What a person may do about a command, as it stands. */
export function commandActions({ command, state }, context, review) {
  if (state === 'expired' || state === 'released') return undefined
  const isWidening = command.widens !== undefined
  if (!isWidening && !interrupting.includes(command.rung)) return undefined
  if (review !== undefined)
    return h('p', { class: 'quiet' }, '✗ denied by ', said(review.by, 64), ': ', said(review.reason, 160))
  const names = isWidening
    ? ['takeBack']
    : state === 'proposed'
      ? ['issue', 'drop']
      : command.rung === 'step-up' && command.by === undefined
        ? ['approve', 'deny']
        : ['release']
  const buttons = names.map((name, i) => ({
    label: verbs[name].label,
    about: `${orderOf(command)} for ${command.agent}`,
    primary: i === 0,
    act: () => answer(verbs[name], command, context, name === 'approve' || name === 'release'),
  }))
  return group(command.id, 'rescind.respond', buttons)
}

const orderOf = ({ widens, rung }) => (widens === undefined ? rung : 'widened approval')

async function answer({ label, title, says, verb = label.toLowerCase() }, command, context, mayWiden) {
  const order = orderOf(command)
  const given = await askReason({
    title,
    choice: mayWiden ? widenChoice(command) : undefined,
    says: [`${order} for `, h('bdi', {}, command.agent), `. ${says}`],
    verb: label,
  })
  if (given === undefined) return
  const { tenant, frame } = context
  await attempt(frame, async () => {
    const before = await ask(path(['commands', command.id], { tenant }))
    await ask(path(['commands', command.id, verb]), {
      method: 'POST',
      body: { ...given, ...(tenant === undefined ? {} : { tenant }) },
    })
    const hasFollowed = (life) => life.steps.length > before.steps.length
    // A denied step-up changes nothing that could be waited for.
    const now = await lookUntil(command.id, tenant, (life) => verb === 'deny' || hasFollowed(life))
    return now !== undefined && hasFollowed(now)
      ? `Done: the ${order} for ${command.agent} is ${now.words} now.`
      : `Recorded. The ${order} for ${command.agent} is still: ${(now ?? before).words}.`
  })
  await context.refresh()
  keepFocus(context)
}

/** Where the button was may be nothing any more: then the page’s heading has the focus, not the body. */
export function keepFocus({ frame }) {
  if (document.activeElement === document.body || document.activeElement === null)
    frame.main.querySelector('h1')?.focus()
}

/** Says what came of it. */
export async function attempt(frame, work) {
  try {
    frame.tell(await work())
  } catch (error) {
    frame.tell(`Not done: ${error.message}`)
  }
}

/** Right or wrong: what people say of findings is how the false rate of a detector is known. */
export function findingActions(finding, context) {
  const button = (verb) => ({
    label: verb === 'right' ? 'Right' : 'Wrong',
    about: `finding of ${finding.detector} about ${finding.agent}`,
    act: async () => {
      const says = verb === 'right' ? 'It was as the detector says.' : 'It was a false alarm.'
      const given = await askReason({
        title: `Mark the finding as ${verb}?`,
        says: [`${finding.detector}: `, h('bdi', {}, finding.because), `. ${says}`],
        verb: `Mark as ${verb}`,
      })
      if (given === undefined) return
      const { tenant, frame } = context
      await attempt(frame, async () => {
        await ask(path(['findings', finding.id, verb]), {
          method: 'POST',
          body: { ...given, ...(tenant === undefined ? {} : { tenant }) },
        })
        return `Marked as ${verb}: ${finding.detector} about ${finding.agent}.`
      })
      await context.refresh()
      keepFocus(context)
    },
  })
  return group(finding.id, 'rescind.respond', [button('right'), button('wrong')])
}

/** Lets automatic interruptions go on after the brake. */
export function brakeActions(context) {
  const act = async () => {
    const given = await askReason({
      title: 'Let go of the brake?',
      says: 'Automatic interruptions go on, counted anew.',
      verb: 'Release the brake',
    })
    if (given === undefined) return
    const { tenant, frame } = context
    await attempt(frame, async () => {
      await ask(path(['brake', 'release']), {
        method: 'POST',
        body: { ...given, ...(tenant === undefined ? {} : { tenant }) },
      })
      return 'The brake is released.'
    })
    await context.refresh()
    keepFocus(context)
  }
  return group('brake', 'rescind.admin', [{ label: 'Release the brake', about: '', act }])
}
