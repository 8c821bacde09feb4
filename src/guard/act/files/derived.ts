import { type Ground, landingOf, normalPath } from './paths.ts'

/**
 * What a compiler, a test runner, a package manager or a desktop makes again from what lies beside it, by the names that they give it: byte
 * code, object files, caches, installed dependencies and environments, lock and swap files. Not what people give such names too: `dist`,
 * `build`, `out`.
 */
const made =
  /^(?:__pycache__|.*\.py[cod]|.*\.class|.*\.(?:o|obj|gcda|gcno|gcov|tsbuildinfo|swp|swo|orig|rej|hi|beam|elc)|.*~|node_modules|bower_components|\.(?:pytest|mypy|ruff|parcel|sass|turbo|eslint|stylelint|ipynb|hypothesis|rpt2)[-_]?(?:cache|checkpoints)?|\.?venv|cmakefiles|cmake-build-[\w-]+|\.(?:terraform|terragrunt-cache|stack-work|cache|tox|nox|eggs|next|nuxt|nyc_output|gradle|coverage|ds_store|eslintcache|stylelintcache|svelte-kit|angular|dart_tool)|.*\.egg-info|htmlcov|thumbs\.db)$/i

/** What builds are told to put in, and people call so too: made again where a build ran, or the project says that it is not kept. */
const built = /^(?:_?build|dist|out|output|target|bin|obj|_site|site|public|coverage|debug|release|generated|vendor)$/i

export const isBuiltName = (path: string): boolean => built.test(lastStep(path))
const lastStep = (path: string): string => path.replace(/\/+$/, '').split('/').at(-1) ?? ''

/** What a build leaves, by the name under which that is remembered. */
export const builtAs = (name: string): string => `built ${name.toLowerCase()}`

/** The names of folders that hold what a build makes which a list of what is not kept (`.gitignore`) has. */
export const builtIn = (list: string): string[] =>
  list
    .split(/\n|\\n|"/, 2000)
    .map((line) => line.trim().replace(/^\/|\/\*{0,2}$/g, ''))
    .filter((line) => built.test(line))

/** What a build, told nothing else, leaves in a project. */
export const usual = ['build', 'dist', 'target', 'bin', 'obj'] as const

/** A name, or a pattern of names, that stands for nothing else. */
export const isDerivedName = (pattern: string): boolean => {
  const name = lastStep(pattern)
  // `*.pyc` and `*.py[co]`: any beginning, one of some letters.
  return made.test(name.replace(/\[([a-z])[a-z]*\]/gi, '$1').replace(/^\*+/, 'x')) || made.test(name)
}

/** Something under the roots that is made again: to remove it destroys nothing. */
export function isDerived(path: string, ground: Ground): boolean {
  if (ground.roots.length === 0 || landingOf(path, ground).in !== 'inside') return false
  return normalPath(path)
    .split('/')
    .some((step, at, all) => isDerivedName(step) && (at === all.length - 1 || !step.startsWith('*')))
}
