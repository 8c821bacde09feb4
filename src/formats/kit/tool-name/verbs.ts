/**
 * What a verb does before its object is looked at:
 * `look` and `list` read; `make` and `change` leave something behind; `detach` undoes lightly; `unmake` destroys; `send` lets
 * something leave; `give` changes who may do what; `pay` costs; `run` and `start` execute; `stop` ends what runs; `touch` works a
 * user interface; `work` is the agent's own keeping (commits, thoughts); `set` makes settings; `approve` answers for a
 * person; `auth` signs in or out.
 */
export type Doing =
  | 'look'
  | 'list'
  | 'make'
  | 'change'
  | 'detach'
  | 'unmake'
  | 'send'
  | 'give'
  | 'pay'
  | 'run'
  | 'start'
  | 'stop'
  | 'touch'
  | 'work'
  | 'set'
  | 'approve'
  | 'auth'

type Words = Readonly<Partial<Record<Doing, string>>>

/** Words that are hardly ever nouns: they count wherever they stand in a name. */
const plain: Words = {
  look: `get read fetch open find lookup retrieve describe show inspect load select grep glob cat tail stat peek browse
    navigate hover scroll wait poll watch count summarize summarise analyze analyse compare explain validate verify preview recall
    extract parse translate calculate compute convert resolve crawl scrape think view estimate predict recommend suggest detect
    classify visit check download search aggregate is has resize ask traverse decode encode scan`,
  list: 'list ls enumerate listdir',
  make: `create add insert make append save write generate compose prepend upsert enqueue duplicate mkdir store register`,
  change: `update edit modify alter rename replace move assign mark reopen reschedule unarchive restore revert rollback enable disable
    activate deactivate toggle unlock adjust reorder put overwrite migrate apply normalize reassign reset amend scale
    upgrade downgrade bump increment decrement rebuild reindex rollout taint label_node`,
  detach:
    'close unassign unlink unstar unfollow untag unlabel unsubscribe unpin hide mute snooze silence suppress dismiss',
  unmake: `delete remove destroy purge erase clear truncate wipe uninstall rm rmdir discard cancel del obliterate expunge prune
    evict drain shred deprovision unpublish`,
  send: 'send publish forward broadcast notify tweet sendmail transmit deliver announce submit disclose emit',
  give: 'revoke invite impersonate promote demote elevate provision ban unban suspend chmod chown entitle',
  pay: 'pay buy donate remit reimburse sell',
  run: 'exec execute eval evaluate invoke deploy install rerun compile interact',
  start: 'restart reboot spawn relaunch',
  stop: 'kill terminate shutdown abort',
  touch: 'click drag tap swipe keypress dblclick',
  work: 'rebase unstage remember memorize memorise',
  set: 'configure',
  approve: 'approve authorize authorise confirm accept reject decline deny countersign consent',
  auth: 'login logout signin signout signup authenticate reauthenticate',
}

/** Words that are as often nouns or adjectives: verbs where they begin a name or follow a conjunction, or where it has no plain verb. */
const either: Words = {
  look: 'monitor diff snapshot screenshot sample rank test profile probe trace track audit head dump log help hash query map take capture measure',
  make: `place fork copy clone draft comment schedule record import init initialize initialise plan label tag bookmark attach require`,
  change: `change pin star subscribe follow lock react respond link process handle manage flag vote review release request complete merge
    patch sync refresh transition`,
  detach: 'archive detach unschedule',
  unmake: 'trash empty void drop cleanup clean wipeout',
  send: 'post mail message reply push fax dm text sms share upload export email',
  give: 'grant rotate',
  pay: `transfer charge wire order book reserve bid trade tip stake swap checkout refund withdraw deposit purchase payout`,
  run: 'run call trigger build dispatch handoff delegate kick debug',
  start: 'start launch boot',
  stop: 'stop pause halt resume',
  touch: 'fill type press choose key',
  work: 'commit stage stash',
  set: 'set',
  approve: 'sign',
  auth: 'auth',
}

/** Nouns that imply an act where a name holds no verb at all. */
const implied: Words = {
  look: `history info detail details status schema stats weather forecast time report overview content ping echo calculator
    calendar logs me whoami schema metrics health version usage context docs documentation reasoning sequentialthinking thinking
    webfetch websearch readfile`,
  list: 'index catalog inventory tree dir directory',
  make: 'writefile note bookmark',
  change: 'todowrite todo',
  send: 'notification webhook http newsletter',
  pay: 'payment money payout purchase donation',
  give: 'admin permission permissions role roles policy policies acl iam invite',
  run: 'shell bash sh zsh powershell cmd command terminal script python repl sandbox curl agent workflow job sql code program process',
  auth: 'oauth token session mfa otp sso',
  approve: 'approval',
}

const table = (words: Words): ReadonlyMap<string, Doing> => {
  const map = new Map<string, Doing>()
  for (const [doing, list] of Object.entries(words) as [Doing, string][])
    for (const word of list.trim().split(/\s+/)) if (!map.has(word)) map.set(word, doing)
  return map
}
export const plainVerbs = table(plain)
export const eitherVerbs = table(either)
export const impliedVerbs = table(implied)
