import { absolutePath, landingOf, normalPath } from '../files/paths.ts'
import { aimsOf } from '../found/aims.ts'
import type { Shell, Word } from './shell.ts'

/** Words that end the name of a setting by which programs find code or options: `PYTHONPATH`, `LD_PRELOAD`, `NODE_OPTIONS`, `PERL5LIB`. */
const loads =
  /(?:PATH|PRELOAD|AUDIT|LIB(?:RARIES)?|OPTIONS?|OPTS?|\dOPT|RUBYOPT|FLAGS|STARTUP|ENV|INIT|CONFIG|RC|HOOKS?|PLUGINS?|AGENT|MODULES?|HOME|INSERT_LIBRARIES)$/i
const configures = /CONFIG(?:_?(?:GLOBAL|SYSTEM|FILE|HOME|DIR))?$/i
/** Words that end the name of a setting whose value is a command: `GIT_SSH_COMMAND`, `EDITOR`, `CC`. */
const commands =
  /(?:COMMAND|CMD|EDITOR|VISUAL|PAGER|BROWSER|SHELL|ASKPASS|_SSH|^CC|^CXX|WRAPPER|LAUNCHER|DIFF|LESSOPEN|OPENER)$/i
/** Where programs are put for a machine or its person, by hands that a guard asks about. */
const installed =
  /^(?:~|\/(?:usr|opt|s?bin|lib(?:64|exec)?|nix|snap|etc|Library|Applications|System|run\/current-system)(?:\/|$)|[a-z]:\/program files)/i

/** A setting for the programs that come: where they go, what they load, which command they run. */
export function assigned(name: string, value: Word, shell: Shell) {
  const { found } = shell
  const said = `sets ${name.slice(0, 40)}`
  for (const { kind, text } of aimsOf(value.text, name)) {
    found.part('destination', kind, text, 'setting')
    found.adds = true
  }
  if (commands.test(name)) {
    if (value.output || value.variable) return found.raise('execution', said)
    found.part('command', 'shell', value.text, 'setting')
    return shell.read(value.text)
  }
  if (!loads.test(name) && !configures.test(name)) return
  if (value.output) return found.raise('execution', said)
  const paths = pathsIn(value.text)
  for (const path of paths) found.runs.push(absolutePath(path, shell.ground))
  const foreign = paths.filter((path) => isForeign(path, shell))
  for (const path of foreign) found.part('command', 'program', path, 'setting')
  if (foreign.length > 0) found.raise('execution', `${said} to ${foreign[0]?.slice(0, 60)}`)
}

/** The paths of a list, and those among options: `/a:/b`, `--require /x`, `-javaagent:/x`, `-I/x`. */
const pathsIn = (text: string): string[] =>
  text
    .slice(0, 4096)
    .split(/[\s;,=]+|(?<!^[a-z]|\s[a-z]):(?!\/\/)/i)
    .map((each) => each.replace(/^-\w+?(?=\/|~|\.\.?\/)/, ''))
    .filter((each) => /^(?:\/|~|\.{1,2}(?:\/|$)|[a-z]:[\\/]|\\\\)/i.test(each))

/** Neither the project’s, nor where programs are put: a folder for scratch, or somebody else’s. */
function isForeign(path: string, { ground }: Shell): boolean {
  const landing = landingOf(path, ground)
  if (landing.in === 'inside') return false
  const place = normalPath(path, '', ground.home)
  return (
    !installed.test(place) && !(ground.home !== undefined && ground.home !== '' && place.startsWith(`${ground.home}/`))
  )
}
