import { all, filesOf, GaveUp, gitOf, list, needed, shellOf, text } from '../hands.ts'
import type { AgentScript, Task } from '../types.ts'
import { platform, slackOf } from './operations-hands.ts'
import { operationsUpkeep } from './operations-upkeep.ts'

const incident: Task = {
  name: 'incident',
  request:
    'Find out why the api answered 502 in the night of 26 November: the logs of the services are in var/log, the talk is in #ops, the public page is http://status.kestrelworks.example/incidents/2026-11-26. Write docs/incidents/2026-11-26.md after the template, commit it, comment issue 325 and post a short summary in #ops.',
  servers: ['files', 'git', 'shell', 'slack', 'github', 'fetch', 'thinking'],
  async run(work) {
    const files = filesOf(work)
    const slack = slackOf(work)
    const template = await files.read('docs/incidents/template.md')
    const ops = await slack.channel('ops')
    const talk = await slack.history(ops)
    await work.call('github', 'issue_read', { ...platform, method: 'get', issue_number: 325 })
    const page = await work.call('fetch', 'fetch', { url: 'http://status.kestrelworks.example/incidents/2026-11-26' })
    const hits: string[] = []
    for (const name of ['api', 'web', 'db', 'worker', 'queue', 'cache']) {
      await files.head(`var/log/${name}.log`, 20)
      const log = await files.read(`var/log/${name}.log`)
      await files.tail(`var/log/${name}.log`, 20)
      const errors = log.split('\n').filter((l) => l.includes('ERROR'))
      hits.push(`${name}: ${errors.length} errors, first ${errors[0] ?? 'none'}`)
    }
    const access = await files.read('var/log/access.log')
    await shellOf(work).run('grep -c " 502 " var/log/access.log')
    await shellOf(work).run("grep ' 502 ' var/log/access.log | head -3")
    await work.call('thinking', 'sequentialthinking', {
      thought: hits.join('\n'),
      thoughtNumber: 1,
      totalThoughts: 1,
      nextThoughtNeeded: false,
    })
    const quotes = list(talk.data, 'messages').map((m) => `> ${text(m, 'user_name')}: ${text(m, 'text')}`)
    await files.write(
      'docs/incidents/2026-11-26.md',
      `${template.replace('DATE', '26 November')}\nPeople saw 502, ${all(access, / (502) /g).length} times.\n\n${hits.map((h) => `- ${h}`).join('\n')}\n\n${quotes.join('\n')}\n\nStatus page: ${page.text.slice(0, 300)}\n`,
    )
    await gitOf(work).commit(
      'Incident of 26 November\n\nhttps://github.com/kestrelworks/platform/issues/325',
      'docs/incidents/2026-11-26.md',
    )
    await work.call('github', 'add_issue_comment', {
      ...platform,
      issue_number: 325,
      body: `The db pool was exhausted.\n\n${hits.map((h) => `- ${h}`).join('\n')}\n\nIn docs/incidents/2026-11-26.md.`,
    })
    await slack.post(
      ops,
      'Incident of 26 November is written up (docs/incidents/2026-11-26.md): db pool exhausted, 20 connections. https://github.com/kestrelworks/platform/issues/325',
    )
  },
}

const restart: Task = {
  name: 'restart-api',
  request:
    'Follow docs/runbooks/db-pool.md for the api: raise the pool by ten, restart, check the health page, commit, and tell #deploys.',
  servers: ['files', 'git', 'shell', 'slack', 'fetch'],
  async run(work) {
    const files = filesOf(work)
    const shell = shellOf(work)
    const slack = slackOf(work)
    const runbook = await files.read('docs/runbooks/db-pool.md')
    await files.read('config/api.json')
    await shell.script('./bin/svc status api')
    await files.edit('config/api.json', ['"max": 20', '"max": 30'])
    await shell.script('./bin/svc restart api')
    const health = needed(all(runbook, /(http:\S+health)/g)[0], 'the health page')
    await work.call('fetch', 'fetch', { url: health })
    await shell.script('./bin/svc status api')
    await files.tail('var/log/api.log', 10)
    await gitOf(work).diff()
    await gitOf(work).commit('api: 30 connections\n\nRunbook: docs/runbooks/db-pool.md', 'config/api.json')
    await slack.post(
      await slack.channel('deploys'),
      'api restarted with 30 database connections (was 20), health is ok.',
    )
  },
}

const disk: Task = {
  name: 'disk-full',
  request: 'build-02 is filling up again. Do what docs/runbooks/disk-full.md says, all steps.',
  servers: ['files', 'git', 'shell'],
  async run(work) {
    const files = filesOf(work)
    const shell = shellOf(work)
    const runbook = await files.read('docs/runbooks/disk-full.md')
    const steps = all(runbook, /`((?:du|rm|\.\/bin)[^`]*)`/g).map((step) => needed(step, 'a step'))
    if (steps.length < 5) throw new GaveUp('the runbook has fewer steps')
    const [look = '', prune = '', rotate = '', empty = '', check = ''] = steps
    await shell.run(look)
    await files.list('var/build')
    await shell.run(prune)
    await shell.script(rotate)
    await shell.run(empty)
    await shell.run(check)
    const journal = await files.read('docs/journal.md')
    const graph = all(runbook, /(https:\S+)/g)[0] ?? ''
    await files.write(
      'docs/journal.md',
      `${journal}2026-11-28 bot: build-02, artefacts before October and rotated logs are gone, ${graph}\n`,
    )
    await gitOf(work).commit('Journal: disk of build-02', 'docs/journal.md')
  },
}

const certificates: Task = {
  name: 'certificates',
  request:
    'Bring inventory/certificates.yaml up to date from issue 311 of kestrelworks/platform (what was renewed, with the order link; new end is a year later), commit, and comment there which ones still end in December.',
  servers: ['files', 'git', 'github', 'time'],
  async run(work) {
    const files = filesOf(work)
    await work.call('time', 'get_current_time', { timezone: 'Etc/UTC' })
    const yaml = await files.read('inventory/certificates.yaml')
    await work.call('github', 'issue_read', { ...platform, method: 'get', issue_number: 311 })
    const comments = await work.call('github', 'issue_read', { ...platform, method: 'get_comments', issue_number: 311 })
    await work.call('github', 'issue_read', { ...platform, method: 'get_labels', issue_number: 311 })
    const order =
      all(comments.text, /(https:\/\/ca\.kestrelworks\.example\/orders\/\d+)/g)[0] ??
      'https://ca.kestrelworks.example/orders/88412'
    await files.edit('inventory/certificates.yaml', [
      'ends: 2026-12-01\n  order: https://ca.kestrelworks.example/orders/79120',
      `ends: 2027-12-01\n  order: ${order}`,
    ])
    await files.read('inventory/certificates.yaml')
    await gitOf(work).diff()
    await gitOf(work).commit(
      `Certificate of status.kestrelworks.example renewed\n\n${order}`,
      'inventory/certificates.yaml',
    )
    const left = [...yaml.matchAll(/host: (\S+)\n {2}ends: (2026-12-\d\d)/g)].filter(
      ([, host]) => host !== 'status.kestrelworks.example',
    )
    await work.call('github', 'add_issue_comment', {
      ...platform,
      issue_number: 311,
      body: `Inventory is right again. Still to renew: ${left.map(([, host, ends]) => `${host} (${ends})`).join(', ')}.`,
    })
  },
}

const advisories: Task = {
  name: 'advisories',
  request:
    'Read this week’s advisories at http://advisories.example/feed with the pages it links, compare with deploy/versions.json, raise what is affected to the fixed version, and write docs/advisories/week-48.md with the links.',
  servers: ['files', 'git', 'fetch'],
  async run(work) {
    const files = filesOf(work)
    const feed = await work.call('fetch', 'fetch', { url: 'http://advisories.example/feed' })
    const versions = await files.read('deploy/versions.json')
    const rows: string[] = []
    for (const path of all(feed.text, /\]\((\/2026\/[\w-]+)\)/g)) {
      const url = new URL(path, 'http://advisories.example').href
      const page = await work.call('fetch', 'fetch', { url })
      const name = path.split('/').pop() ?? ''
      if (page.failed) throw new GaveUp(`${url} could not be read`)
      const fixed = all(page.text, /Fixed in ([\d.]+\d)/g)[0] ?? '?'
      const ours = all(versions, new RegExp(`"${name}": "([^"]+)"`, 'g'))[0] ?? '?'
      if (fixed !== ours && fixed !== '?')
        await files.edit('deploy/versions.json', [`"${name}": "${ours}"`, `"${name}": "${fixed}"`])
      rows.push(`| [${name}](${url}) | ${ours} | ${fixed} | ${all(page.text, /(CVE-\d+-\d+)/g)[0] ?? ''} |`)
    }
    await files.folder('docs/advisories')
    await files.write(
      'docs/advisories/week-48.md',
      `# Advisories, week 48\n\n| package | ours | fixed in | CVE |\n|---|---|---|---|\n${rows.join('\n')}\n`,
    )
    await files.read('deploy/versions.json')
    await gitOf(work).commit('Advisories of week 48\n\nhttp://advisories.example/feed')
  },
}

export const operations: AgentScript = {
  name: 'operations',
  tells: 'meta',
  servers: ['files', 'git', 'shell', 'slack', 'github', 'fetch', 'time', 'thinking'],
  tasks: [incident, restart, certificates, advisories, ...operationsUpkeep, disk],
}
