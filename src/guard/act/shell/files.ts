import { isDerived } from '../files/derived.ts'
import { absolutePath, landingOf } from '../files/paths.ts'
import { many } from '../found/found.ts'
import { fetchers } from './network.ts'
import { patch } from './patches.ts'
import { fetches, type Handler, has, lastOf, optionsOf, type Shell, type Word, word } from './shell.ts'

const write = (path: Word, shell: Shell): void => {
  if (path.variable || path.output) shell.found.raise('shared', 'writes to a place whose name is not known')
  else shell.found.write(path.text, shell.ground)
}

/** The last argument, or `-t`, is where it goes. */
const intoLast: Handler = ({ program, args }, shell) => {
  const options = optionsOf(args, new Set(['-t', '--target-directory', '-m', '-o', '-g', '-S', '--suffix', '--mode']))
  const given = lastOf(options, '-t', '--target-directory')
  const target = given ?? options.rest.at(-1)
  const sources = given === undefined ? options.rest.slice(0, -1) : options.rest
  for (const each of sources) {
    shell.found.read(each.text, shell.ground)
    const landing = landingOf(each.text, shell.ground)
    if (/^(?:mv|move|ren|rename)$/.test(program) && landing.in === 'outside')
      shell.found.raise('irreversible', `moves ${each.text.slice(0, 60)} away`)
  }
  if (target === undefined) return
  write(target, shell)
  if (program === 'cp') creates(target, shell)
}

/** There was nothing of that name, as far as the line tells. */
const creates = (path: Word, { found, ground }: Shell): void => {
  if (!path.variable && !path.output && !path.glob) found.create(path.text, ground)
}

/** Every argument is written or made. */
const each: Handler = ({ program, args, upstream }, shell) => {
  const isFetched = upstream.some((program) => fetchers.has(program))
  for (const path of optionsOf(
    args,
    new Set(['-m', '-d', '-t', '-r', '-s', '--size', '--date', '--reference', '--mode']),
  ).rest) {
    write(path, shell)
    if (/^(?:touch|mkdir|tee)$/.test(program)) creates(path, shell)
    if (isFetched) fetches(path.text, shell)
  }
}

const remove: Handler = ({ program, args, upstream }, shell) => {
  const { rest } = optionsOf(args, new Set(['-n', '-s', '--iterations', '--size']))
  // A folder goes only when it is empty, but for that of Windows.
  if (program === 'rmdir' && rest.length > 0 && !args.some(({ text }) => /^(?:\/s|-r\w*)$/i.test(text))) {
    for (const path of rest) write(path, shell)
    return
  }
  const isRubbish =
    rest.length > 0 && rest.every((path) => !path.variable && !path.output && isDerived(path.text, shell.ground))
  if (isRubbish) {
    for (const path of rest) shell.found.part('selector', 'path', path.text)
    return shell.found.raise('own', `${program} removes what is made again`)
  }
  shell.found.raise('irreversible', `${program} removes`)
  for (const path of rest) {
    const isPattern = path.glob || path.output || path.variable
    const isKept = !path.variable && !path.output && isDerived(path.text, shell.ground)
    shell.found.gone(path.text, shell.ground, { isPattern, isKept })
    if (!isKept) shell.found.items += isPattern ? many : 1
  }
  if (rest.length === 0 && upstream.length > 0) shell.found.items += many
}

/** Modes and owners: the project's own files are the agent's to mark; others' are rights. */
const rights: Handler = ({ program, args }, shell) => {
  const [, ...paths] = optionsOf(args, new Set(['--reference'])).rest
  for (const path of paths) {
    const landing = landingOf(path.text, shell.ground)
    shell.found.part('selector', 'path', path.text)
    const mine = landing.in !== 'outside' && landing.persistent === undefined && !path.variable
    shell.found.raise(mine && program === 'chmod' ? 'own' : 'persistence', `${program} on ${path.text.slice(0, 60)}`)
  }
}

/** Archives: packing reads and writes one file, unpacking writes where it is told. */
const archive: Handler = ({ program, args }, shell) => {
  const letters = program === 'tar' || program === 'bsdtar' ? (args[0]?.text ?? '') : ''
  const options = optionsOf(
    args,
    new Set([
      '-C',
      '--directory',
      '-f',
      '--file',
      '-d',
      '-o',
      '--checkpoint-action',
      '--to-command',
      '-I',
      '--use-compress-program',
    ]),
  )
  if (
    [...options.flags].some((flag) =>
      /^--(?:to-command|checkpoint-action|use-compress-program|rsh-command)$/.test(flag),
    )
  )
    shell.found.raise('execution', `${program} runs a command`)
  const to = lastOf(options, '-C', '--directory', '-d')
  const unpacks = /^-?[a-zA-Z]*x/.test(letters) || /^(?:unzip|gunzip|unxz|7z|unrar)$/.test(program)
  if (/^-?[a-zA-Z]*t/.test(letters) || has(options, '--list', '-l'))
    return shell.found.raise('look', `${program} lists`)
  const file = lastOf(options, '-f', '--file', '-o') ?? (letters.includes('f') ? args[1] : options.rest[0])
  if (unpacks) {
    if (file !== undefined) shell.found.read(file.text, shell.ground)
    write(to ?? word('.'), shell)
    // Whatever lies in it.
    if (to !== undefined) shell.found.writes.push(`${absolutePath(to.text, shell.ground)}/`)
    return
  }
  if (file !== undefined && file.text !== '-') write(file, shell)
  else shell.found.raise('own', `${program} packs`)
}

const dd: Handler = ({ args }, shell) => {
  for (const arg of args) if (arg.text.startsWith('of=')) write({ ...arg, text: arg.text.slice(3) }, shell)
}

/** Disks as a whole. */
const disk: Handler = ({ program, args }, shell) => {
  shell.found.raise('irreversible', `${program} works on whole disks`)
  shell.found.items += many
  for (const arg of args) if (arg.text.startsWith('/')) shell.found.part('selector', 'path', arg.text)
}

const edit: Handler = ({ program, args, given, piped }, shell) => {
  if (
    /^(?:vi|vim|nvim|ex|emacs)$/.test(program) &&
    args.some((arg) => /^(?:-c|\+!|--cmd|--eval|-es?)$/.test(arg.text) || arg.text.startsWith('+'))
  )
    shell.found.raise('execution', `${program} runs commands`)
  for (const path of optionsOf(args).rest) write(path, shell)
  // Line editors take their orders from where others take text.
  for (const line of /^(?:ed|ex|red)$/.test(program) ? (given ?? piped ?? '').split('\n', 2000) : []) {
    const [, path] = /^\s*[\d,$%]*\s*(?:w|wq|W|saveas|write)!?\s+(?!!)(\S{1,300})/.exec(line) ?? []
    if (path !== undefined) shell.found.write(path, shell.ground)
    const [, command] = /^\s*[\d,$%]*\s*(?:[rwe]\s*)?!(.{1,2000})/.exec(line) ?? []
    if (command !== undefined) shell.read(command)
  }
}

const all = (handler: Handler, names: string) => names.split(' ').map((name) => [name, handler] as const)
export const files: readonly (readonly [string, Handler])[] = [
  ...all(intoLast, 'cp mv ln install copy move xcopy robocopy ren rename ditto'),
  ...all(each, 'touch mkdir md tee split csplit truncate gzip bzip2 xz zstd mkfifo mktemp fallocate'),
  ...all(remove, 'rm rmdir rd del erase unlink shred srm trash trash-put rimraf'),
  ...all(rights, 'chmod chown chgrp chattr setfacl icacls cacls attrib takeown xattr'),
  ...all(archive, 'tar bsdtar zip unzip gunzip unxz 7z unrar cpio ar'),
  ...all(disk, 'mkfs mkfs.ext4 mkfs.xfs fdisk parted wipefs sgdisk format diskpart mkswap lvremove vgremove zpool zfs'),
  ['dd', dd],
  ['patch', patch],
  ['apply_patch', patch],
  ['pbcopy', (_call, shell) => shell.found.raise('own', 'fills the clipboard')],
]

/** Editors load what they are pointed at, from elsewhere too. */
export const editors: readonly (readonly [string, Handler])[] = [
  ...all(edit, 'nano vi vim nvim ed ex emacs pico micro code notepad'),
]
