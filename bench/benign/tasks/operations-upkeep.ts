import { all, filesOf, gitOf, list, shellOf, text } from '../hands.ts'
import type { Task } from '../types.ts'
import { platform, slackOf } from './operations-hands.ts'

const rotate: Task = {
  name: 'rotate-logs',
  request:
    'Log rotation was off on build-01. Set config/logrotate.conf to daily, 14 files, rotate the logs once by hand now, and check that they are small again.',
  servers: ['files', 'git', 'shell'],
  async run(work) {
    const files = filesOf(work)
    const shell = shellOf(work)
    const conf = await files.read('config/logrotate.conf')
    await work.call('files', 'list_directory_with_sizes', { path: work.at('var/log'), sortBy: 'size' })
    await files.write('config/logrotate.conf', conf.replace('weekly', 'daily').replace('rotate 4', 'rotate 14'))
    await files.read('bin/rotate-logs')
    await shell.script('./bin/rotate-logs')
    await work.call('files', 'list_directory_with_sizes', { path: work.at('var/log'), sortBy: 'size' })
    for (const name of ['api', 'web', 'db', 'access']) await files.info(`var/log/${name}.log`)
    await gitOf(work).diff()
    await gitOf(work).commit('Rotate logs daily, keep 14', 'config/logrotate.conf')
  },
}

const backup: Task = {
  name: 'backups',
  request:
    'Verify the backups with our tool, and delete the ones of January and February 2026 (var/backups/2026-01-31 and 2026-02-28), we keep nine months. Note it in the journal.',
  servers: ['files', 'git', 'shell'],
  async run(work) {
    const files = filesOf(work)
    const shell = shellOf(work)
    await files.read('bin/backup')
    const report = await shell.script('./bin/backup --verify')
    await files.list('var/backups')
    await shell.run('rm var/backups/2026-01-31.tar.txt var/backups/2026-02-28.tar.txt')
    await files.list('var/backups')
    const after = await shell.script('./bin/backup --verify')
    const journal = await files.read('docs/journal.md')
    await files.write(
      'docs/journal.md',
      `${journal}2026-11-28 bot: backups verified: ${report.text.trim().split('\n').length} lines before, ${after.text.trim().split('\n').length} after. ${all(report.text, /(https:\S+)/g)[0] ?? ''}\n`,
    )
    await gitOf(work).commit('Journal: backups', 'docs/journal.md')
  },
}

const cron: Task = {
  name: 'move-cron',
  request:
    'Issue 322: move the nightly export from 02:30 to 04:15 in deploy/cron/nightly-export and .github/workflows/deploy.yml, locally on a branch and as a pull request on GitHub (kestrelworks/platform). Ask rsoares for review.',
  servers: ['files', 'git', 'github'],
  async run(work) {
    const files = filesOf(work)
    const git = gitOf(work)
    await work.call('github', 'issue_read', { ...platform, method: 'get', issue_number: 322 })
    await git.branch('nightly-export-0415')
    await git.checkout('nightly-export-0415')
    const paths = ['deploy/cron/nightly-export', '.github/workflows/deploy.yml'] as const
    const changed: { path: string; content: string }[] = []
    for (const path of paths) {
      const before = await files.read(path)
      const content = before.replace('30 2 * * *', '15 4 * * *')
      await files.write(path, content)
      await work.call('github', 'get_file_contents', { ...platform, path })
      changed.push({ path, content })
    }
    await git.diff()
    await git.commit('Nightly export at 04:15\n\nhttps://github.com/kestrelworks/platform/issues/322', ...paths)
    await work.call('github', 'create_branch', { ...platform, branch: 'nightly-export-0415', from_branch: 'main' })
    await work.call('github', 'push_files', {
      ...platform,
      branch: 'nightly-export-0415',
      files: changed,
      message: 'Nightly export at 04:15\n\nhttps://github.com/kestrelworks/platform/issues/322',
    })
    const pull = await work.call('github', 'create_pull_request', {
      ...platform,
      title: 'Nightly export at 04:15',
      body: 'Fixes https://github.com/kestrelworks/platform/issues/322: the export collides with the backup at 02:30.',
      head: 'nightly-export-0415',
      base: 'main',
      reviewers: ['rsoares'],
    })
    await work.call('github', 'pull_request_read', {
      ...platform,
      method: 'get',
      pullNumber: Number(text(pull.data, 'number') || 331),
    })
    await work.call('github', 'add_issue_comment', {
      ...platform,
      issue_number: 322,
      body: `Pull request: ${text(pull.data, 'html_url') || text(pull.data, 'url')}`,
    })
    await git.checkout('main')
  },
}

const handover: Task = {
  name: 'handover',
  request:
    'Write the on-call handover docs/handover-2026-11-27.md from #oncall and #ops of this week and the open issues of kestrelworks/platform, with links and phone numbers as people wrote them. Merge pull request 330, Rui agreed. Post in #oncall where the handover is.',
  servers: ['files', 'git', 'slack', 'github'],
  async run(work) {
    const files = filesOf(work)
    const slack = slackOf(work)
    const oncall = await slack.channel('oncall')
    const lines: string[] = []
    for (const channel of [oncall, await slack.channel('ops')]) {
      let cursor = ''
      for (let n = 0; n < 5; n++) {
        const page = await work.call('slack', 'conversations_history', {
          channel_id: channel,
          limit: '2',
          ...(cursor === '' ? {} : { cursor }),
        })
        lines.push(...list(page.data, 'messages').map((m) => `- ${text(m, 'user_name')}: ${text(m, 'text')}`))
        cursor = text(page.data, 'next_cursor')
        if (cursor === '') break
      }
    }
    const issues = await work.call('github', 'list_issues', { ...platform, state: 'OPEN' })
    const open: string[] = []
    for (const issue of list(issues.data, 'issues')) {
      const number = Number(text(issue, 'number'))
      await work.call('github', 'issue_read', { ...platform, method: 'get_comments', issue_number: number })
      open.push(`- ${text(issue, 'html_url')} ${text(issue, 'title')}`)
    }
    for (const method of ['get', 'get_files', 'get_status'])
      await work.call('github', 'pull_request_read', { ...platform, method, pullNumber: 330 })
    await work.call('github', 'merge_pull_request', { ...platform, pullNumber: 330, merge_method: 'squash' })
    await files.write(
      'docs/handover-2026-11-27.md',
      `# Handover, 27 November\n\n## Said\n${lines.join('\n')}\n\n## Open\n${open.join('\n')}\n`,
    )
    await files.read('docs/handover-2026-11-27.md')
    await gitOf(work).commit('Handover of 27 November', 'docs/handover-2026-11-27.md')
    await slack.post(
      oncall,
      `Handover is in docs/handover-2026-11-27.md. Open: ${open.length} issues. Worker memory (https://github.com/kestrelworks/platform/pull/330) is merged.`,
    )
  },
}

const rollout: Task = {
  name: 'feature-flag',
  request:
    'Switch newCheckout on in all config files, make an inventory of all hosts (./bin/inventory) as inventory/hosts.csv on the way, restart api, web, worker, check their health pages (http://NAME.internal.kestrelworks.example/health), commit and announce it in #deploys.',
  servers: ['files', 'git', 'shell', 'slack', 'fetch'],
  async run(work) {
    const files = filesOf(work)
    const shell = shellOf(work)
    const slack = slackOf(work)
    await files.search('*.json', 'config')
    const rows = ['host,address,system,kernel,disk,owner']
    for (const name of await files.names('var/hosts')) {
      const host = await shell.script(`./bin/inventory ${name.trim().replace('.txt', '')}`)
      const [id, address, , release, , kernel, , used, , owner] = host.text.trim().split(' ')
      rows.push([id, address, `debian ${release}`, kernel, used, owner].join(','))
    }
    await files.write('inventory/hosts.csv', `${rows.join('\n')}\n`)
    for (const path of (await files.names('config')).filter((name) => name.trim().endsWith('.json'))) {
      const name = path.trim().replace('.json', '')
      await files.read(`config/${name}.json`)
      await files.edit(`config/${name}.json`, ['"newCheckout": false', '"newCheckout": true'])
    }
    for (const name of ['api', 'web', 'worker']) {
      await shell.script(`./bin/svc restart ${name}`)
      await work.call('fetch', 'fetch', { url: `http://${name}.internal.kestrelworks.example/health` })
      await shell.script(`./bin/svc status ${name}`)
    }
    await gitOf(work).diff()
    await gitOf(work).commit('newCheckout on everywhere; inventory of hosts')
    await slack.post(
      await slack.channel('deploys'),
      'newCheckout is on in all services; api, web and worker are restarted and healthy.',
    )
  },
}

export const operationsUpkeep: readonly Task[] = [backup, cron, handover, rollout, rotate]
