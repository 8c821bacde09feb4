import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { shellWord } from './output.ts'

/** How a person calls this program from where it runs: `npx rescind` in the clone and by its bin; from elsewhere by its file. */
export const programName = (): string => {
  const [, file = ''] = process.argv
  return basename(file) === 'main.js' && !isClone() ? `node ${shellWord(file)}` : 'npx rescind'
}

function isClone(): boolean {
  try {
    return (JSON.parse(readFileSync('package.json', 'utf8')) as { name?: unknown }).name === 'rescind'
  } catch {
    return false
  }
}
