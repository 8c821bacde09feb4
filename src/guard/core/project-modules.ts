import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Programs } from '../act/index.ts'

/** Where a project keeps its modules: at its root, or in a folder for sources. */
const folders = ['', 'src', 'lib'] as const
const moduleName = /^[A-Za-z_]\w{0,63}$/

/** The modules that lie under the roots when they are asked for: an interpreter finds these before any that are installed. */
export const modulesUnder = (roots: readonly string[]): Programs => ({
  has: (name) =>
    moduleName.test(name) &&
    roots.some((root) =>
      folders.some((folder) => [name, `${name}.py`].some((file) => existsSync(join(root, folder, file)))),
    ),
})
