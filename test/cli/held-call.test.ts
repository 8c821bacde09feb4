import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { built } from '../support/build.ts'

test('what the README lets a newcomer try: the order of the file is held, the request is done', async () => {
  built()
  const program = fileURLToPath(new URL('../../tools/held-call.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [program])
  expect(stdout).toMatch(/archive@collector\.example.*\n.*It did not run/)
  expect(stdout).toMatch(/ann@acme\.example.*\n {2}Sent to ann@acme\.example/)
})
