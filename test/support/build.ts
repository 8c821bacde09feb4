import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Compiles what a child process of a test needs (Node 20 runs no TypeScript): every file of src and detectors that is newer than its
 * compiled form in dist, each on its own, without types, as `npm run build` would write it; what is no TypeScript is copied.
 * A second or less.
 */
export function built(): void {
  const below = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  for (const name of [...below('src'), ...below('detectors')]) {
    const source = join(root, name)
    if (name.endsWith('.d.ts') || statSync(source).isDirectory()) continue
    const target = join(root, 'dist', name.replace(/\.ts$/, '.js'))
    if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) continue
    // Two test files may build at once: a file appears whole or not at all.
    const half = `${target}.${process.pid}`
    mkdirSync(dirname(target), { recursive: true })
    if (!name.endsWith('.ts')) {
      copyFileSync(source, half)
      renameSync(half, target)
      continue
    }
    const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
      fileName: source,
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    })
    writeFileSync(half, outputText)
    renameSync(half, target)
  }
}
