import { set } from '../../../formats/kit/tool-name/words.ts'
import { shapeOf } from '../roles/shape.ts'
import {
  type Call,
  fetches,
  type Handler,
  has,
  lastOf,
  type Options,
  optionsOf,
  type Shell,
  type Word,
} from './shell.ts'

/** Flags of curl that take a value and say where to, what with or where it is kept (curl(1)); the rest that take one are only skipped. */
const curlTaking = new Set(
  `-o --output -d --data --data-raw --data-binary --data-urlencode --data-ascii --json -F --form --form-string -T --upload-file -X --request -H
  --header -A --user-agent -e --referer -u --user -b --cookie -c --cookie-jar -x --proxy --url --connect-to --resolve -K --config -m --max-time
  --connect-timeout --retry -w --write-out -r --range --cacert --cert --key -E -C --continue-at -D --dump-header -Q --quote --url-query --interface --doh-url
  --socks5 --socks5-hostname --output-dir --limit-rate --retry-delay --retry-max-time -Y -y -z -t -P --dns-servers --max-redirs --ciphers`.split(
    /\s+/,
  ),
)
const curlData = [
  '-d',
  '--data',
  '--data-raw',
  '--data-binary',
  '--data-urlencode',
  '--data-ascii',
  '--json',
  '-F',
  '--form',
  '--form-string',
  '-T',
  '--upload-file',
  '--url-query',
]

/** A URL of a program of the net: where it goes. Output of a command within it is carried away. */
function goes(to: Word, shell: Shell, sink: 'look' | 'outward', because: string) {
  const kind = /:\/\//.test(to.text) || /[/?]/.test(to.text) ? 'url' : 'host'
  shell.found.part('destination', kind, to.text)
  // A variable past the beginning is a value that goes along.
  const carries = to.output || (to.variable && !to.text.startsWith('$'))
  shell.found.raise(
    carries ? 'outward' : sink,
    carries ? 'puts the output of a command or a variable into a URL' : because,
  )
}

const saved = (options: Options, shell: Shell, ...flags: string[]) => {
  const file = lastOf(options, ...flags)
  if (file === undefined || file.text === '-') return
  shell.found.write(file.text, shell.ground)
  fetches(file.text, shell)
}

const curl: Handler = (call, shell) => {
  const options = optionsOf(call.args, curlTaking)
  const method = lastOf(options, '-X', '--request')?.text.toUpperCase()
  const data = curlData.flatMap((flag) => options.values.get(flag) ?? [])
  const headers = ['-H', '--header', '-A', '--user-agent', '-e', '--referer', '-b', '--cookie', '-u', '--user'].flatMap(
    (flag) => options.values.get(flag) ?? [],
  )
  for (const each of data) {
    shell.found.part('payload', 'text', each.text, 'data')
    const file = /^(?:[^=]*=)?[@<](.+)$/s.exec(each.text)
    if (file !== null && file[1] !== '-') shell.found.part('selector', 'path', file[1] ?? '')
  }
  for (const each of options.values.get('-T') ?? []) shell.found.part('selector', 'path', each.text)
  for (const each of headers) shell.found.part('payload', 'text', each.text, 'header')
  const sends =
    data.length > 0 ||
    (method !== undefined && !/^(?:GET|HEAD|OPTIONS)$/.test(method)) ||
    headers.some((each) => each.output || each.variable)
  const urls = [
    ...options.rest,
    ...(options.values.get('--url') ?? []),
    ...['-x', '--proxy', '--socks5', '--socks5-hostname', '--doh-url'].flatMap(
      (flag) => options.values.get(flag) ?? [],
    ),
  ]
  if (method === 'DELETE') shell.found.raise('irreversible', 'sends a DELETE')
  if (options.values.has('-K') || options.values.has('--config'))
    shell.found.raise('outward', 'takes its orders from a file')
  for (const url of urls)
    goes(url, shell, sends ? 'outward' : 'look', sends ? `${call.program} sends data` : `${call.program} visits`)
  if (urls.length === 0 && call.upstream.length > 0)
    shell.found.raise('outward', `${call.program} to a place that is not known`)
  saved(options, shell, '-o', '--output')
  saved(options, shell, '-c', '--cookie-jar')
  saved(options, shell, '-D', '--dump-header')
  if (!has(options, '-O', '--remote-name', '-J', '--remote-name-all')) return
  shell.found.raise('own', 'keeps what it fetched')
  for (const url of urls) keeps(lastStep(url.text), lastOf(options, '--output-dir'), shell)
}

const wgetTaking =
  set(`-O --output-document -P --directory-prefix --post-data --post-file --body-data --body-file --method --header -U --user-agent -e --execute -o -a -i
  --input-file -t --tries -T --timeout --user --password --referer -A -R -l --level -w --wait -Q --limit-rate --use-askpass`)
/** A file that a program of the net leaves in a folder. */
const keeps = (file: string, folder: Word | undefined, shell: Shell) =>
  fetches(folder === undefined ? file : `${folder.text}/${file}`, shell)

const wget: Handler = (call, shell) => {
  const options = optionsOf(call.args, wgetTaking)
  const sent = ['--post-data', '--post-file', '--body-data', '--body-file'].flatMap(
    (flag) => options.values.get(flag) ?? [],
  )
  for (const each of sent) shell.found.part('payload', 'text', each.text, 'data')
  const method = lastOf(options, '--method')?.text.toUpperCase()
  const sends =
    sent.length > 0 ||
    (method !== undefined && !/^(?:GET|HEAD)$/.test(method)) ||
    (options.values.get('--header') ?? []).some((each) => each.output || each.variable)
  if (options.values.has('--use-askpass') || options.values.has('-e'))
    shell.found.raise('execution', 'wget runs a command')
  for (const url of options.rest)
    goes(url, shell, sends ? 'outward' : 'look', sends ? 'wget sends data' : 'wget visits')
  const out = lastOf(options, '-O', '--output-document')
  if (out === undefined) {
    shell.found.raise('own', 'keeps what it fetched')
    const folder = lastOf(options, '-P', '--directory-prefix')
    const isWhole = has(options, '-r', '--recursive', '-m', '--mirror')
    if (isWhole && folder !== undefined) fetches(folder.text, shell, true)
    else for (const url of options.rest) keeps(lastStep(url.text), folder, shell)
  } else if (out.text !== '-') {
    shell.found.write(out.text, shell.ground)
    fetches(out.text, shell)
  }
}

/** The name under which a URL is kept. */
const lastStep = (url: string): string =>
  url
    .slice(0, 4096)
    .replace(/[?#][\s\S]*$/, '')
    .split('/')
    .at(-1) || 'index.html'

/** HTTPie and its kin: `http POST url name=value`. */
const httpie: Handler = (call, shell) => {
  const { rest, values } = optionsOf(call.args, set('-o --output -a --auth -s --style --session --proxy --timeout'))
  const [first] = rest
  const method = /^[A-Z]+$/.test(first?.text ?? '') ? first?.text : undefined
  const [url, ...items] = method === undefined ? rest : rest.slice(1)
  for (const item of items) shell.found.part('payload', 'text', item.text, 'data')
  const sends =
    call.fed ||
    (method !== undefined && !/^(?:GET|HEAD|OPTIONS)$/.test(method)) ||
    items.some((item) => /[=@]/.test(item.text) && !/==/.test(item.text))
  if (url !== undefined) goes(url, shell, sends ? 'outward' : 'look', sends ? 'sends data' : 'visits')
  for (const out of [...(values.get('-o') ?? []), ...(values.get('--output') ?? [])]) {
    shell.found.write(out.text, shell.ground)
    fetches(out.text, shell)
  }
}

/** Opens a connection both ways. */
const raw: Handler = ({ program, args }, shell) => {
  if (args.some(({ text }) => /^-[a-z]*[ec]$|^--(?:exec|sh-exec|lua-exec)|^exec:|^system:/i.test(text)))
    shell.found.raise('execution', `${program} hands a program to a connection`)
  const options = optionsOf(args, set('-p -w -s -X -x -e -c -q -i -connect --connect -servername'))
  const connect = lastOf(options, '-connect', '--connect')
  for (const to of connect === undefined ? options.rest : [connect])
    if (!/^\d+$/.test(to.text))
      shell.found.part(
        'destination',
        'host',
        to.text.replace(/^(?:tcp|udp|openssl|ssl)[46]?:/i, '').replace(/:\d+$/, ''),
      )
  shell.found.raise('outward', `${program} opens a connection`)
}

const sshTaking = set('-p -i -l -o -F -J -L -R -D -b -c -e -m -S -W -w -P')
const ssh: Handler = ({ args }, shell) => {
  const end = args.findIndex(
    (arg, at) => at > 0 && !arg.text.startsWith('-') && !sshTaking.has(args[at - 1]?.text ?? ''),
  )
  const options = optionsOf(args, sshTaking)
  const [host] = options.rest
  if (host !== undefined) shell.found.part('destination', 'host', host.text)
  for (const each of options.values.get('-o') ?? [])
    if (/command/i.test(each.text)) shell.found.raise('execution', 'ssh runs a command here')
  const command = options.rest
    .slice(1)
    .map((each) => each.text)
    .join(' ')
  if (command !== '') shell.found.part('command', 'shell', command)
  if (host === undefined) return shell.found.raise('look', 'says how other machines are reached')
  shell.found.raise(command === '' && end < 0 ? 'outward' : 'execution', 'works on another machine')
}

/** Copies between machines: whichever side has a host. */
const copies: Handler = ({ program, args }, shell) => {
  const options = optionsOf(args, set('-P -i -o -F -e --rsh --exclude --include -c -l --rsync-path -J'))
  const runs = lastOf(options, '-e', '--rsh', '--rsync-path')
  if (runs !== undefined && !/^ssh(?:\s+-[pi]\s+\S+)*$/.test(runs.text))
    shell.found.raise('execution', `${program} runs ${runs.text.slice(0, 40)}`)
  const remote = (each: Word) => /^[^/\\]{2,}:|^[a-z]+:\/\//.test(each.text)
  for (const [at, each] of options.rest.entries()) {
    if (!remote(each)) shell.found.part('selector', 'path', each.text)
    else shell.found.part('destination', 'host', each.text)
    const last = at === options.rest.length - 1
    if (last && !remote(each)) {
      shell.found.write(each.text, shell.ground)
      if (options.rest.some(remote)) fetches(each.text, shell)
    }
    if (last && remote(each)) shell.found.raise('outward', `${program} sends files away`)
  }
  if (has(options, '--delete', '--delete-after', '--delete-before', '--remove-source-files'))
    shell.found.raise('irreversible', `${program} removes what is not at the source`)
  if (options.rest.some(remote)) shell.found.raise('look', `${program} reaches another machine`)
}

/** Mail and messages from the command line. */
const mails: Handler = ({ program, args }, shell) => {
  const options = optionsOf(args, set('-s -a -c -b -r --to --from --server --attach -t --header --body -f'))
  for (const each of [...options.rest, ...[...options.values.values()].flat()])
    shell.found.part(
      shapeOf(each.text) === 'mailbox' ? 'destination' : 'payload',
      shapeOf(each.text) === 'mailbox' ? 'mailbox' : 'text',
      each.text,
    )
  shell.found.raise('outward', `${program} sends mail`)
}

/** Asks the net about a name: the name itself travels. */
const asks: Handler = ({ program, args }, shell) => {
  for (const to of optionsOf(args, set('-c -i -s -t -p -w -W -n -m -q')).rest)
    if (!/^\d+$|^(?:A|AAAA|MX|TXT|NS|ANY|SOA|CNAME|PTR)$/i.test(to.text))
      goes({ ...to, text: to.text.replace(/^@/, '') }, shell, to.variable ? 'outward' : 'look', `${program} asks`)
}

const visits: Handler = (call: Call, shell) => {
  const options = optionsOf(call.args, set('-o --out --output -d --dir -x -s -j -P'))
  const folder = lastOf(options, '-d', '--dir', '-P')
  const file = lastOf(options, '-o', '--out', '--output')
  for (const to of options.rest) {
    goes(to, shell, 'look', `${call.program} visits`)
    keeps(file?.text ?? lastStep(to.text), folder, shell)
  }
  shell.found.raise('own', `${call.program} keeps what it fetched`)
}

const all = (handler: Handler, names: string) => names.split(' ').map((name) => [name, handler] as const)
export const network: readonly (readonly [string, Handler])[] = [
  ['curl', curl],
  ['wget', wget],
  ['wget2', wget],
  ...all(httpie, 'http https xh xhs httpie'),
  ...all(raw, 'nc ncat netcat nc.traditional nc.openbsd telnet socat openssl ftp tftp lftp websocat s_client'),
  ...all(ssh, 'ssh mosh plink autossh sshpass'),
  ...all(copies, 'scp rsync sftp rclone pscp croc'),
  ...all(mails, 'mail mailx mutt sendmail msmtp swaks ssmtp neomutt s-nail'),
  ...all(asks, 'ping ping6 dig nslookup host drill traceroute tracert mtr whois fping resolvectl'),
  ...all(visits, 'aria2c axel lynx w3m links yt-dlp youtube-dl open xdg-open start httpx'),
]

/** Programs whose output came from elsewhere: all that talk to the net and do not only send. */
export const fetchers: ReadonlySet<string> = new Set([
  ...network.filter(([, handler]) => handler !== mails).map(([program]) => program),
  'gh',
])
