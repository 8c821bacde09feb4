import { set } from '../../../formats/kit/tool-name/words.ts'
import { aimsOf } from '../found/aims.ts'
import { many } from '../found/found.ts'
import { applies } from './patches.ts'
import { fetches, type Handler, has, optionsOf, type Shell, type Word } from './shell.ts'

const global = set('-C -c --git-dir --work-tree --namespace --exec-path --config-env')
/** Subcommands that only tell. */
const tells =
  set(`status diff log show blame annotate shortlog describe rev-parse rev-list ls-files ls-tree ls-remote cat-file grep reflog
  whatchanged name-rev merge-base for-each-ref count-objects var version help check-ignore show-ref show-branch cherry range-diff diff-tree diff-index
  diff-files verify-commit verify-tag fsck archive bundle format-patch request-pull difftool`)
/** Subcommands that change only the repository here. */
const keeps =
  set(`add commit checkout switch branch merge rebase stash reset restore tag init mv cherry-pick revert rm apply am worktree notes bisect
  gc prune repack sparse-checkout mergetool update-index update-ref commit-tree write-tree read-tree maintenance lfs rerere replace`)

/** Flags that a value follows; `-u` of a push is none of them, and what comes after it is where it goes. */
const valued = set(
  '-m --message -F --file -b -B -u --set-upstream -o --output --depth --author --date -t --strategy -X -s -S --branch --origin --exec -x',
)
const pushed = set('-o --push-option --receive-pack --exec --repo')

/** A place by its address; a short name is what the repository’s own settings call one, and to set them is an act of its own. */
const remote = (to: Word, shell: Shell) => {
  const isName = !/[:/@\\]/.test(to.text) && !to.variable && !to.output
  if (isName) shell.found.place('remote', to.text)
  else shell.found.part('destination', 'url', to.text)
}

export const git: Handler = (call, shell) => {
  const { found, ground } = shell
  let at = 0
  for (; at < call.args.length; at++) {
    const text = call.args[at]?.text ?? ''
    if (!text.startsWith('-')) break
    if (!global.has(text)) continue
    const value = call.args[++at]?.text ?? ''
    if (text === '-C') shell.ground = { ...ground, cwd: value }
    if (text === '-c' || text === '--config-env') setting(value, '', shell)
  }
  const sub = call.args[at]?.text ?? 'help'
  const args = call.args.slice(at + 1)
  const options = optionsOf(args, sub === 'push' ? pushed : valued)
  for (const each of options.values.get('-m') ?? []) found.part('payload', 'text', each.text, 'message')
  for (const each of [...(options.values.get('--exec') ?? []), ...(options.values.get('-x') ?? [])])
    if (sub === 'rebase') shell.read(each.text)
  switch (sub) {
    case 'push': {
      const [to = options.values.get('--repo')?.at(-1), ...refs] = options.rest
      if (to !== undefined) remote(to, shell)
      for (const ref of refs) found.part('selector', 'branch', ref.text)
      found.raise('outward', 'git push')
      if (has(options, '--delete', '-d', '--mirror', '--prune') || refs.some((ref) => ref.text.startsWith(':'))) {
        found.raise('irreversible', 'git push that deletes')
        found.items += Math.max(1, refs.length)
      }
      return
    }
    case 'fetch':
    case 'pull':
    case 'clone':
    case 'ls-remote':
    case 'archive':
    case 'submodule': {
      const given = [...options.rest, ...(options.values.get('--remote') ?? [])]
      const urls = given.filter((each) => aimsOf(each.text, 'remote').length > 0)
      for (const url of urls) found.part('destination', 'url', url.text)
      if (options.values.has('--upload-pack') || urls.some((url) => /^ext::/.test(url.text)))
        found.raise('execution', 'git runs a program to fetch')
      // What comes from there is worked on as if it were the project’s.
      if ((sub === 'fetch' || sub === 'pull') && urls.length > 0) found.adds = true
      if (sub === 'ls-remote' || sub === 'archive') return found.raise('look', `git ${sub}`)
      const [from, into] = options.rest
      // Its place is written to .gitmodules, and what stands there is checked out from then on.
      if (from?.text === 'add' || from?.text === 'set-url')
        return found.raise('persistence', 'adds a place where this repository gets code')
      if (sub === 'clone' && into !== undefined && from !== undefined) found.write(into.text, ground)
      if (sub === 'clone' && from !== undefined) fetches(into?.text ?? folderOf(from.text), shell, true)
      return found.raise('own', `git ${sub}`)
    }
    case 'remote': {
      const [verb, , url] = options.rest
      if (verb === undefined || /^(?:show|get-url|-v)$/.test(verb.text)) return found.raise('look', 'git remote')
      if (url !== undefined) remote(url, shell)
      return found.raise('persistence', 'changes where this repository is pushed')
    }
    case 'config': {
      const [key, value] = options.rest.filter((each) => !/^(?:set|unset)$/.test(each.text))
      const tellsOnly =
        has(options, '--get', '--list', '-l', '--get-all', '--get-regexp') ||
        (value === undefined && !has(options, '--unset')) ||
        key?.text === 'list' ||
        key?.text === 'get'
      if (tellsOnly) return found.raise('look', 'git config')
      found.raise(has(options, '--global', '--system') ? 'persistence' : 'own', 'git config')
      return setting(key?.text ?? '', value?.text ?? '', shell)
    }
    case 'apply':
    case 'am': {
      if (has(options, '--check', '--stat', '--numstat', '--summary')) return found.raise('look', `git ${sub}, tried`)
      return applies(
        call,
        options.rest.map((each) => each.text),
        shell,
      )
    }
    case 'clean':
      if (has(options, '-n', '--dry-run')) return found.raise('look', 'git clean, tried')
      found.items += many
      return found.raise('irreversible', 'git clean removes what is not tracked')
    case 'send-email':
    case 'imap-send':
      return found.raise('outward', `git ${sub}`)
    case 'filter-branch':
    case 'filter-repo':
    case 'daemon':
      return found.raise(sub === 'daemon' ? 'outward' : 'irreversible', `git ${sub}`)
    case 'credential':
    case 'hook':
    case 'instaweb':
      return found.raise('execution', `git ${sub}`)
    case 'bisect':
      if (options.rest[0]?.text === 'run') shell.call(args.slice(1), { upstream: [], fed: false })
      return found.raise('own', 'git bisect')
    case 'difftool':
    case 'mergetool':
      return found.raise(options.flags.has('-x') || options.flags.has('--extcmd') ? 'execution' : 'own', `git ${sub}`)
  }
  for (const each of options.rest) if (/^[/~.]/.test(each.text)) found.part('selector', 'path', each.text)
  for (const each of options.values.get('-o') ?? []) if (sub !== 'commit') found.write(each.text, ground)
  if (tells.has(sub)) return found.raise('look', `git ${sub}`)
  if (keeps.has(sub)) return found.raise('own', `git ${sub}`)
  found.part('command', 'program', `git ${sub}`)
  found.raise('execution', `git ${sub.slice(0, 40)}`)
}

/** The folder that a clone goes to where none is named. */
export const folderOf = (from: string): string =>
  from
    .slice(0, 4096)
    .replace(/\/+$|\.git\/?$/g, '')
    .split(/[/:]/)
    .at(-1) ?? ''

/** A setting of git that runs a program, or sends what is pushed elsewhere. */
function setting(key: string, value: string, shell: Shell) {
  const said = value === '' ? key : `${key}=${value}`
  if (
    /^(?:alias\.|core\.(?:sshcommand|hookspath|fsmonitor|editor|pager|gitproxy|attributesfile)|credential\.|filter\.|diff\.[^.]*\.?(?:external|command|textconv)|merge\..*driver|gpg\.|sequence\.editor|protocol\.|uploadpack|receive|init\.templatedir|include|pager\.|browser\.|man\.|sendemail)/i.test(
      said,
    )
  ) {
    shell.found.part('command', 'setting', said)
    shell.found.raise('persistence', `sets ${key.slice(0, 40)}, by which git runs programs`)
  } else if (/^(?:url\.|remote\.|branch\..*remote|http\.(?:.*\.)?proxy|push\.)/i.test(said)) {
    shell.found.part('destination', 'url', value === '' ? key : value)
    shell.found.raise('persistence', `sets ${key.slice(0, 40)}, where git goes`)
  }
}
