import { set } from './words.ts'

/** Who may do what: to make, change or remove one is to change rights. */
export const authority =
  set(`permission role policy acl iam admin collaborator member membership password passphrase credential
  secret token apikey mfa otp sso privilege rbac entitlement sudo protection ownership certificate keypair acls access grant
  authorization authorisation delegate firewall securitygroup restriction visibility presigned nsg nacl waf`)
/** Two words that are one such thing, or one that acts later. */
export const pairs: readonly (readonly [string, string])[] = [
  ['security', 'group'],
  ['signed', 'url'],
  ['mcp', 'server'],
]
/** What keeps watch: to stop it is to take away what would be noticed. */
export const watches = set('logging trail alert alarm monitor monitoring detector guardrail audit')
/** What people bring forward and see settled. */
export const matters = set('issue ticket incident alert comment thread conversation discussion case bug')
/** A key is a right where one of these stands before it. */
export const keyOwners = set(
  'api access ssh gpg pgp deploy signing secret encryption private public service license recovery',
)
/** What lives on and acts later by itself. */
export const standing =
  set(`webhook hook cron crontab trigger automation schedule setting preference config configuration integration
  extension plugin startup autostart daemon systemd launchagent environment env variable autoforward forwarding watcher listener
  subscription_hook alias tunnel proxy dns nameserver redirect ingress`)
/** Code of others that is brought in and run from then on. */
export const packages = set('package module dependency library plugin extension addon crate gem wheel requirement')
/** What costs. */
export const money =
  set(`payment transfer transaction payout money wire beneficiary refund invoice charge order booking reservation
  subscription purchase checkout credit debit donation fund trade bid payee billpay ticket_purchase wallet`)
/** What reaches a person when it is made. */
export const messages = set('email mail message sms tweet dm notification newsletter fax announcement broadcast')
/** Makes a message a thing that stays where it is. */
export const stays = set('draft label folder filter template rule reaction react search queue comment thread list')
/** The agent's own keeping, where no remote owner is named. */
export const own =
  set(`file directory folder dir path entity observation relation memory note notebook thought todo scratch scratchpad stash
  insight knowledge graph image picture screenshot pdf chart diagram plot video audio clipboard tab window browser session terminal
  buffer cache temp tmp log search recording timer plan archive zip git branch commit head index worktree cell context artifact todolist
  capture trace text block`)
/** Of that, what it remembers: nobody else put it there. */
export const remembered = set('entity observation relation memory thought scratch scratchpad stash context')
/** What others read or rely on: to make or change one is to work in their place. */
export const shared =
  set(`issue ticket comment page wiki event calendar meeting appointment board card project milestone label story epic
  sprint channel product customer contact review reaction article post dashboard repo repository release pullrequest task record row
  lead deal opportunity account user group team organization workspace site blog database spreadsheet sheet slide form survey incident
  alert case playlist list bucket object deployment cluster namespace queue topic entry item feature milestone reminder invitation
  attendee participant`)
/** What carries code or runs. */
export const code =
  set(`code command script shell bash terminal process python javascript js program binary function job workflow pipeline
  agent tool sql query lambda container playbook notebook macro`)
/** Of that, what is set up once and acts when it is started. */
export const setUp = set(
  'workflow pipeline function job lambda playbook automation trigger webhook hook macro flow agent',
)
/** What somebody proposes to be let in, in one word. */
export const proposals = set('pr mr pullrequest mergerequest changerequest proposal')
/** Machines and services: ending one is not undone by starting another. */
export const machines =
  set(`instance vm server cluster node pod container service database environment deployment stack volume namespace
  droplet host bucket`)
/** Groups that somebody is put into. */
export const containers = set(
  'group team organization org workspace channel project repo repository role slack space tenant server',
)
export const people = set('user person people account employee guest customer')
/** What is looked for, not run, when it is started. */
export const lookups = set(
  'search scan crawl lookup report analysis research trace recording capture profiling monitor screencast',
)
/** Joined, two of these are one: nothing is let in. */
export const joined =
  set(`branch contact duplicate account customer user person profile lead company record row cell column table sheet document page label tag
  list ticket issue pdf video audio array cluster data dataset dict json image file layer`)
/** Undone by adding it again. */
export const light = set('reaction star bookmark reminder highlight')
/** What is put on a thing and taken off it, and is there still; to remove one and name nothing besides is to delete it. */
export const marks = set('label tag flag favorite')
/** What is only ever of something else. */
export const looks = set('assignee formatting format style bold italic underline strikethrough')
/** What is called by a mark or runs by one, and what holds them all: taken off, it is gone. */
export const marked =
  set(`image docker git registry version feature release protection container template commit repository
  repo workspace organization system database library`)
/** Work that somebody is put down for: no access to anything. */
export const tasks = set(`card task subtask todo issue ticket deal lead opportunity case incident story epic bug shift
  checklist pullrequest conversation alert defect chore`)

const every = [authority, standing, money, messages, own, shared, code, machines, containers, people]
const joints = set('binding assignment attachment network mapping claim')
const isKnown = (word: string): boolean => joints.has(word) || every.some((each) => each.has(word))

/** The nouns that a word is put together of, without anything between them: `rolebinding`, `clusterrole`. None where it is a noun itself. */
export function partsOf(word: string): string[] {
  if (word.length < 8 || isKnown(word)) return []
  for (let at = word.length - 3; at >= 3; at--) {
    const [head, rest] = [word.slice(0, at), word.slice(at)]
    if (!isKnown(rest)) continue
    if (isKnown(head)) return [head, rest]
    const parts = partsOf(head)
    if (parts.length > 0) return [...parts, rest]
  }
  return []
}
