import { set } from '../../../formats/kit/tool-name/words.ts'
import { absolutePath } from '../files/paths.ts'
import { find } from './find.ts'
import { assigned } from './settings.ts'
import { type Handler, has, optionsOf } from './shell.ts'

/** Programs that only tell: of files, text, the machine, or nothing. Windows' own too. */
const telling =
  set(`ls ll la dir cat bat type head tail less more most grep egrep fgrep zgrep rg ag ack wc sort uniq cut tr paste join comm diff
  colordiff cmp stat file du df pwd which whereis where whence whoami id groups users who w date cal uname hostname printenv ps pstree top htop
  free uptime vmstat iostat lsof lsblk lscpu lsusb lspci lsmod mount jq yq xq column tree basename dirname realpath readlink md5sum sha1sum
  sha256sum sha512sum shasum cksum xxd hexdump od strings nl tac rev seq test [ [[ true false : sleep man help info history tldr locale getconf
  nproc arch wait cd pushd popd chdir set unset export declare local readonly typeset shopt alias unalias ulimit umask return exit break continue shift read
  jobs fg bg disown hash getopts let times cls clear tput fold fmt expand unexpand pr tsort look look4 factor expr bc dc numfmt zcat zless bzcat xzcat
  cloc tokei scc wc2 exa eza lsd fd fdfind findstr select-string get-content ver systeminfo tasklist ipconfig ifconfig ip ss netstat sw_vers
  echo printf print yes logname tty stty dmesg journalctl last lastlog finger nm objdump readelf ldd size otool iconv dos2unix base64 base32 openssl_version
  pgrep watchman_get code_version sum b2sum tput seq shuf comm csvlook csvstat csvcut xsv qsv mlr miller`)

const tells: Handler = ({ program, args }, shell) => {
  if (program === 'cd' || program === 'pushd' || program === 'chdir') {
    const [to] = optionsOf(args).rest
    if (to !== undefined && !to.variable && !to.output && to.text !== '-')
      shell.ground = { ...shell.ground, cwd: inside(to.text, shell.ground.cwd) }
  }
  if (
    /^(?:ip|ifconfig|mount|route|arp|hostname|alias)$/.test(program) &&
    args.some(({ text }) => /^(?:add|del|set|exec|up|down|-[ts]|-o)$|^\/dev\//.test(text))
  )
    return shell.found.raise(
      args.some(({ text }) => text === 'exec') ? 'execution' : 'persistence',
      `${program} changes the machine`,
    )
  if (program === 'yq' && args.some(({ text }) => /^(?:-i|--inplace)$/.test(text))) shell.found.raise('own', 'yq edits')
  if (program === 'alias') return shell.found.raise('own', 'sets an alias')
  if (program === 'sort' || program === 'uniq' || program === 'tree') {
    const out = optionsOf(args, new Set(['-o', '--output'])).values
    for (const each of [...(out.get('-o') ?? []), ...(out.get('--output') ?? [])])
      shell.found.write(each.text, shell.ground)
  }
  if (program === 'export' || program === 'declare')
    for (const each of args) {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(each.text) ?? []
      if (name === '') continue
      shell.variables.set(name, value)
      assigned(name, { ...each, text: value }, shell)
    }
  for (const { text } of args) {
    if (/^(?:~|\/|\.)/.test(text)) shell.found.part('selector', 'path', text)
    if (/^[^-\s]\S*$/.test(text)) shell.found.reads.push(absolutePath(text, shell.ground))
  }
  shell.found.raise('look', `${program} reads`)
}

const inside = (path: string, cwd: string | undefined): string =>
  cwd === undefined || /^(?:[/~]|[a-z]:)/i.test(path) ? path : `${cwd}/${path}`

/** Scripts of sed and awk may write and run; the rest of them only reads. */
const sed: Handler = ({ args }, shell) => {
  const options = optionsOf(args, new Set(['-e', '-f', '--expression', '--file', '-l']))
  const scripts = [...(options.values.get('-e') ?? []), ...(options.values.get('--expression') ?? [])].map(
    (each) => each.text,
  )
  const files = scripts.length > 0 || options.values.has('-f') ? options.rest : options.rest.slice(1)
  const script = (scripts.length > 0 ? scripts.join('\n') : (options.rest[0]?.text ?? '')).slice(0, 8192)
  if (
    /(?:^|[;{}\n]|\d|\/[gpi]*)\s*e(?:\s|$)|\/[gpi\d]*e[gpi\d]*\s*(?:$|[;}\n])/.test(script) &&
    /e/.test(script.replace(/^s(.)(?:(?!\1).)*\1(?:(?!\1).)*\1/, ''))
  )
    shell.found.raise('execution', 'a sed script that runs commands')
  const out = /(?:^|[;{}\n/])\s*w\s+(\S{1,200})/.exec(script.replace(/^s(.)(?:(?!\1).)*\1(?:(?!\1).)*/, ''))
  if (out !== null) shell.found.write(out[1] ?? '', shell.ground)
  const inPlace = [...options.flags].some((flag) => /^-[a-zA-Z]*i|^--in-place/.test(flag))
  for (const each of files) shell.found.reads.push(absolutePath(each.text, shell.ground))
  if (inPlace) for (const each of files) shell.found.write(each.text, shell.ground)
  else shell.found.raise('look', 'sed reads')
}

const awk: Handler = ({ args }, shell) => {
  const options = optionsOf(args, new Set(['-F', '-v', '-f', '--file', '--assign']))
  const script = options.values.has('-f') ? '' : (options.rest[0]?.text ?? '')
  if (script.length > 2048 || /\bsystem\s*\(|\|\s*getline|\|\s*"|\|&|print[^;}]*\|/.test(script))
    shell.found.raise('execution', 'an awk script that runs commands')
  const out = />>?\s*"([^"]{1,300})"/.exec(script)
  if (out !== null) shell.found.write(out[1] ?? '', shell.ground)
  if (has(options, '-i', '--include')) shell.found.raise('own', 'awk edits')
  shell.found.raise('look', 'awk reads')
}

/** `trap CODE SIGNAL`, `complete -C CODE`: run later in this shell. */
const later: Handler = ({ program, args }, shell) => {
  const [code] = program === 'trap' ? optionsOf(args).rest : args.slice(1)
  if (code?.output === true || code?.variable === true)
    shell.found.raise('execution', 'sets up a text that is not known')
  else if (code !== undefined && code.text !== '-' && code.text !== '') shell.read(code.text)
}

export const readers: readonly (readonly [string, Handler])[] = [
  ...[...telling].map((name) => [name, tells] as const),
  ['trap', later],
  ['complete', later],
  ['bind', later],
  ['find', find],
  ['sed', sed],
  ['gsed', sed],
  ['awk', awk],
  ['gawk', awk],
  ['mawk', awk],
]
