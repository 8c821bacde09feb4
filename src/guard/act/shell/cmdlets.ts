import { readName } from '../../../formats/kit/tool-name/read-name.ts'
import { graver } from '../../../model/sink.ts'
import { shapeOf } from '../roles/shape.ts'
import type { Call, Shell } from './shell.ts'

/** PowerShell’s own way of naming is verb and noun; it is read as such. What is not sure runs code. */
export function classifyCmdlet(call: Call, shell: Shell) {
  const { found } = shell
  const [verb = '', noun = ''] = call.program.toLowerCase().split('-')
  for (const { text } of call.args) {
    const shape = shapeOf(text)
    if (shape === 'url') found.part('destination', 'url', text)
    if (shape === 'path') found.part('selector', 'path', text)
  }
  const flag = (pattern: RegExp) => call.args.some((arg) => pattern.test(arg.text))
  if (/^(?:webrequest|restmethod)$/.test(noun)) {
    found.raise(
      flag(/^-(?:body|infile|form)$/i) || flag(/^(?:post|put|patch|delete)$/i) ? 'outward' : 'look',
      `${call.program} visits`,
    )
    return
  }
  if (
    /^(?:get|select|where|sort|group|measure|format|test|compare|find|resolve|split|join|convertfrom|convertto|foreach|tee|show)$/.test(
      verb,
    )
  )
    return found.raise('look', call.program)
  if (/^(?:content|item|itemproperty|file)$/.test(noun) && /^(?:set|add|new|out|copy|move|rename)$/.test(verb)) {
    const path = call.args.find((arg) => shapeOf(arg.text) === 'path')
    return path === undefined ? found.raise('own', call.program) : found.write(path.text, shell.ground)
  }
  const reading = readName(`${verb}_${noun}`)
  if (verb === 'remove') found.items += call.args.some((arg) => arg.glob || /recurse/i.test(arg.text)) ? 100 : 1
  found.raise(reading === undefined ? 'execution' : graver(reading.sink, 'shared'), call.program)
}
