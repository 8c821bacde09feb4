import { set } from '../../../formats/kit/tool-name/words.ts'
import { readCode } from '../code/index.ts'
import { absolutePath, landingOf } from '../files/paths.ts'
import { fetchers } from './network.ts'
import { packageRunners } from './packages.ts'
import { type Call, type Handler, optionsOf, runsDeclared, type Shell, wasFetched } from './shell.ts'

const shells = set('sh bash zsh dash ksh ash fish rbash busybox_sh mksh')

/** Code that came by a pipe or a substitution: whose it is decides the words, not the sink. */
function fromElsewhere(call: Call, shell: Shell): boolean {
  const fetched = call.upstream.find((each) => fetchers.has(each))
  if (fetched !== undefined) {
    shell.found.raise('execution', `runs what ${fetched} brought`)
    // Where it came from is what is run.
    for (const part of [...shell.found.parts])
      if (part.role === 'destination' && part.kind === 'url') shell.found.part('command', 'url', part.text, 'fetched')
    return true
  }
  if (call.args.some((arg) => arg.output) || call.upstream.length > 0) {
    shell.found.raise('execution', 'runs what another program wrote')
    return true
  }
  return false
}

/** A file that is run: under the roots it is the project's own. */
function runsFile(path: string, call: Call, shell: Shell) {
  shell.found.part('command', 'program', path)
  shell.found.runs.push(absolutePath(path, shell.ground))
  const landing = landingOf(path, shell.ground)
  if (/^[a-z]+:\/\//i.test(path)) {
    shell.found.part('destination', 'url', path)
    return shell.found.raise('execution', `${call.program} runs what it fetches`)
  }
  if (wasFetched(path, shell))
    shell.found.raise('execution', `${call.program} runs ${path.slice(0, 60)}, which was just fetched`)
  else if (landing.in === 'inside')
    shell.found.raise('own', `${call.program} runs ${path.slice(0, 60)}, under the roots`)
  else shell.found.raise('execution', `${call.program} runs ${path.slice(0, 60)}`)
}

const shellProgram: Handler = (call, shell) => {
  const at = call.args.findIndex((arg) => /^-[a-z]*c$/.test(arg.text) && !arg.text.startsWith('--'))
  if (at >= 0) {
    const code = call.args[at + 1]
    if (code === undefined || code.output || code.variable) {
      if (code?.output !== true || !fromElsewhere(call, shell))
        shell.found.raise('execution', 'runs a text that is not known')
      shell.found.part('command', 'shell', code?.text ?? '')
      if (code !== undefined && !code.output) shell.read(code.text)
      return
    }
    return shell.read(code.text)
  }
  if (call.given !== undefined) return shell.read(call.given)
  if (fromElsewhere(call, shell)) return
  const { rest, flags } = optionsOf(call.args, set('-o -O --rcfile --init-file'))
  const [script] = rest
  if (script !== undefined && script.text !== '-') return runsFile(script.text, call, shell)
  if (flags.has('--version') || flags.has('--help')) return shell.found.raise('look', 'asks for a version')
  if (flags.has('-n')) return shell.found.raise('look', 'checks a script')
  shell.found.raise('execution', `starts ${call.program}`)
}

/** Flags by which interpreters take code as text. */
const codeFlags =
  /^(?:-c|-e|-E|-r|-p|-pe|-ne|-ie|-pie|-n[ep]*|--eval|--print|-Command|-EncodedCommand|-enc|-Expression|eval|-x)$/i
const modules =
  set(`pytest unittest doctest mypy black ruff flake8 pylint isort coverage tox nox build compileall py_compile json.tool cProfile timeit pdb venv
  virtualenv http.server`)

const interpreter: Handler = (call, shell) => {
  const texts = call.args.map((arg) => arg.text)
  if (texts.length === 1 && /^(?:--version|-V|-v|--help|-h|version)$/.test(texts[0] ?? ''))
    return shell.found.raise('look', 'asks for a version')
  const at = texts.findIndex((text) => codeFlags.test(text))
  if (at >= 0 && !/^-(?:n|p)$/.test(texts[at] ?? '')) {
    shell.found.part('command', 'code', texts[at + 1] ?? '')
    readCode(texts[at + 1] ?? '', shell.found, shell.ground)
    // `perl -pi -e … FILE` edits where the file stands.
    if (/^(?:perl|ruby)$/.test(call.program) && texts.some((text) => /^-[a-z]*i/.test(text)))
      for (const file of call.args.slice(at + 2))
        if (!file.text.startsWith('-')) shell.found.write(file.text, shell.ground)
    return shell.found.raise('execution', `${call.program} runs code given as text`)
  }
  const module = texts.indexOf('-m')
  if (module >= 0 && module < 3) {
    const name = texts[module + 1] ?? ''
    const like = packageRunners.get(name)
    if (like !== undefined) return like({ ...call, program: name, args: call.args.slice(module + 2) }, shell)
    if (modules.has(name)) return runsDeclared(`${call.program} runs ${name}`, shell)
    const [top = ''] = name.split('.', 1)
    if (shell.projectPrograms.has(top) && !wasFetched(`${top}.py`, shell)) {
      shell.found.runs.push(absolutePath(`${top}.py`, shell.ground))
      return runsDeclared(`${call.program} runs the project’s module ${name.slice(0, 40)}`, shell, top)
    }
    shell.found.part('command', 'program', name)
    return shell.found.raise('execution', `${call.program} runs the module ${name.slice(0, 40)}`)
  }
  if (call.given !== undefined) {
    shell.found.part('command', 'code', call.given)
    readCode(call.given, shell.found, shell.ground)
    return shell.found.raise('execution', `${call.program} runs code given as text`)
  }
  const { rest, flags } = optionsOf(
    call.args,
    set('-r --require --import --loader -W -X -I -jar -cp -classpath --inspect'),
  )
  const script = rest.find((each) => !/^(?:run|test|task|check|fmt|lint)$/.test(each.text))
  const sub = rest[0]?.text ?? ''
  if (
    call.program !== 'node' &&
    /^(?:test|task|check|fmt|lint|build|install)$/.test(sub) &&
    /^(?:deno|bun)$/.test(call.program)
  )
    return runsDeclared(`${call.program} ${sub}`, shell)
  if (call.program === 'node' && flags.has('--test')) return shell.found.raise('own', 'runs the tests')
  if (script !== undefined && script.text !== '-') return runsFile(script.text, call, shell)
  if (fromElsewhere(call, shell)) return
  shell.found.raise('execution', `starts ${call.program}`)
}

/** `source` and `.`: run here what a file says. */
const source: Handler = (call, shell) => {
  const [file] = call.args
  if (file === undefined) return
  if (file.output) return void fromElsewhere(call, shell)
  runsFile(file.text, call, shell)
}

const evaluates: Handler = (call, shell) => {
  if (call.args.some((arg) => arg.output || arg.variable)) {
    if (!fromElsewhere(call, shell)) shell.found.raise('execution', 'evaluates a text that is not known')
    return
  }
  shell.read(call.args.map((arg) => arg.text).join(' '))
}

/** PowerShell and cmd: their languages are not parsed, so their commands are read word by word only where they are plain. */
const windows: Handler = (call, shell) => {
  const at = call.args.findIndex((arg) => /^(?:-c|-command|\/c|\/k)$/i.test(arg.text))
  const inner =
    at >= 0
      ? call.args
          .slice(at + 1)
          .map((arg) => arg.text)
          .join(' ')
      : ''
  if (
    inner !== '' &&
    /^[\w .:\\/"'=-]*$/.test(inner) &&
    !call.args.some((arg) => /^-(?:e|enc|encodedcommand)/i.test(arg.text))
  )
    return shell.read(inner.replaceAll('\\', '/'))
  shell.found.part('command', 'shell', inner)
  shell.found.raise('execution', `${call.program} runs commands`)
}

const all = (handler: Handler, names: string) => names.split(' ').map((name) => [name, handler] as const)
export const interpreters: readonly (readonly [string, Handler])[] = [
  ...[...shells].map((name) => [name, shellProgram] as const),
  ...all(
    interpreter,
    'python python3 pypy pypy3 ipython node nodejs deno bun ruby perl php lua luajit julia rscript r java javaw groovy scala kotlin osascript tclsh guile elixir erl swift tsx ts-node',
  ),
  ...all(source, 'source .'),
  ['eval', evaluates],
  ...all(windows, 'powershell pwsh cmd wsl wscript cscript mshta rundll32 regsvr32'),
]
