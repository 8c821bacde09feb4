import { many } from '../found/found.ts'
import { readSql } from '../sql/index.ts'
import { type Handler, has, optionsOf, runsDeclared, type Shell } from './shell.ts'

const persists =
  (why: string, look: RegExp | undefined = undefined): Handler =>
  (call, shell) => {
    const texts = call.args.map((arg) => arg.text)
    if (look !== undefined && texts.some((text) => look.test(text)))
      return shell.found.raise('look', `${call.program} tells`)
    for (const text of texts) if (!text.startsWith('-')) shell.found.part('selector', 'id', text)
    shell.found.raise('persistence', `${call.program} ${why}`)
  }

/** What runs is others’ to rely on, as it is told by hand; what is switched on or off for good stays. */
const services: Handler = (call, shell) => {
  const texts = call.args.map((arg) => arg.text)
  const isVerb = (text: string) => /^(?:(?:try-)?re(?:start|load)(?:-or-restart)?|stop|start|kill)$/i.test(text)
  const startsCode = call.program === 'pm2' && texts.some((text) => /^start$/i.test(text))
  if (!texts.some(isVerb) || startsCode) return setsServices(call, shell)
  for (const text of texts) if (!text.startsWith('-') && !isVerb(text)) shell.found.part('selector', 'id', text)
  shell.found.raise('shared', `${call.program} changes what runs`)
}
const setsServices = persists(
  'changes what runs by itself',
  /^(?:status|list|list-units|list-timers|show|cat|is-active|is-enabled|print|query|--version)$/,
)

const crontab: Handler = (call, shell) => {
  const options = optionsOf(call.args, new Set(['-u']))
  if (has(options, '-l')) return shell.found.raise('look', 'lists scheduled commands')
  if (has(options, '-r')) return shell.found.raise('irreversible', 'removes all scheduled commands')
  shell.found.part('command', 'shell', call.given ?? options.rest.map((each) => each.text).join(' '))
  shell.found.raise('persistence', 'schedules commands')
}

const kills: Handler = (call, shell) => {
  const { rest, flags } = optionsOf(call.args, new Set(['-s', '-u', '-t', '-g', '--signal']))
  if (flags.has('-l') || flags.has('-0')) return shell.found.raise('look', 'asks for signals')
  for (const each of rest) shell.found.part('selector', 'id', each.text)
  shell.found.raise('shared', `${call.program} ends processes`)
}

const downs: Handler = (call, shell) => shell.found.raise('irreversible', `${call.program} stops the machine`)

/** Clients of databases: their SQL says what they do. */
const database: Handler = (call, shell) => {
  const options = optionsOf(
    call.args,
    new Set([
      '-c',
      '-e',
      '-d',
      '-h',
      '-U',
      '-p',
      '-P',
      '-u',
      '-f',
      '-q',
      '--command',
      '--execute',
      '--query',
      '--host',
      '--dbname',
      '-cmd',
    ]),
  )
  const own = /sqlite|duckdb/.test(call.program)
  const texts = ['-c', '-e', '-q', '-cmd', '--command', '--execute', '--query']
    .flatMap((flag) => options.values.get(flag) ?? [])
    .map((each) => each.text)
  if (own) texts.push(...options.rest.slice(1).map((each) => each.text))
  if (call.given !== undefined) texts.push(call.given)
  for (const { text } of [...(options.values.get('-h') ?? []), ...(options.values.get('--host') ?? [])]) {
    shell.found.part('destination', 'host', text)
    // A login goes there, and what is asked.
    shell.found.adds = true
  }
  if (own && options.rest[0] !== undefined) shell.found.part('selector', 'path', options.rest[0].text)
  for (const each of options.rest) if (/^\w+:\/\//.test(each.text)) shell.found.part('destination', 'url', each.text)
  // A file of statements for a database file of one's own is a script of the project.
  if (texts.length === 0 && own && call.fed && call.upstream.length === 0)
    return runsDeclared(`${call.program} runs a file of statements`, shell)
  if (texts.length === 0 || options.values.has('-f'))
    return shell.found.raise(
      call.fed || options.values.has('-f') ? 'execution' : 'shared',
      `${call.program} runs statements that are not known`,
    )
  for (const text of texts) {
    // Dot and backslash commands of the client itself.
    for (const [, quote, program] of text.matchAll(/\\copy\b[\s\S]{0,2000}?\bprogram\s+(['"])([\s\S]{1,2000}?)\1/gi))
      if (quote !== undefined) runsIn(program, call.program, shell)
    for (const [, program] of text.matchAll(/(?:\\!|^\s*\.(?:shell|system)\s|\\(?:o|g|w)\s*\|)\s*([^\n]{1,2000})/gm))
      runsIn(program, call.program, shell)
    if (/^\s*[.\\](?:shell|system|!|load|import|output|once|read|copy)/m.test(text) || /\\!/.test(text))
      shell.found.raise('execution', `${call.program} runs a command of its own`)
    else if (/^\s*[.\\]\w+/.test(text)) shell.found.raise('look', `${call.program} tells`)
    else readSql(text, shell.found, own ? 'own' : 'shared', shell.ground)
  }
}

/** A command that a client hands to the shell of this machine. */
const runsIn = (command: string | undefined, client: string, shell: Shell) => {
  if (command === undefined) return
  shell.found.part('command', 'shell', command)
  shell.found.raise('execution', `${client} runs a command of its own`)
  shell.read(command)
}

const redis: Handler = (call, shell) => {
  const options = optionsOf(call.args, new Set(['-h', '-p', '-a', '-n', '-u', '--user', '--pass']))
  const { rest } = options
  for (const { text } of options.values.get('-h') ?? []) {
    shell.found.part('destination', 'host', text)
    shell.found.adds = true
  }
  const verb = (rest[0]?.text ?? '').toLowerCase()
  if (/^(?:flush|shutdown|del|unlink)/.test(verb)) {
    shell.found.raise('irreversible', `redis ${verb}`)
    shell.found.items += verb.startsWith('flush') ? many : rest.length - 1
  } else if (/^(?:eval|script|module|function|config|slaveof|replicaof|debug|acl)/.test(verb))
    shell.found.raise('persistence', `redis ${verb}`)
  else
    shell.found.raise(
      /^(?:get|mget|keys|scan|ttl|type|exists|info|l|h(?:get|keys|len|vals)|s(?:members|card)|z(?:range|card|score)|ping|dbsize)/.test(
        verb,
      )
        ? 'look'
        : 'shared',
      `redis ${verb}`,
    )
}

const all = (handler: Handler, names: string) => names.split(' ').map((name) => [name, handler] as const)
export const system: readonly (readonly [string, Handler])[] = [
  ['crontab', crontab],
  ...all(persists('schedules a command', /^-l$|^\/query$/i), 'at batch schtasks atrm'),
  ...all(services, 'systemctl launchctl service update-rc.d chkconfig rc-update sc initctl supervisorctl pm2 loginctl'),
  ...all(
    persists('changes who may do what', /^-S$|^--status$/),
    'useradd adduser usermod userdel deluser groupadd groupmod gpasswd passwd chpasswd visudo chsh su newgrp dscl net',
  ),
  ...all(
    persists('changes keys or trust', /^(?:-l|--list-keys|-K|--list-secret-keys|--verify|--fingerprint|-lf|list|-L)$/),
    'ssh-keygen ssh-copy-id ssh-add gpg gpg2 security keytool update-ca-certificates certutil pass keyring vault op bw',
  ),
  ...all(
    persists('changes settings of the machine', /^(?:read|query|export|-L|-S|--list|list|get|status)$/i),
    'defaults reg setx sysctl iptables ip6tables nft ufw firewall-cmd netsh scutil networksetup nmcli spctl csrutil setenforce hostnamectl timedatectl modprobe insmod git-credential update-alternatives gsettings dconf chpass',
  ),
  ...all(kills, 'kill pkill killall taskkill skill fuser'),
  ...all(downs, 'shutdown reboot halt poweroff init telinit'),
  ...all(
    database,
    'psql mysql mariadb sqlite3 sqlite duckdb sqlcmd clickhouse-client clickhouse bq snowsql usql pgcli mycli litecli',
  ),
  ['redis-cli', redis],
  ['valkey-cli', redis],
]
