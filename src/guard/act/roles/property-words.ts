import { set } from '../../../formats/kit/tool-name/words.ts'

/** Words of argument names, by what such an argument is. All in singular. */

/** What is run. */
export const shellWords = set('command cmd bash commandline cli powershell')
export const codeWords = set('code script javascript js python expression program source_code lambda snippet eval')
export const sqlWords = set('sql statement ddl dml')
/** What is run where the tool runs something; elsewhere something else. */
export const runWords = set('input stdin args argv argument function fn entrypoint query cypher cql')
/** What an agent that is started is told to do. */
export const promptWords = set('prompt instruction goal objective')
export const packageWords = set('package module dependency library extension plugin image')

/** Content that travels or is stored. */
export const contentWords =
  set(`content text body message comment note sidenote description summary html markdown md subject caption reason
  metadata meta data payload value snippet paragraph block child rich_text richtext observation entity relation thought insight prompt
  instruction feedback answer reply transcript remark memo annotation footer header signature bio caption post tweet excerpt field property
  attribute base64 blob attachment patch diff string replacement title context item row record`)
/** Content whatever the act is and whatever it looks like: what somebody is told, or what goes along unasked. */
export const textWords =
  set(`content body message comment note sidenote payload metadata meta prompt reason memo remark caption footer
  description summary feedback instruction context`)
/** What a thing is to hold: content where it is overwritten, and never what names it. */
export const filling = set('text html markdown md data base64 blob patch diff replacement')
/** Names of things that are found, not made. */
export const selectorWords =
  set(`path file filename filepath dir directory folder id key name ref branch sha hash commit query q pattern regex
  filter search table index database collection bucket object slug uuid guid iid oid gid selector element xpath css locator range tag label project
  board list page document doc sheet spreadsheet ticket issue event order invoice job pid process session thread ts timestamp location city
  place product sku app application code symbol ticker cursor token resource namespace cluster node pod instance service workflow pipeline container
  attachment topic category keyword term entity schema column field version milestone uid revision source from sender root cwd workdir workspace base head number parent`)
/** How it is done. */
export const controlWords =
  set(`kind limit count offset size max min depth timeout ms seconds minute hour day page perpage format mode type sort order
  direction state status language lang locale currency amount price quantity unit date time start end since until before after duration
  interval width height scale quality verbose recursive force dry dryrun encoding timezone tz color theme priority level temperature units
  radius zoom lines line method option flag visibility private public draft frequency recurrence recurring origin`)

/** Where something goes, by the kind of place. */
export const placeWords: Readonly<Record<string, ReadonlySet<string>>> = {
  url: set('url uri link href endpoint webhook callback website webpage site baseurl feed proxy registry src'),
  host: set('host hostname domain server ip address_ip nameserver gateway cidr'),
  mailbox: set('email mail mailbox cc bcc replyto'),
  phone: set('phone mobile msisdn whatsapp tel telephone sms'),
  account: set('iban account beneficiary payee wallet bic routing sortcode vpa upi'),
  channel: set('channel chat room conversation group team space topic'),
  repository: set('repo repository remote organization org owner'),
  person:
    set(`user username userid recipient receiver assignee invitee attendee participant member collaborator reviewer grantee contact customer
    guest person people friend follower principal login handle subscriber`),
  place: set('to destination dest target forward sendto recipient receiver audience'),
}
/** Words before a kind that make it a source: what comes from there goes nowhere. */
export const sourceWords = set('from sender source src origin by author my own')
/** Arguments that name whose system is worked in: the tool works on others' ground. */
export const remoteWords =
  set(`owner repo organization org workspace tenant board channel database spreadsheet sheet document page team project
  site bucket calendar drive cloud mailbox account container block datasource namespace cluster`)
/** How much of a thing is told: a span of time, a page of it. */
export const span = set(
  'limit count page size offset cursor since until from to start end date day week month year max top',
)
/** What an address of a record is called, where it is nobody who is to get something. */
export const addressWords = set('email mail mailbox phone mobile telephone tel website site url domain host ip')
/** What holds the fields of a record. */
export const fieldWords = set('property properties field attribute record row value data column cell')
/** Who is to get something, or takes part. */
export const partyWords =
  set(`recipient receiver attendee assignee invitee participant member collaborator guest reviewer grantee subscriber follower owner watcher
  to cc bcc notify send forward reply organizer delegate webhook hook callback`)
/** Of these, what lies within a file, where a path says which. */
export const inFileWords = set('sheet worksheet spreadsheet workbook document slide table row column record cell')
/** Names of arguments that hold those of an act, as the inside of a pattern. */
export const carriers = 'args|arguments|params|parameters|inputs?|request|payload|data|options|body'
/** Arguments that say which of several acts a tool is to do. */
export const operationWords = set('action operation op verb event intent command subcommand')
