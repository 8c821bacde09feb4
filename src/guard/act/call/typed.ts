import { set, singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { isProgram } from '../shell/programs.ts'

/** Words of tools that hand keys or text to whatever listens. */
const hands = set('type typed typing key keys keyboard keystroke press paste stuff fill stdin')
/** Words of what listens where each line is run. */
const listens = set('terminal console tty pty tmux repl shell stdin')
/** What says into which field of a page it goes: a line that ends there sends a form. */
const field = /^(?:ref|selector|element|locator|xpath|css|uid|index|target)$/i
/** What of a tool's arguments says that it types: `{action: 'type'}`. */
const typing = /^(?:type|paste|send_?keys?|keys?|input|write)(?:_?text)?$/i
/** A key that ends a line, as automation spells it. */
const enter = /[<{[](?:enter|return|cr|ret)[>}\]]|\r\n?|\\r|\bC-m\b|\s(?:Enter|Return|KPEnter)$/gi
const otherKey =
  /[<{[](?:(?:win|cmd|super|meta|ctrl|control|alt|shift|tab|esc|escape|space|del|f\d+)\b[^>}\]\n]{0,30})[>}\]]/gi
/** What a sentence does not have, and a command line does: an option, an address, a path, a pipe into a program, what is put in. */
const marks =
  /\s--?[A-Za-z][\w-]*|\s\/[a-z]{1,3}(?=\s)|[a-z][\w+.-]*:\/\/|(?:^|\s)(?:\.{0,2}\/|~\/|[A-Za-z]:\\)\S|\$\(|`[^`]+`|\|\s*(?:sudo\s+)?([\w.-]+)|&&\s*([\w.-]+)|\b[\w-]+(?:\.[\w-]+)+\/\S/g

export interface Typing {
  /** Each line of it is run by who reads it. */
  isTerminal: boolean
  /** Into a field of a page. */
  isField: boolean
}

/** Whether a tool types, by its name or by which of its acts this is; undefined where it does not. */
export function typingOf(
  tool: readonly string[],
  acts: readonly string[],
  names: readonly string[],
): Typing | undefined {
  const words = tool.map(singular)
  const isTerminal = words.some((word) => listens.has(word))
  return isTerminal || words.some((word) => hands.has(word)) || acts.some((act) => typing.test(act))
    ? { isTerminal, isField: names.some((name) => field.test(name)) }
    : undefined
}

/** The command lines of a text that is typed; undefined where it reads like a text. */
export function typedLines(text: string, { isTerminal, isField }: Typing): string | undefined {
  const isSent = !isField && (new RegExp(enter.source, 'i').test(text) || /\n\s*$/.test(text))
  const lines = text
    .slice(0, 32_768)
    .replace(enter, '\n')
    .replace(otherKey, '\n')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && isCommandLine(line, isTerminal || isSent))
  return lines.length === 0 ? undefined : lines.join('\n')
}

/** It begins with a program; and, unless it is sent to where lines are run, it has what no sentence has. */
function isCommandLine(line: string, isRun: boolean): boolean {
  const [, first = ''] = /^(?:[A-Za-z_]\w*=\S* )*(?:sudo |\$ |> )?([^\s|;&<>()]{1,64})/.exec(line) ?? []
  if (!isProgram(first.split(/[/\\]/).at(-1) ?? '')) return false
  if (isRun) return true
  const found = [...line.slice(0, 4096).matchAll(marks)]
  return found.some(([, piped, then]) => {
    const program = piped ?? then
    return program === undefined || isProgram(program)
  })
}

/** Names of arguments that hold code, whatever the tool is. */
const codeNames = set('expression script javascript js python lambda function')
/** What reaches past a page or a process: the net, stores, files, other programs. */
const reaches =
  /\b(?:fetch|XMLHttpRequest|sendBeacon|WebSocket|EventSource|importScripts|import|require|eval|Function|exec\w*|spawn\w*|system|popen|subprocess|urlopen|requests|socket|open)\s*[.(]|\bnew\s+(?:Image|WebSocket|XMLHttpRequest|Worker|ActiveXObject)\b|\bUrlFetchApp\b|\bhttpRequest\b|\bdocument\.cookie\b|\b(?:local|session)Storage\b|\bindexedDB\b|\.(?:src|href|action|innerHTML|outerHTML)\s*=(?!=)|\blocation(?:\.\w+)?\s*=(?!=)|\.(?:submit|click|requestSubmit|dispatchEvent)\s*\(/

/** An argument that holds code which does more than look at what is there. */
export const isActingCode = (name: string, text: string, isSetUp = false): boolean =>
  (codeNames.has(lastOf(name)) || (isSetUp && isRunnable(name))) && reaches.test(text.slice(0, 65_536))

/** A flag by which what is written is run at once. */
export const runsIt = (name: string): boolean =>
  /^(?:(?:auto|and|then|is)?_?(?:run|exec|execute|eval|evaluate))(?:_?(?:now|it|cell|code|after|immediately))?$/i.test(
    name.replace(/([a-z])([A-Z])/g, '$1_$2'),
  )
/** Arguments that hold what such a flag runs. */
export const isRunnable = (name: string): boolean =>
  codeNames.has(lastOf(name)) || /^(?:code|source|src|snippet|cell|contents?|text|input|body)$/.test(lastOf(name))

const lastOf = (name: string): string => wordsOf(name).at(-1) ?? ''
