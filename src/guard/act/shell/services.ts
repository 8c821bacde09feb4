import { Nouns } from '../../../formats/kit/tool-name/effect.ts'
import { readName } from '../../../formats/kit/tool-name/read-name.ts'
import { plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import { set, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { graver } from '../../../model/sink.ts'
import { type Found, many } from '../found/found.ts'
import { roleOf, silent } from '../roles/roles.ts'
import { shapeOf } from '../roles/shape.ts'
import { folderOf } from './git.ts'
import { type Call, fetches, type Handler, has, optionsOf } from './shell.ts'

/**
 * Clients of services: their subcommands are words as tool names are, and are read by the same grammar (`kubectl delete pod`, `gh pr create`).
 */
const clients =
  set(`gh glab hub kubectl oc helm aws gcloud az terraform tofu pulumi ansible ansible-playbook heroku vercel netlify fly flyctl doctl linode-cli
  wrangler firebase supabase stripe railway eksctl gsutil azcopy s3cmd mc minio nomad consul linear jira notion slack sentry-cli databricks snow cf
  ibmcloud oci hcloud scw render planetscale pscale turso neonctl mongosh cypher-shell etcdctl rabbitmqctl kafka-topics kafka-console-producer nats mosquitto_pub
  openai llm ollama claude codex gemini aider copilot`)

/** Clients of clouds: a long option of theirs takes what follows, but for those that are said or not. */
const clouds = set('aws az gcloud oci ibmcloud hcloud doctl')
const isSwitch =
  /^--(?:no-|only-|enable|disable|recursive|force|yes|quiet|debug|dry-?run|delete|verbose|help|follow|async|all|public|private)/
const longOf = ({ program, args }: Call): string[] =>
  clouds.has(program) ? args.flatMap(({ text }) => (text.startsWith('--') && !isSwitch.test(text) ? [text] : [])) : []

/** Words of a client that say what is done: up to three, and where its services stand in groups (`az network nsg rule create`) as many as there are. */
function verbsOf(words: readonly string[], { args }: Call): string[] {
  const end = args.findIndex(({ text }) => text.startsWith('-'))
  const leading = end < 0 ? words.length : end
  const said = words.filter((text) => /^[a-z][a-z0-9-]*$|^[A-Z]{3,}$/.test(text))
  const grouped = words.slice(0, leading).findIndex((text) => !said.includes(text))
  const last = said.slice(0, Math.min(grouped < 0 ? leading : grouped, 6)).findLastIndex((text) => actsOrTells(text))
  return said.slice(0, Math.max(3, last + 1))
}

const actsOrTells = (text: string): boolean => wordsOf(text).some((word) => plainVerbs.has(word))

/** A client of some service: its words are a verb and what it is done to. */
export const client: Handler = (call, shell) => {
  const options = optionsOf(
    call.args,
    new Set([
      ...longOf(call),
      ...set(`-n --namespace -f --filename -o --output --profile --region --project -X --method -F --field --raw-field -H --header -b --body -t --title
    -R --repo --json -q --jq -l --selector -c --context --subscription -g --resource-group --cluster --name -m --message --reviewer --assignee --label --base --head`),
    ]),
  )
  const words = options.rest.map((each) => each.text)
  const { found } = shell
  const verbs = verbsOf(words, call)
  for (const each of options.values.get('-b') ?? options.values.get('--body') ?? [])
    found.part('payload', 'text', each.text, 'body')
  for (const each of [...(options.values.get('-R') ?? []), ...(options.values.get('--repo') ?? [])])
    found.part('selector', 'repository', each.text)
  for (const [flag, values] of options.values) for (const { text } of values) optionPart(flag, text, found)
  for (const text of words.slice(1)) {
    const shape = shapeOf(text)
    if (/^[[{]/.test(text)) readBody(text, found)
    else if (/^s3:\/\/|^gs:\/\/|^https?:\/\//.test(text)) {
      found.part('destination', 'url', text)
      // But to look at it, a login goes along, or it is taken over.
      if (!verbs.some((verb) => readName(verb)?.sink === 'look')) found.adds = true
    } else if (shape === 'path' && !verbs.includes(text)) found.part('selector', 'path', text)
    else if (!(verbs.length > 3 ? verbs : verbs.slice(0, 2)).includes(text)) found.part('selector', 'id', text)
  }
  const [first, second] = verbs
  const from = words.at(-1) ?? ''
  if (verbs.includes('clone') && from !== 'clone') {
    found.part('destination', 'repository', from)
    fetches(folderOf(from), shell, true)
    return found.raise('own', `${call.program} clones`)
  }
  if (first === undefined || /^(?:version|help|--version|completion|status)$/.test(first))
    return found.raise('look', `${call.program} tells`)
  if (/^(?:claude|codex|gemini|aider|llm|ollama|copilot|openai)$/.test(call.program))
    return found.raise('execution', `${call.program} starts another agent`)
  if (first === 'api') return api(options, call.program, shell)
  // `aws s3 cp a s3://b` sends, the other way round it fetches.
  if (
    /^(?:cp|sync|mv|rsync|copy)$/.test(second ?? first) &&
    words.some((text) => /^(?:s3|gs|az|https?):\/\//.test(text))
  )
    return found.raise(/:\/\//.test(words.at(-1) ?? '') ? 'outward' : 'look', `${call.program} ${first} copies`)
  if (
    /^(?:exec|run|debug|attach|ssh)$/.test(first) ||
    /^(?:playbook|ssh)$/.test(second ?? '') ||
    call.program.startsWith('ansible')
  )
    found.raise('execution', `${call.program} ${first} runs`)
  if (first === 'pr' && second === 'review')
    return found.raise(has(options, '--approve', '-a') ? 'approval' : 'shared', `${call.program} pr review`)
  if (
    /^(?:auth|login|logout|configure|config|secret|ssh-key|gpg-key|alias|extension|variable|iam|token|credentials?)$/.test(
      first,
    )
  ) {
    const tells = /^(?:status|list|view|get|describe|show|current-context|get-contexts)/.test(second ?? '')
    return found.raise(tells ? 'look' : 'persistence', `${call.program} ${first}`)
  }
  if (
    /^(?:plan|diff|show|output|validate|fmt|explain|top|logs|browse|view|checks|ls|cat|events|tail|head|search|watch|wait|template|lint|whoami|get-caller-identity|port-forward|state)$/.test(
      first,
    )
  )
    return found.raise('look', `${call.program} ${first}`)
  if (/^(?:apply|up|deploy|scale|rollout|patch|install|upgrade|promote|sync)$/.test(first))
    return found.raise('shared', `${call.program} ${first} changes what runs`)
  if (/^(?:gist|release)$/.test(first) && second === 'create')
    return found.raise('outward', `${call.program} ${first} create`)
  const readings = verbs
    .map((_, at) => readName(verbs.slice(at, at + 2).join('_')))
    .filter((each) => each !== undefined)
  const isChanged = readings.some(({ doing }) => doing.includes('change'))
  const given = isChanged
    ? [...options.flags].find((flag) => new Nouns(wordsOf(flag)).right('') !== undefined)
    : undefined
  if (given !== undefined) found.raise('persistence', `${call.program} ${verbs.join(' ')} ${given}`)
  const grouped = verbs.length > 3 ? readName(verbs.join('_')) : undefined
  if (grouped !== undefined) readings.push(grouped)
  // `pr list`: the verb, not what the noun might mean.
  const sink = readings.length === 0 ? 'execution' : readings.map((each) => each.sink).reduce(graver)
  if (sink === 'irreversible')
    found.items += has(options, '--all', '-A', '--recursive') ? many : Math.max(1, words.length - 2)
  found.raise(sink === 'own' ? 'shared' : sink, `${call.program} ${verbs.join(' ')}`)
}

/** Options that are told apart above, or say only how it is done. */
const known = set(
  '-b --body -R --repo -f --filename -o --output -q --jq --query --json -F --field --raw-field -t --title -H --header -X --method --profile --region --format -n --namespace -m --message --description',
)
/** What an option gives is a right. */
const gives = /role|polic(?:y|ies)|permission|privilege|scope/i
const neutral = { sink: 'shared', sql: false, fetches: false, shell: false, packages: false, mails: false } as const

/** The value of an option whose name says whom or what the act is done to. */
function optionPart(flag: string, text: string, found: Found): void {
  if (known.has(flag)) return
  if (/^[[{]/.test(text)) readBody(text, found)
  const shape = shapeOf(text)
  const { role, kind, because } = roleOf({ name: flag.replace(/^-+/, ''), type: 'string', shape }, neutral)
  const isSilent = because === silent && (/\d/.test(text) || gives.test(flag))
  if (isSilent) found.part('selector', 'id', text)
  else if (role === 'destination' || role === 'selector') found.part(role, kind ?? 'id', text)
}

const typeOfRecord = /^(?:A|AAAA|CNAME|DNAME|ALIAS|ANAME|MX|NS|SRV|TXT)$/

/** The JSON that a request is made of, also where a shell has taken its quotes away: the addresses in it, and records of a name. */
function readBody(text: string, found: Found): void {
  const words = text.slice(0, 16_384).match(/[a-z][a-z\d+.-]*:\/\/[^\s"'{}[\],]+|[^\s"'{}[\],:]+/gi) ?? []
  const isRecord = words.some((word, at) => /^(?:record_?)?type$/i.test(words[at - 1] ?? '') && typeOfRecord.test(word))
  if (isRecord) found.raise('persistence', 'changes where a name leads')
  for (const word of words) {
    const shape = shapeOf(word)
    if (shape !== undefined && shape !== 'path') found.part('destination', shape, word)
  }
}

function api(options: ReturnType<typeof optionsOf>, program: string, shell: Parameters<Handler>[1]) {
  const method = (options.values.get('-X') ?? options.values.get('--method'))?.[0]?.text.toUpperCase()
  const fields = ['-f', '-F', '--field', '--raw-field', '--input'].some((flag) => options.flags.has(flag))
  if (method === 'DELETE') shell.found.raise('irreversible', `${program} api DELETE`)
  else
    shell.found.raise(
      (method !== undefined && method !== 'GET') || (fields && method === undefined) ? 'outward' : 'look',
      `${program} api`,
    )
}

export const services: readonly (readonly [string, Handler])[] = [...clients].map((name) => [name, client] as const)
