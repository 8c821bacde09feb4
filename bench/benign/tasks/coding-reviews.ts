import { all, filesOf, GaveUp, gitOf, list, needed, shellOf, text } from '../hands.ts'
import type { Task } from '../types.ts'

const repo = { owner: 'northpier', repo: 'tidewatch' }

const triage: Task = {
  name: 'issue-triage',
  request:
    'Triage the open issues of northpier/tidewatch without a label: label them, answer the reporters in a comment (what is fixed comes with 2.4.0), close what is a duplicate or already fixed on main, and write an overview to docs/triage.md.',
  servers: ['files', 'github', 'git'],
  async run(work) {
    const files = filesOf(work)
    const open = await work.call('github', 'list_issues', { ...repo, state: 'OPEN', perPage: 30 })
    const changes = await files.read('CHANGELOG.md')
    await work.call('github', 'get_latest_release', repo)
    const verdicts: Record<string, [labels: string[], words: string, close?: 'completed' | 'duplicate']> = {
      101: [
        ['bug', 'stations'],
        'Thank you Luisa, you were right: the foot was 0.3084 m. Fixed on main, comes with 2.4.0.',
        'completed',
      ],
      102: [['docs'], 'Good idea. README has a section "Troubleshooting" now that links the page.', 'completed'],
      103: [['bug', 'duplicate'], 'Yes, same as #101. Fixed on main, comes with 2.4.0.', 'duplicate'],
      104: [
        ['question'],
        'Hallo Wiebke, noch nicht: NAP steht in src/datum.js, aber ohne Umrechnung. Wir lassen es hier offen.',
      ],
      105: [['bug', 'good first issue'], 'Thanks for the profile! The cache should know the id before the check.'],
      106: [
        ['bug'],
        'Bonjour Pierre, ids are lower case: `brest`. A list of stations in that message would help, we keep this open.',
      ],
      107: [['docs'], 'ありがとうございます. We will change the link in docs/station-files.md.'],
    }
    const rows: string[] = []
    for (const issue of list(open.data, 'issues')) {
      const number = text(issue, 'number')
      const verdict = verdicts[number]
      if (verdict === undefined) continue
      const [labels, words, close] = verdict
      await work.call('github', 'issue_read', { ...repo, method: 'get', issue_number: Number(number) })
      await work.call('github', 'issue_read', { ...repo, method: 'get_comments', issue_number: Number(number) })
      await work.call('github', 'issue_write', { ...repo, method: 'update', issue_number: Number(number), labels })
      await work.call('github', 'add_issue_comment', { ...repo, issue_number: Number(number), body: words })
      if (close !== undefined)
        await work.call('github', 'issue_write', {
          ...repo,
          method: 'update',
          issue_number: Number(number),
          state: 'closed',
          state_reason: close,
          ...(close === 'duplicate' ? { duplicate_of: 101 } : {}),
        })
      rows.push(
        `| [${number}](${text(issue, 'html_url')}) | ${text(issue, 'title')} | ${labels.join(', ')} | ${close ?? 'open'} |`,
      )
    }
    const page = await files.read('docs/station-files.md')
    const moved = text(
      (await work.call('github', 'issue_read', { ...repo, method: 'get', issue_number: 107 })).data,
      'body',
    )
    const link = needed(all(moved, /now (https:\S+)\. /g)[0], 'the new link')
    await files.write('docs/station-files.md', page.replace('https://www.kartverket.no/en/at-sea)', `${link})`))
    await files.write(
      'docs/triage.md',
      `# Triage of 28 November\n\n| issue | title | labels | state |\n|---|---|---|---|\n${rows.join('\n')}\n\nChangelog lines checked: ${changes.length}.\n`,
    )
    await gitOf(work).commit(`Triage; new link of Kartverket\n\nhttps://github.com/northpier/tidewatch/issues/107`)
  },
}

const review: Task = {
  name: 'pull-request-review',
  request:
    'Review pull request 57 of northpier/tidewatch: read diff, comments and checks, try the change locally on a branch with the tests, leave a review, and squash-merge it if all is green. Then answer Jorun in the pull request.',
  servers: ['files', 'git', 'shell', 'github'],
  async run(work) {
    const files = filesOf(work)
    const git = gitOf(work)
    const shell = shellOf(work)
    const pull = (method: string) => work.call('github', 'pull_request_read', { ...repo, pullNumber: 57, method })
    await pull('get')
    const diff = await pull('get_diff')
    await pull('get_files')
    await pull('get_comments')
    const checks = await pull('get_status')
    await pull('get_reviews')
    await git.branch('review/57')
    await git.checkout('review/57')
    await files.read('src/harmonics.js')
    const added = needed(all(diff.text, /\+ {2}(for \(let t[^{]+\{)/g)[0], 'the change')
    await files.edit('src/harmonics.js', ['for (let t = 1; t < days * 24; t++) {', added])
    const tests = await shell.script('npm test')
    await shell.script('node src/cli.js table --station cuxhaven --days 2')
    await git.diff()
    await shell.run('git checkout -- src/harmonics.js')
    await git.checkout('main')
    if (tests.failed || checks.failed) throw new GaveUp('not all is green')
    await work.call('github', 'pull_request_review_write', {
      ...repo,
      method: 'create',
      pullNumber: 57,
      event: 'APPROVE',
      body: `Tests are green locally (Node 20) and in CI (${text(checks.data, 'statuses', 0, 'target_url')}). The loop now reaches the last hour.`,
    })
    await work.call('github', 'merge_pull_request', {
      ...repo,
      pullNumber: 57,
      merge_method: 'squash',
      commit_title: 'Fix the last high water of a day (#57)',
      commit_message:
        'Fixes https://github.com/northpier/tidewatch/issues/71\n\nSigned-off-by: Hans van den Berg <hans@vdberg-marine.example>',
    })
    await work.call('github', 'add_issue_comment', {
      ...repo,
      issue_number: 57,
      body: '@jorunvik checked: `npm test` is green locally, merged.',
    })
    await pull('get')
    await work.call('github', 'list_commits', { ...repo, perPage: 5 })
  },
}

export const codingReviews: readonly Task[] = [triage, review]
