import { set } from '../../../formats/kit/tool-name/words.ts'
import { many } from '../found/found.ts'
import { assigned } from './settings.ts'
import { type Handler, optionsOf, type Shell, type Word, word } from './shell.ts'

/** Programs that run the program that follows, with the flags of theirs that take a value. */
const wrapped: Readonly<Record<string, string>> = {
  sudo: '-u -g -h -p -C -r -t -U -D -R --user --group --host --prompt --chdir',
  doas: '-u -C',
  env: '-u -C -S --unset --chdir --split-string',
  nohup: '',
  time: '-f -o --format --output',
  timeout: '-s -k --signal --kill-after',
  gtimeout: '-s -k',
  nice: '-n --adjustment',
  ionice: '-c -n -p',
  stdbuf: '-i -o -e',
  setsid: '',
  command: '',
  builtin: '',
  exec: '-a',
  unbuffer: '',
  watch: '-n -d --interval',
  chrt: '',
  taskset: '-c',
  caffeinate: '-t -w',
  script: '-c',
  flock: '-w -E -c',
  dotenv: '-f -e',
  dotenvx: '-f',
  'cross-env': '',
  entr: '',
  parallel: '-j --jobs',
  xargs: '-I -n -P -L -d -E -s -a --max-args --max-procs --delimiter --replace --arg-file',
  strace: '-e -o -p',
  ltrace: '-e -o',
  busybox: '',
  winpty: '',
  direnv: '',
  firejail: '',
  proxychains: '-f',
  torsocks: '',
}

/** Programs that hand keys or text to another terminal or window, by the word after which these stand. */
const hands = /^(?:send-keys|send|stuff|type|write-chars|send-text)$/
const typed: Handler = (call, shell) => {
  const at = call.args.findIndex(({ text }) => hands.test(text))
  if (at < 0) {
    shell.found.part('command', 'program', call.program)
    return shell.found.raise('execution', `runs ${call.program}`)
  }
  const { rest } = optionsOf(call.args.slice(at + 1), set('-t -p --pane-id --window --delay -d -r -N'))
  const words = rest.filter(({ text }) => !/^(?:Enter|Return|KPEnter|C-\w|\^\w)$/.test(text))
  if (words.some(({ output, variable }) => output || variable))
    shell.found.raise('execution', `${call.program} types what is not known`)
  shell.read(words.map(({ text }) => text.replace(/\\[nr]|\^M/g, '\n')).join(' '))
}

const wrapper =
  (taking: ReadonlySet<string>): Handler =>
  (call, shell) => {
    let at = 0
    const { args, program } = call
    const code = /^(?:script|flock)$/.test(program) ? optionsOf(args, new Set(['-c'])).values.get('-c')?.[0] : undefined
    if (code !== undefined) return shell.read(code.text)
    for (; at < args.length; at++) {
      const text = args[at]?.text ?? ''
      if (taking.has(text)) at++
      else if (text === '--') {
        at++
        break
      } else if (/^[A-Za-z_]\w*=/.test(text) && /env$/.test(program)) setting(args[at], shell)
      else if (!text.startsWith('-')) break
    }
    // `timeout 5 prog`, `flock file prog`, `taskset 1 prog`: one more before the program.
    if (/^(?:g?timeout|flock|taskset|chrt)$/.test(program) && args[at] !== undefined) at++
    const place =
      program === 'xargs'
        ? (optionsOf(args.slice(0, at), new Set(['-I'])).values.get('-I')?.[0]?.text ?? '{}')
        : program === 'parallel'
          ? '{}'
          : ''
    const rest = args
      .slice(at)
      .map((arg) => (place !== '' && arg.text.includes(place) ? { ...arg, output: true } : arg))
    const text =
      (program === 'env' && split(args)) || (program === 'watch' && rest.length === 1 ? rest[0]?.text : '') || ''
    if (text !== '') return shell.read(text)
    if (rest.length === 0)
      return /^(?:command|exec|env|time|script)$/.test(program) ? undefined : shell.found.raise('look', program)
    if ((program === 'command' || program === 'builtin') && args.some((arg) => /^-[vV]$/.test(arg.text)))
      return shell.found.raise('look', 'asks for a program')
    const from = program === 'xargs' || program === 'parallel'
    // What xargs is fed becomes arguments: as many as there are, and not known.
    const fed: Word[] = from && call.upstream.length > 0 ? [{ ...word(''), text: '…', output: true }] : []
    const items = shell.found.items
    shell.call([...rest, ...fed], {
      upstream: call.upstream,
      fed: call.fed,
      ...(call.given === undefined ? {} : { given: call.given }),
    })
    if (from && shell.found.items > items) shell.found.items += many
    if (/^(?:sudo|doas)$/.test(program) && shell.found.sink === 'own')
      shell.found.raise('persistence', 'changes the machine as its administrator')
  }

/** `NAME=value` before the program that follows. */
function setting(given: Word | undefined, shell: Shell) {
  const { text = '' } = given ?? {}
  const end = text.indexOf('=')
  if (given !== undefined) assigned(text.slice(0, end), { ...given, text: text.slice(end + 1) }, shell)
}

function split(args: readonly Word[]): string | undefined {
  const at = args.findIndex((arg) => arg.text === '-S' || arg.text === '--split-string')
  return at < 0
    ? undefined
    : args
        .slice(at + 1)
        .map((arg) => arg.text)
        .join(' ')
}

export const wrappers: readonly (readonly [string, Handler])[] = [
  ...Object.entries(wrapped).map(([name, taking]) => [name, wrapper(set(` ${taking}`))] as const),
  ...['tmux', 'screen', 'xdotool', 'ydotool', 'wtype', 'zellij', 'wezterm'].map((name) => [name, typed] as const),
]
