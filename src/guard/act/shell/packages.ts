import { set } from '../../../formats/kit/tool-name/words.ts'
import { absolutePath } from '../files/paths.ts'
import { alike, type Manager, managers, projectRunners } from './managers.ts'
import { type Call, type Handler, operandsOf, optionsOf, runsDeclared, type Shell } from './shell.ts'

const local = (text: string): boolean => /^(?:\.{1,2}(?:\/|$|\[)|-e$|file:|\.\[)/.test(text)

/** Installs what is named: foreign code, unless it is the project's own. With no name, what the project declares. */
function installs(names: readonly { text: string }[], call: Call, shell: Shell, folder: string | undefined) {
  const foreign = names.filter((name) => !local(name.text))
  for (const { text } of names)
    if (local(text) && text !== '-e')
      shell.found.runs.push(absolutePath(text.replace(/^file:|\[.*$/g, ''), shell.ground))
  for (const name of foreign) shell.found.part('command', 'package', name.text)
  for (const name of foreign) if (/:\/\//.test(name.text)) shell.found.part('destination', 'url', name.text)
  if (foreign.length > 0) shell.found.raise('execution', `${call.program} installs ${foreign[0]?.text.slice(0, 60)}`)
  else runsDeclared(`${call.program} installs what the project declares`, shell, folder)
}

/** Where packages come from changes what is installed. */
const sources = [
  '--registry',
  '--index-url',
  '-i',
  '--extra-index-url',
  '--find-links',
  '-f',
  '--index',
  '--default-index',
  '--source',
  '--trusted-host',
]

/** `docker container run` is `docker run`. */
const ofThing = (call: Call): Call =>
  /^(?:docker|podman|nerdctl)$/.test(call.program) &&
  /^(?:container|image)$/.test(call.args[0]?.text ?? '') &&
  call.args.length > 1
    ? { ...call, args: call.args.slice(1) }
    : call

const manage = (of: Manager): Handler => {
  const sets = Object.fromEntries(Object.entries(of).map(([kind, list]) => [kind, set(` ${list}`)] as const))
  const taking = set(` ${of.taking ?? ''}`)
  const flagged = { of: set(` ${of.flagged?.of ?? ''}`), flags: set(` ${of.flagged?.flags ?? ''}`) }
  return (given, shell) => {
    const call = ofThing(given)
    const options = optionsOf(call.args, new Set([...taking, ...sources]))
    for (const flag of sources)
      for (const value of options.values.get(flag) ?? []) {
        shell.found.part('destination', 'url', value.text)
        if (/:\/\//.test(value.text)) shell.found.raise('execution', `takes packages from ${value.text.slice(0, 60)}`)
      }
    const sub = options.rest[0]?.text ?? (call.args[0]?.text.startsWith('-') ? call.args[0].text : '')
    const at = call.args.findIndex((arg) => arg.text === sub)
    const operands = flagged.of.has(sub) ? operandsOf(call.args.slice(at + 1), flagged.flags) : undefined
    const names = operands ?? options.rest.slice(1)
    for (const each of [...(options.values.get('-r') ?? []), ...(options.values.get('--requirement') ?? [])])
      if (/:\/\//.test(each.text)) {
        shell.found.part('destination', 'url', each.text)
        shell.found.raise('execution', 'installs what a URL lists')
      }
    const has = (kind: string) => sets[kind]?.has(sub) === true
    const folder = (options.values.get('--prefix') ?? options.values.get('--cwd') ?? options.values.get('-C'))?.[0]
      ?.text
    // What images are called here, before anything goes anywhere.
    if (of.service !== undefined && !has('install') && !has('publish'))
      for (const name of [...names, ...(options.values.get('-t') ?? []), ...(options.values.get('--tag') ?? [])])
        shell.found.part('selector', 'image', name.text)
    if (has('within')) return inside(call.args.slice(at + 1), taking, call, shell)
    if (has('fetchRun')) {
      const [name] = names
      if (name !== undefined && shell.projectPrograms.has(name.text))
        return shell.found.raise('own', `runs ${name.text}, which the project declares`)
      if (name !== undefined) shell.found.part('command', 'package', name.text)
      return shell.found.raise(
        names.length === 0 && sub === 'init' ? 'own' : 'execution',
        `${call.program} ${sub} runs a package`,
      )
    }
    if (has('install'))
      return installs(
        /^(?:tool|global)$/.test(sub) ? names.slice(1) : operands !== undefined ? names.slice(0, 1) : names,
        call,
        shell,
        folder,
      )
    if (has('look')) return shell.found.raise('look', `${call.program} ${sub}`)
    if (has('service')) return shell.found.raise('shared', `${call.program} ${sub}`)
    if (sub === 'exec' && call.program !== 'composer') return shell.call(names.slice(1), call)
    if (has('publish')) {
      if (/^(?:docker|podman|nerdctl)$/.test(call.program))
        for (const image of names) shell.found.part('destination', 'repository', image.text)
      return shell.found.raise('outward', `${call.program} ${sub}`)
    }
    if (has('standing')) return shell.found.raise('persistence', `${call.program} ${sub}`)
    if (has('remove')) {
      for (const name of names) shell.found.part('selector', 'package', name.text)
      return shell.found.raise(
        /^(?:uninstall|remove|rm|un)$/.test(sub) && of.project !== undefined && call.program !== 'docker'
          ? 'own'
          : 'irreversible',
        `${call.program} ${sub}`,
      )
    }
    if (has('project') || sub === '' || sets.project?.has('*') === true)
      return runsDeclared(`${call.program} ${sub}, which the project declares`, shell, folder)
    if (call.program === 'go' && sub === 'run')
      return shell.found.raise(names.some((name) => /\.\w+\/.*@/.test(name.text)) ? 'execution' : 'own', 'go run')
    shell.found.part('command', 'program', `${call.program} ${sub}`)
    shell.found.raise('execution', `${call.program} ${sub.slice(0, 40)}`)
  }
}

/** `uv run pytest`: the command that follows, in the project's environment. */
function inside(args: Call['args'], taking: ReadonlySet<string>, call: Call, shell: Shell) {
  let at = 0
  while (at < args.length && (args[at]?.text ?? '').startsWith('-')) {
    if (args[at]?.text === '--with') shell.found.part('command', 'package', args[at + 1]?.text ?? '')
    at += taking.has(args[at]?.text ?? '') ? 2 : 1
  }
  const rest = args.slice(at)
  const [program] = rest
  if (program !== undefined && /\.(?:py|js|ts|rb)$/.test(program.text))
    return shell.call([{ ...program, text: 'python' }, ...rest], call)
  shell.call(rest, call)
}

/** `npx NAME`: a binary of the project where it declares one, else a package from afar. */
const fetchRuns: Handler = (call, shell) => {
  const options = optionsOf(call.args, set('-p --package -c --call --from --with --python'))
  const [name] =
    options.values.get('-p') ?? options.values.get('--package') ?? options.values.get('--from') ?? options.rest
  const inner = options.values.get('-c')?.[0] ?? options.values.get('--call')?.[0]
  if (inner !== undefined) shell.read(inner.text)
  if (name === undefined) return
  const bare = name.text.replace(/(?<=.)@[^/]*$/, '')
  if (shell.projectPrograms.has(bare) || (projectRunners.has(bare) && bare === name.text))
    return shell.found.raise('own', `${call.program} runs ${bare}, a tool of the project`)
  shell.found.part('command', 'package', name.text)
  shell.found.raise('execution', `${call.program} runs the package ${name.text.slice(0, 60)}`)
}

const runsProject: Handler = (call, shell) => {
  const { values } = optionsOf(call.args, set('-C --directory -o --output --outDir -d --output-file --destination'))
  runsDeclared(
    `${call.program} runs what the project declares`,
    shell,
    (values.get('-C') ?? values.get('--directory'))?.[0]?.text,
  )
  for (const flag of ['-o', '--output', '--outDir', '--output-file', '--destination'])
    for (const each of values.get(flag) ?? []) shell.found.write(each.text, shell.ground)
  // What it is pointed at it may run: tests, a makefile, a configuration.
  for (const { text } of call.args)
    if (/^(?!https?:)[^-\s=][^\s=]*[/.][^\s=]*$/.test(text)) shell.found.runs.push(absolutePath(text, shell.ground))
  for (const { text, output } of call.args)
    if (output || /^(?:SHELL|CC|CXX)=/.test(text))
      shell.found.raise('execution', `${call.program} with a program that is not known`)
}

const table = Object.entries(managers).map(([name, of]) => [name, manage(of)] as const)
const byName = new Map<string, Handler>(table)
/** Managers that Python runs as modules. */
export const packageRunners: ReadonlyMap<string, Handler> = new Map(
  [...byName].filter(([name]) => /^(?:pip|poetry|uv)$/.test(name)),
)

export const packages: readonly (readonly [string, Handler])[] = [
  ...[...projectRunners].map((name) => [name, runsProject] as const),
  ...table,
  ...Object.entries(alike).flatMap(([name, like]) => {
    const handler = byName.get(like)
    return handler === undefined ? [] : [[name, handler] as const]
  }),
  ...['npx', 'bunx', 'pnpx', 'uvx'].map((name) => [name, fetchRuns] as const),
  ['twine', (_call, shell) => shell.found.raise('outward', 'publishes a package')],
]
