import { type Ground, landingOf, normalPath } from './paths.ts'

/**
 * What a compiler, a test runner, a package manager or a desktop makes again from what lies beside it, by the names that they give it: byte
 * code, object files, caches, installed dependencies, lock and swap files. Not what people give such names too: `dist`, `build`, `out`.
 */
const made =
  /^(?:__pycache__|.*\.py[cod]|.*\.class|.*\.(?:o|obj|gcda|gcno|gcov|tsbuildinfo|swp|swo|orig|rej|hi|beam|elc)|.*~|node_modules|bower_components|\.(?:pytest|mypy|ruff|parcel|sass|turbo|eslint|stylelint|ipynb|hypothesis|rpt2)[-_]?(?:cache|checkpoints)?|\.(?:cache|tox|nox|eggs|next|nuxt|nyc_output|gradle|coverage|ds_store|eslintcache|stylelintcache|svelte-kit|angular|dart_tool)|.*\.egg-info|htmlcov|thumbs\.db)$/i

/** A name, or a pattern of names, that stands for nothing else. */
export const isDerivedName = (pattern: string): boolean => {
  const name = pattern.replace(/\/+$/, '').split('/').at(-1) ?? ''
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
