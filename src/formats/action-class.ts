import type { ActionClass } from '../model/event.ts'

/** What an MCP server says of its own tool. Untrusted: it may raise the class that the name gives, never lower it. */
export interface ToolHints {
  readOnlyHint?: boolean
  destructiveHint?: boolean
  /** These two say nothing about the class; they are here so that annotations can be passed as they are. */
  openWorldHint?: boolean
  idempotentHint?: boolean
}

/** Words that are verbs in a tool name wherever they stand. The first one found decides. */
const strong: Readonly<Partial<Record<ActionClass, string>>> = {
  read: `get read fetch open search find lookup retrieve describe show inspect check download load query select grep glob cat
    head tail stat peek browse navigate screenshot snapshot hover scroll wait poll watch monitor count summarize summarise
    analyze analyse compare diff explain validate verify preview recall extract parse translate calculate compute convert
    resolve scan websearch webfetch readfile crawl scrape think sequentialthinking ask`,
  list: 'list ls enumerate listdir tree dir',
  write: `create update set add write edit insert put patch modify append save store move rename copy mkdir make change
    replace upsert merge push commit fork close reopen mark assign unassign attach link pin star
    subscribe follow fill click type press drag reserve archive unarchive restore complete
    enable disable configure register reschedule respond react submit import apply tag untag label lock unlock toggle
    writefile draft initialize init clone checkout enqueue`,
  delete:
    'delete remove drop cancel destroy purge erase clear truncate wipe uninstall trash unlink rm rmdir terminate empty',
  execute: `run exec execute eval evaluate invoke call trigger launch start stop restart reboot kill spawn deploy install
    dispatch rerun handoff delegate`,
  export: `send post upload share publish transfer pay export forward reply broadcast tweet sendmail purchase buy charge
    refund withdraw deposit donate wire notify remit`,
  admin:
    'grant revoke invite impersonate promote demote elevate provision deprovision ban unban suspend rotate chmod chown',
  authenticate: 'login logout signin signout authenticate reauthenticate',
  approve: 'approve authorize authorise confirm accept reject deny decline sign countersign',
}

/** Words that may as well be nouns: they count only when the name has no verb. */
const weak: Readonly<Partial<Record<ActionClass, string>>> = {
  read: `history info details status schema stats weather forecast time view report overview content ping echo
    calculator logs`,
  list: 'directory index catalog inventory',
  write: 'schedule book order comment request review note sync',
  execute: 'shell bash sh powershell cmd command terminal script python repl sandbox curl agent workflow job sql',
  export: 'email mail sms message webhook payment payout',
  admin: 'admin permission permissions role roles policy policies acl iam',
  authenticate: 'auth oauth token session mfa otp sso',
  approve: 'approval consent',
}

const table = (words: Readonly<Partial<Record<ActionClass, string>>>): ReadonlyMap<string, ActionClass> =>
  new Map(
    (Object.entries(words) as [ActionClass, string][]).flatMap(([action, list]) =>
      list.split(/\s+/).map((word): [string, ActionClass] => [word, action]),
    ),
  )
const strongVerbs = table(strong)
const weakVerbs = table(weak)

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/))
/** A write or delete of one of these changes who may do what. */
const authorityNouns = words(
  `permission permissions role roles policy policies acl acls iam admin admins collaborator collaborators member members
  membership password passwords credential credentials secret secrets token tokens apikey mfa sso grant grants privilege
  privileges rbac entitlement entitlements sudo`,
)
/** A write of one of these moves money, whatever the verb. */
const moneyNouns = words(
  'payment payments transfer transfers transaction transactions payout payouts money wire beneficiary',
)
/** Making one of these makes it leave. */
const messageNouns = words('email mail message messages sms tweet dm webhook webhooks notification')
const makingVerbs = words('create make add schedule new insert submit initiate')
const stillInside = words('draft drafts label labels folder filter template rule reaction reactions react search queue')

/** `mcp__github__createIssue`, `files.read`, `slack-post-message` → lower-case words. */
function tokens(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b(sign|log)[^a-z0-9](in|out)\b/g, '$1$2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((token) => token !== '')
}

function firstIn(verbs: ReadonlyMap<string, ActionClass>, parts: readonly string[]): [string, ActionClass] | undefined {
  for (const part of parts) {
    const action = verbs.get(part)
    if (action !== undefined) return [part, action]
  }
  return undefined
}

function ofName(parts: readonly string[]): ActionClass | undefined {
  // Tools made from REST descriptions (`API-post-search`): there `post` is a method and not an act.
  const rest = parts[0] === 'api' && parts[1] === 'post' ? parts.slice(2) : parts
  const found =
    firstIn(strongVerbs, rest) ?? (rest === parts ? undefined : (['create', 'write'] as [string, ActionClass]))
  const [verb, action] = found ?? firstIn(weakVerbs, rest) ?? []
  if (verb === undefined || action === undefined) return undefined
  const has = (nouns: ReadonlySet<string>) => rest.some((part) => part !== verb && nouns.has(part))
  if (action === 'write' || action === 'delete') {
    const apiKey = rest.some((part, at) => part === 'api' && /^keys?$/.test(rest[at + 1] ?? ''))
    if (apiKey || has(authorityNouns)) return 'admin'
  }
  if (action === 'write') {
    if (has(moneyNouns)) return 'export'
    if (makingVerbs.has(verb) && has(messageNouns) && !has(stillInside)) return 'export'
  }
  // A handoff between agents (`transfer_to_billing_agent`) moves work, not data.
  if (verb === 'transfer' && rest.at(-1) === 'agent') return 'execute'
  return action
}

/**
 * Guesses what a tool does from its name; use it only where nobody has said it. The last part of a qualified name
 * (`server.tool`, `mcp__server__tool`, `server/tool`) is asked first. A name that says nothing is `execute`: a tool
 * of unknown effect may do anything.
 */
export function actionOf(toolName: string, hints: ToolHints = {}): ActionClass {
  const segments = toolName.slice(0, 512).split(/__|[./:]/)
  let action: ActionClass | undefined
  for (let at = segments.length - 1; at >= 0 && action === undefined; at--) action = ofName(tokens(segments[at] ?? ''))
  if (hints.readOnlyHint !== true && hints.destructiveHint === true && (action === undefined || action === 'write')) {
    return 'delete'
  }
  if (hints.readOnlyHint === false && (action === undefined || action === 'read' || action === 'list')) return 'write'
  return action ?? (hints.readOnlyHint === true ? 'read' : 'execute')
}
