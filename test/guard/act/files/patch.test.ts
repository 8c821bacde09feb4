import { describe, expect, it } from 'vitest'
import { readPatch } from '../../../../src/guard/act/files/patch.ts'
import { actOf, describeTool } from '../../../../src/guard/act/index.ts'

const context = { roots: ['/work/proj'], home: '/home/me' }
const act = (name: string, args: unknown) => actOf(describeTool({ name }), args, context)
const unified = (path: string, line: string) => `--- a/${path}\n+++ b/${path}\n@@ -1 +1,2 @@\n a\n+${line}\n`
const git = (path: string, line: string) =>
  `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${line}\n`
const envelope = (path: string, line: string) => `*** Begin Patch\n*** Add File: ${path}\n+${line}\n*** End Patch`
const context5 = (path: string, line: string) =>
  `*** ${path}\t2026-01-01\n--- ${path}\t2026-01-02\n***************\n*** 1 ****\n--- 1,2 ----\n  a\n+ ${line}\n`
const blocks = (path: string, line: string) =>
  `${path}\n\`\`\`\n<<<<<<< SEARCH\na\n=======\n${line}\n>>>>>>> REPLACE\n\`\`\``
const svn = (path: string, line: string) =>
  `Index: ${path}\n====\n--- ${path}\t(revision 1)\n+++ ${path}\t(w)\n+${line}\n`
const forms = { unified, git, envelope, context: context5, blocks, svn }

describe('a patch', () => {
  it.each(Object.entries(forms))('%s: names its file and what comes in', (_, form) => {
    const [change, ...more] = readPatch(form('src/a.ts', 'b = 1'))
    expect(change?.path).toBe('src/a.ts')
    expect(change?.added.trim()).toBe('b = 1')
    expect(more).toEqual([])
  })

  it('takes several files, new names and what goes', () => {
    const text = `${git('a.ts', 'x')}diff --git a/b.ts b/c.ts\nrename from b.ts\nrename to c.ts\n--- a/d.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-d\n`
    expect(readPatch(text).map(({ path, removes }) => [path, removes === true])).toEqual([
      ['a.ts', false],
      ['c.ts', false],
      ['d.ts', true],
    ])
    const moved =
      '*** Begin Patch\n*** Update File: a.ts\n*** Move to: b.ts\n@@\n-a\n+b\n*** Delete File: c.ts\n*** End Patch'
    expect(readPatch(moved).map(({ path, removes }) => [path, removes === true])).toEqual([
      ['a.ts', false],
      ['b.ts', false],
      ['c.ts', true],
    ])
  })

  it('is not every text with marks in it', () => {
    for (const text of [
      '- a\n- b\n+ c',
      '# Title\n\n---\n\ntext\n***\nmore',
      'a <<<<<<< b',
      '1 + 2 - 3',
      '```\n@@ x\n```',
    ])
      expect([text, readPatch(text)]).toEqual([text, []])
  })

  it('hostile ones end soon', () => {
    for (const line of ['--- a\n', '+++ a\n', 'diff --git a b\n', '*** Add File: a\n', '<<<<<<<\n', 'Index: a\n'])
      expect(readPatch(line.repeat(50_000)).length).toBeLessThanOrEqual(200)
    for (const piece of [' ', '.', 'a/', '`'])
      for (const head of ['--- a\n+++ ', '*** Add File: ', '<<<<<<<\n'])
        expect(readPatch(`${head}${piece.repeat(200_000)}\n>>>>>>>\n`).length).toBeLessThanOrEqual(1)
  })
})

describe('a tool that carries out a patch writes the files that it names', () => {
  it.each(Object.entries(forms))('%s', (_, form) => {
    for (const path of ['AGENTS.md', '.github/workflows/x.yml', '.git/hooks/pre-commit', '.vscode/tasks.json'])
      expect([path, act('apply_patch', { input: form(path, 'x y z') }).sink]).toEqual([path, 'persistence'])
    expect(act('apply_patch', { input: form('src/a.ts', 'x') }).sink).toBe('own')
    expect(act('git_apply', { diff: form('../other/a.ts', 'x') }).sink).toBe('irreversible')
  })

  it('only what is written where it acts later is an order', () => {
    const { parts, sink } = act('apply_patch', { input: unified('src/a.ts', 'b') + unified('AGENTS.md', 'hold on') })
    expect(sink).toBe('persistence')
    expect(parts.filter(({ role }) => role === 'command').map(({ text }) => text)).toEqual(['hold on'])
    expect(parts.filter(({ role }) => role === 'selector').map(({ text }) => text)).toEqual(['AGENTS.md'])
  })

  it('a patch that is sent, kept or looked at is a text', () => {
    const text = unified('AGENTS.md', 'x')
    expect(act('send_email', { to: 'a@host.example', body: text }).sink).toBe('outward')
    expect(act('write_file', { path: 'fix.patch', content: text }).sink).toBe('own')
    expect(act('add_comment', { issue: 4, body: text }).sink).toBe('shared')
    expect(act('explain_diff', { diff: text }).sink).toBe('look')
  })

  it('in a shell too, from the line itself or by a pipe', () => {
    const bash = (command: string) => act('bash', { command }).sink
    for (const line of [
      `git apply <<'X'\n${git('AGENTS.md', 'x')}X`,
      `cat <<'X' | patch -p1\n${unified('AGENTS.md', 'x')}X`,
      `printf '%s' '${unified('AGENTS.md', 'x')}' | git apply -`,
      `apply_patch <<'X'\n${envelope('AGENTS.md', 'x')}\nX`,
      "ed -s AGENTS.md <<'X'\n$a\nx\n.\nw\nX",
      "perl -pi -e 's/a/b/' AGENTS.md",
    ])
      expect([line, bash(line)]).toEqual([line, 'persistence'])
    expect(bash(`git apply <<'X'\n${git('src/a.ts', 'x')}X`)).toBe('own')
    expect(bash('git apply --check fix.patch')).toBe('look')
    expect(bash('patch -p1 < fix.patch')).toBe('own')
    expect(bash('curl -s https://host.example/p | git apply')).toBe('execution')
    expect(actOf(describeTool({ name: 'bash' }), { command: 'git apply fix.patch' }, context).runs).toEqual([
      '/work/proj/fix.patch',
    ])
  })
})

describe('a push of files writes them', () => {
  const push = (files: unknown, name = 'push_files') =>
    act(name, { owner: 'corp', repo: 'app', branch: 'fix', message: 'Fix it', files })

  it('whatever shape they have', () => {
    expect(push([{ path: 'AGENTS.md', content: 'x' }]).sink).toBe('persistence')
    expect(push({ '.gitlab-ci.yml': 'x' }).sink).toBe('persistence')
    expect(push([{ path: 'src/a.ts', content: 'x' }]).sink).toBe('outward')
    const tree = [{ path: '.husky/pre-commit', mode: '100755', content: 'x' }]
    expect(act('create_tree', { owner: 'corp', repo: 'app', tree }).sink).toBe('persistence')
    expect(act('apply_edits', { edits: '[{"file":"CLAUDE.md","newText":"x"}]' }).sink).toBe('persistence')
  })

  it('by an API of the repository too', () => {
    const put = (path: string, method = 'PUT') =>
      act('http_request', {
        method,
        url: `https://api.host.example/repos/o/r/contents/${path}`,
        body: '{"content":"x"}',
      })
    expect(put('.github/workflows/x.yml').sink).toBe('persistence')
    expect(put('AGENTS%2Emd').sink).toBe('persistence')
    expect(put('src/a.ts').sink).toBe('outward')
    const command = 'curl -X PUT https://api.host.example/contents/CLAUDE.md -d @x.json'
    expect(act('bash', { command }).sink).toBe('persistence')
    expect(act('bash', { command: 'curl https://host.example/AGENTS.md' }).sink).toBe('look')
  })

  it('what each is to hold is an order only where it stays; the message is none', () => {
    const { parts } = push([
      { path: '.vscode/tasks.json', content: '{"tasks":[]}' },
      { path: 'src/a.ts', content: 'x = 1' },
    ])
    expect(parts.filter(({ role }) => role === 'command').map(({ text }) => text)).toEqual(['{"tasks":[]}'])
    expect(parts.filter(({ role }) => role === 'payload').map(({ text }) => text)).toEqual(
      expect.arrayContaining(['Fix it', 'src/a.ts', 'x = 1']),
    )
  })

  it('a file that goes along with a message is only sent', () => {
    const attachments = [{ filename: 'AGENTS.md', content: 'x' }]
    expect(act('send_email', { to: 'a@host.example', body: 'see', attachments }).sink).toBe('outward')
    expect(act('share_file', { path: 'AGENTS.md', with: 'ann' }).sink).toBe('outward')
  })

  it('code of others that such a file takes in is looked for by itself', () => {
    const taken = act('write_file', { path: '.github/workflows/x.yml', content: '- uses: lark/cache@v9' }).parts
    expect(taken).toContainEqual(expect.objectContaining({ role: 'command', text: 'lark/cache@v9' }))
    const plain = act('write_file', { path: 'src/x.yml', content: '- uses: lark/cache@v9' }).parts
    expect(plain.map(({ text }) => text)).not.toContain('lark/cache@v9')
  })
})

describe('code writes where it acts later', () => {
  const code = (text: string) => act('run_python', { code: text }).sink
  it.each([
    'open("AGENTS.md", "w").write("x")',
    'p = ".github/workflows/x.yml"\nwith open(p, mode="a") as f:\n  f.write("x")',
    '(Path(".github") / "workflows" / "x.yml").write_text("x")',
    'open(os.path.join(".git", "hooks", "pre-commit"), "w")',
    "fs.writeFileSync('.vscode/tasks.json', '{}')",
    "await fs.promises.appendFile(path.join(root, 'AGENTS.md'), 'x')",
    'shutil.copy("x.sh", ".git/hooks/post-merge")',
    'File.open("CLAUDE.md", "a") { |f| f.puts "x" }',
    "file_put_contents('.gitlab-ci.yml', 'x');",
    'os.WriteFile(".cursor/rules/a.mdc", []byte("x"), 0644)',
    'Files.writeString(Path.of("AGENTS.md"), "x");',
  ])('%s', (text) => {
    expect(code(text)).toBe('persistence')
  })
  it.each([
    'print(open("AGENTS.md").read())',
    'd = yaml.safe_load(open(".github/workflows/ci.yml")); open("report.md", "w").write(str(d))',
    'path = "AGENTS.md"; s = Path(path).read_text(); Path("notes.md").write_text(s)',
    'open("src/a.ts", "w").write("x")',
  ])('not: %s', (text) => {
    expect(code(text)).toBe('execution')
  })
})
