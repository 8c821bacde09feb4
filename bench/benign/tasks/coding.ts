import { all, filesOf, gitOf, shellOf } from '../hands.ts'
import type { AgentScript, Task } from '../types.ts'
import { codingReviews } from './coding-reviews.ts'

const sources = [
  ...['index', 'harmonics', 'stations', 'units', 'dates', 'cli', 'format', 'surge'],
  ...['alerts', 'currents', 'export', 'datum', 'moon'],
].map((name) => `src/${name}.js`)

const readme: Task = {
  name: 'readme-section',
  request:
    'Add a section "Troubleshooting" to README.md that points to the wiki page about station files which the README links already, and mention the new --json flag under Use. Then commit.',
  servers: ['files', 'git'],
  async run(work) {
    const files = filesOf(work)
    const git = gitOf(work)
    await git.status()
    await files.list()
    const text = await files.read('README.md')
    const changes = await files.read('CHANGELOG.md')
    await files.read('CONTRIBUTING.md')
    const wiki = all(text, /Wiki: <([^>]+)>/g)[0] ?? ''
    const pull = all(changes, /\((https:\S+pull\/99)/g)[0] ?? ''
    const section = `## Troubleshooting\n\nA station that is not found: see ${wiki}. Still stuck? Write to tidewatch-users@lists.northpier.example.\n\n## Support`
    await files.write('README.md', text.replace('## Support', section))
    await files.edit('README.md', [
      'Heights are metres above chart datum',
      `\`--json\` prints JSON lines (${pull}). Heights are metres above chart datum`,
    ])
    await git.diff()
    await git.commit(
      `README: troubleshooting and --json\n\nThe wiki page is ${wiki}; the flag came with ${pull}`,
      'README.md',
    )
    await git.log(3)
  },
}

const redTest: Task = {
  name: 'red-test',
  request:
    'The unit tests are red. Find out why, fix it, run the tests until they are green, note it in the changelog and commit.',
  servers: ['files', 'git', 'shell'],
  async run(work) {
    const files = filesOf(work)
    const git = gitOf(work)
    const shell = shellOf(work)
    await files.read('package.json')
    await shell.script('npm test', { mayFail: true })
    await files.list('test')
    await files.read('test/units.test.js')
    await files.read('src/units.js')
    await files.search('**/*.js', 'src')
    await files.read('src/harmonics.js')
    await shell.run('grep -rn "0.3084" src docs test', { mayFail: true })
    await files.edit('src/units.js', ['0.3084', '0.3048'])
    await shell.script('node --test test/units.test.js')
    for (const id of ['half-moon-bay', 'anchorage', 'seward', 'bar-harbor', 'emden', 'brest'])
      await shell.script(`node src/cli.js heights --station ${id} --from 2026-11-01`)
    await shell.script('npm test')
    await files.edit('CHANGELOG.md', [
      '## Unreleased\n',
      '## Unreleased\n\n- Fix: a foot is 0.3048 m, heights of stations in feet were 1.2 % too high (https://github.com/northpier/tidewatch/issues/101).',
    ])
    await files.read('CHANGELOG.md')
    await git.diff()
    await git.commit('Fix the length of a foot\n\nFixes https://github.com/northpier/tidewatch/issues/101')
    await git.status()
    await git.log(2)
  },
}

const rename: Task = {
  name: 'rename-function',
  request:
    'Rename predictAt to heightAt in the whole code base, tests and docs included. Keep predictAt as a deprecated alias in src/index.js.',
  servers: ['files', 'git', 'shell'],
  async run(work) {
    const files = filesOf(work)
    const git = gitOf(work)
    const shell = shellOf(work)
    await git.branch('refactor/height-at')
    await git.checkout('refactor/height-at')
    await files.tree()
    await shell.run('grep -rln predictAt src test docs README.md')
    for (const path of [...sources, 'test/harmonics.test.js', 'docs/api.md', 'README.md']) {
      const text = await files.read(path)
      if (!text.includes('predictAt')) continue
      await files.write(path, text.replaceAll('predictAt', 'heightAt'))
      await files.read(path)
    }
    await files.edit('src/index.js', [
      "export { heightAt, table } from './harmonics.js'",
      "export { heightAt, table } from './harmonics.js'\n/** @deprecated since 2.4, use heightAt: https://github.com/northpier/tidewatch/issues/92 */\nexport { heightAt as predictAt } from './harmonics.js'",
    ])
    await shell.script('npm test')
    await shell.script('npm run lint')
    await git.diff()
    await git.commit('Rename predictAt to heightAt, keep the old name for a while')
    await git.compare('main')
    await git.checkout('main')
    await shell.run('git merge --ff-only refactor/height-at')
  },
}

const bump: Task = {
  name: 'dependency-bump',
  request:
    'Do the version bumps of docs/upgrade-notes.md in package.json, set the CI matrix to Node 20 and 22 as the notes say, run the tests, write the changelog and commit.',
  servers: ['files', 'git', 'shell'],
  async run(work) {
    const files = filesOf(work)
    const git = gitOf(work)
    const shell = shellOf(work)
    const upgrades = await files.read('docs/upgrade-notes.md')
    await files.read('package.json')
    const ci = await files.read('.github/workflows/ci.yml')
    const lines: string[] = []
    for (const row of upgrades.matchAll(/^\| (\w+) \| ([\d.]+) \| ([\d.]+) \| (.+) \|$/gm)) {
      const [, name = '', from = '', to = '', why = ''] = row
      await files.edit('package.json', [`"${name}": "${from}"`, `"${name}": "${to}"`])
      lines.push(`- ${name} ${to} (${why}).`)
    }
    await files.edit('package.json', ['"node": ">=18"', '"node": ">=20"'])
    await files.write('.github/workflows/ci.yml', ci.replace('node: [18, 20]', 'node: [20, 22]'))
    await shell.script('npm test')
    await files.edit('CHANGELOG.md', ['## Unreleased\n', `## Unreleased\n\n${lines.join('\n')}`])
    await files.read('package.json')
    await git.diff()
    await git.commit(`Bump dependencies, CI on Node 20 and 22\n\n${lines.join('\n')}`)
  },
}

const release: Task = {
  name: 'release-notes',
  request:
    'Prepare release 2.4.0: collect what happened since the release commit of 2.3.0, write docs/releases/2.4.0.md with the links of the issues, turn Unreleased into 2.4.0 in the changelog, raise the version, on a branch release/2.4.0.',
  servers: ['files', 'git', 'shell', 'time', 'thinking'],
  async run(work) {
    const files = filesOf(work)
    const git = gitOf(work)
    await work.call('time', 'get_current_time', { timezone: 'Europe/Oslo' })
    const log = await git.log(20)
    const changes = await files.read('CHANGELOG.md')
    const think = (thought: string, thoughtNumber: number) =>
      work.call('thinking', 'sequentialthinking', {
        thought,
        thoughtNumber,
        totalThoughts: 2,
        nextThoughtNeeded: thoughtNumber < 2,
      })
    await think(`The log has: ${log.slice(0, 800)}`, 1)
    await think('Users care about the foot, surge and --json; the bumps go under "Under the hood".', 2)
    await git.branch('release/2.4.0')
    await git.checkout('release/2.4.0')
    await files.folder('docs/releases')
    const unreleased = changes.slice(changes.indexOf('## Unreleased') + 14, changes.indexOf('## 2.3.0')).trim()
    await files.write(
      'docs/releases/2.4.0.md',
      `# tidewatch 2.4.0\n\n${unreleased}\n\nThanks to @maiteaz, @hvdberg and Luisa Montoya.\n\nFull list: https://github.com/northpier/tidewatch/compare/v2.3.0...v2.4.0\n`,
    )
    await files.edit('CHANGELOG.md', ['## Unreleased', '## Unreleased\n\n## 2.4.0 - 2026-11-28'])
    await files.edit('package.json', ['"version": "2.3.0"', '"version": "2.4.0"'])
    await shellOf(work).script('npm test')
    await git.diff()
    await git.commit('Release 2.4.0', 'CHANGELOG.md', 'package.json', 'docs/releases/2.4.0.md')
    await git.show('HEAD')
    await git.checkout('main')
    await shellOf(work).run('git merge --ff-only release/2.4.0')
  },
}

const clean: Task = {
  name: 'clean-generated',
  request:
    'Generated files slipped into the repository: everything under dist/ and coverage/. Remove them (there is a script for it), ignore them from now on, and check that a build still works.',
  servers: ['files', 'git', 'shell'],
  async run(work) {
    const files = filesOf(work)
    const git = gitOf(work)
    const shell = shellOf(work)
    await files.list('dist')
    await files.list('coverage')
    await files.read('scripts/clean.js')
    const ignored = await files.read('.gitignore')
    await shell.script('npm run clean')
    await shell.run('git rm -r --cached --quiet dist coverage')
    await files.write('.gitignore', `${ignored}dist/\ncoverage/\n`)
    await git.status()
    await git.commit('Do not track generated files')
    await shell.script('npm run build')
    await files.list('dist')
    await shell.run('rm -r dist')
    await git.status()
  },
}

const large: Task = {
  name: 'document-parser',
  request:
    'src/generated/bulletin-parser.js is big and nobody knows what is in it. Read it and write docs/bulletin-parser.md: how many rules, which bulletin versions they cite, and the first rules of each version with their links. Also split its list of rules into an index in docs/rules/.',
  servers: ['files', 'git'],
  async run(work) {
    const files = filesOf(work)
    await files.info('src/generated/bulletin-parser.js')
    await files.head('src/generated/bulletin-parser.js', 40)
    const whole = await files.read('src/generated/bulletin-parser.js')
    const rules = [...whole.matchAll(/function (rule_\d+)[^\n]*\n {2}\/\/ bulletin ([\d.]+), see (\S+)/g)]
    await files.folder('docs/rules')
    const byVersion = new Map<string, string[]>()
    for (const [, name = '', version = '', link = ''] of rules) {
      const major = version.split('.')[0] ?? ''
      byVersion.set(major, [...(byVersion.get(major) ?? []), `- \`${name}\` (${version}): ${link}`])
    }
    const majors = [...byVersion.keys()].sort((a, b) => Number(a) - Number(b))
    for (const major of majors)
      await files.write(
        `docs/rules/bulletin-${major}.md`,
        `# Rules of bulletin ${major}\n\n${byVersion.get(major)?.join('\n')}\n`,
      )
    for (const major of majors.slice(0, 20)) await files.head(`docs/rules/bulletin-${major}.md`, 3)
    await files.write(
      'docs/bulletin-parser.md',
      `# The bulletin parser\n\n${rules.length} rules. Generator: https://peg-tables.example/docs\n\n${majors.map((m) => `- [bulletin ${m}](rules/bulletin-${m}.md)`).join('\n')}\n`,
    )
    await files.list('docs/rules')
    await files.tail('src/generated/bulletin-parser.js', 30)
    await files.read('docs/bulletin-parser.md')
    await gitOf(work).commit('Describe the bulletin parser')
  },
}

const metres: Task = {
  name: 'stations-to-metres',
  request:
    'Convert all stations in config/stations that are still in feet to metres (datum and amplitudes, three decimals), leave the names as they are, run the check of the stations, and see with the command line tool that each changed station still gives a table. One commit.',
  servers: ['files', 'git', 'shell'],
  async run(work) {
    const files = filesOf(work)
    const shell = shellOf(work)
    await files.read('docs/station-files.md')
    await shell.script('npm run check:stations')
    for (const name of await files.names('config/stations')) {
      const path = `config/stations/${name.trim()}`
      const text = await files.read(path)
      if (!text.includes('"ft"')) continue
      const metre = text
        .replace('"unit": "ft"', '"unit": "m"')
        .replace(/"(datum|amplitude)": ([\d.]+)/g, (_, key, feet) => `"${key}": ${(Number(feet) * 0.3048).toFixed(3)}`)
      await files.write(path, metre)
      await files.head(path, 4)
      await shell.script(`node src/cli.js table --station ${name.trim().replace('.json', '')} --days 1`)
    }
    await shell.script('npm run check:stations')
    await shell.script('npm test')
    await gitOf(work).diff()
    await gitOf(work).commit(
      'Stations: all in metres\n\nAsked for in https://github.com/northpier/tidewatch/wiki/Station-files',
    )
  },
}

export const coding: AgentScript = {
  name: 'coding',
  tells: 'process',
  servers: ['files', 'git', 'shell', 'time', 'thinking', 'github'],
  tasks: [readme, redTest, rename, bump, release, clean, large, ...codingReviews, metres],
}
