import { absolutePath, landingOf } from '../files/paths.ts'
import { classifyCmdlet } from './cmdlets.ts'
import { editors, files } from './files.ts'
import { git } from './git.ts'
import { interpreters } from './interpreters.ts'
import { projectRunners } from './managers.ts'
import { network } from './network.ts'
import { packages } from './packages.ts'
import { readers } from './readers.ts'
import { client, services } from './services.ts'
import { type Call, type Handler, type Shell, type Word, wasFetched } from './shell.ts'
import { system } from './system.ts'
import { aimsAmong } from './words.ts'
import { wrappers } from './wrappers.ts'

const handlers: ReadonlyMap<string, Handler> = new Map([
  ...readers,
  ...files,
  ...editors,
  ...network,
  ...packages,
  ...interpreters,
  ...system,
  ...services,
  ...wrappers,
  ['git', git],
])

const handlerOf = (program: string): Handler | undefined =>
  handlers.get(program) ?? handlers.get(program.replace(/[\d.]+$/, '')) ?? handlers.get(program.toLowerCase())

/** A program that is known by its name, without the folder that it is called from. */
export const isProgram = (name: string): boolean =>
  handlerOf(name.replace(/\.(?:exe|cmd|bat)$/i, '')) !== undefined || /^[A-Z][A-Za-z]+-[A-Z]\w+$/.test(name)

/** Their words are texts, files of this machine, or other programs’: where these lead is theirs to say. */
const inward: ReadonlySet<string> = new Set([...readers, ...files, ...wrappers].map(([name]) => name).concat('git'))

/** Its words say what it does, as a tool’s name does: no shell, wrapper, interpreter, and nothing that runs what a project declares. */
const speaking: ReadonlySet<string> = new Set([...packages, ...system, ...services].map(([name]) => name).concat('git'))
export const isService = (program: string): boolean => speaking.has(program) && !projectRunners.has(program)

/** What one program does with its arguments; one that is not known runs code, unless it is the project's own. */
export function runProgram(argv: readonly Word[], how: Omit<Call, 'program' | 'args'>, shell: Shell) {
  const [head, ...args] = argv
  if (head === undefined) return
  const { found } = shell
  if (head.variable || head.output || head.text === '') {
    found.raise('execution', 'runs a program whose name is not known')
    found.part('command', 'program', head.text)
    return
  }
  const path = /[/\\]/.test(head.text)
  const program = (head.text.split(/[/\\]/).at(-1) ?? '').replace(/\.(?:exe|cmd|bat)$/i, '')
  const call: Call = { program, args, ...how }
  if (shell.functions.has(head.text)) return
  if (path && !/^(?:\/usr)?(?:\/local)?\/s?bin\/|^\/opt\/homebrew\/bin\//.test(head.text))
    return ofPath(head.text, call, shell)
  const handler = handlerOf(program)
  if (handler !== undefined) {
    handler(call, shell)
    if (!inward.has(program)) aimsAmong(call, shell)
    return
  }
  aimsAmong(call, shell)
  if (shell.isClient) return client(call, shell)
  if (shell.projectPrograms.has(program)) return found.raise('own', `runs ${program}, which the project declares`)
  if (/^[A-Z][A-Za-z]+-[A-Z]\w+$/.test(program)) return classifyCmdlet(call, shell)
  found.part('command', 'program', program)
  found.raise('execution', `runs ${program.slice(0, 60)}`)
}

/** A program named by its path: the project's own under the roots, else foreign. */
function ofPath(path: string, call: Call, shell: Shell) {
  const { found, ground } = shell
  const landing = landingOf(path, ground)
  found.part('command', 'program', path)
  found.runs.push(absolutePath(path, ground))
  aimsAmong(call, shell)
  // Wrappers that build tools check into a project are the build tool.
  const known = /^(?:gradlew|mvnw|manage\.py|activate)$/.test(call.program) ? undefined : handlers.get(call.program)
  if (wasFetched(path, shell)) return found.raise('execution', `runs ${path.slice(0, 60)}, which was just fetched`)
  if (landing.in === 'inside' && ground.roots.length > 0) {
    found.raise('own', `runs ${path.slice(0, 60)}, a program under the roots`)
    if (known !== undefined && /(?:^|\/)(?:\.?venv|env|node_modules)\//.test(path)) known(call, shell)
    return
  }
  found.raise(landing.in === 'inside' ? 'own' : 'execution', `runs ${path.slice(0, 60)}`)
}
