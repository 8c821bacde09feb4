import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Compiles what a child process of a test needs (Node 20 runs no TypeScript): every file of src and detectors that is newer than its
 * compiled form in dist, each on its own, without types, as `npm run build` would write it. A second or less.
 */
export function built(): void {
  const below = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  for (const name of [...below('src'), ...below('detectors')]) {
    if (!name.endsWith('.ts') || name.endsWith('.d.ts')) continue
    const source = join(root, name)
    const target = join(root, 'dist', name.replace(/\.ts$/, '.js'))
    if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) continue
    const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
      fileName: source,
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    })
    mkdirSync(dirname(target), { recursive: true })
    // Two test files may build at once: a file appears whole or not at all.
    const half = `${target}.${process.pid}`
    writeFileSync(half, outputText)
    renameSync(half, target)
  }
}
