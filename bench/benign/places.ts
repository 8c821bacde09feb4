import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
/** The checkout, whether this runs from `dist` or from the sources. */
const root = resolve(here, here.includes('/dist/') ? '../../..' : '../..')
/** Texts and lists of tools lie beside the sources only. */
export const benign = join(root, 'bench/benign')
export const cli = join(root, 'dist/src/cli/main.js')
export const standIn = join(root, 'dist/bench/benign/stand-in.js')
export const runner = join(root, 'dist/bench/benign/run-tasks.js')
export const modules = join(root, 'node_modules')
export const lab =
  process.env.RESCIND_MCP_LAB ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'rescind', 'mcp-lab')
export const chromium = process.env.RESCIND_CHROMIUM ?? '/usr/bin/chromium'
