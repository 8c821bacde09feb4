import { readPatch } from '../files/patch.ts'
import { absolutePath } from '../files/paths.ts'
import { fetchers } from './network.ts'
import { type Call, type Handler, lastOf, optionsOf, type Shell, wasFetched } from './shell.ts'

/** A patch that a program carries out: what the line holds of it is read, a file with one is run like a script. */
export function applies(call: Call, files: readonly string[], shell: Shell): void {
  const { found, ground } = shell
  const fetched = call.upstream.find((each) => fetchers.has(each))
  if (fetched !== undefined) {
    found.raise('execution', `${call.program} applies what ${fetched} brought`)
    return
  }
  const changes = readPatch(call.given ?? call.piped ?? '')
  for (const change of changes) found.change(change, ground)
  for (const file of call.from === undefined ? files : [...files, call.from]) {
    found.runs.push(absolutePath(file, ground))
    if (wasFetched(file, shell)) found.raise('execution', `${call.program} applies what was just fetched`)
  }
  found.raise('own', `${call.program} applies a patch`)
}

/** `patch [-d DIR] [FILE [PATCH]]`. */
export const patch: Handler = (call, shell) => {
  const options = optionsOf(
    call.args,
    new Set(['-i', '--input', '-d', '--directory', '-p', '--strip', '-o', '--output', '-r', '-B', '-z', '-F', '-D']),
  )
  const folder = lastOf(options, '-d', '--directory')
  if (folder !== undefined) shell.ground = { ...shell.ground, cwd: absolutePath(folder.text, shell.ground) }
  const [target, from] = options.rest
  const into = lastOf(options, '-o', '--output') ?? target
  if (into !== undefined) shell.found.write(into.text, shell.ground)
  const input = lastOf(options, '-i', '--input') ?? from
  applies(call, input === undefined ? [] : [input.text], shell)
}
