import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLocalLog } from '../../../src/edges/lmdb/open-local-log.ts'
import { wallClock } from '../../../src/runtime/wall-clock.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

/** A disk of a few MiB; undefined where this user may mount none. */
function smallDisk(): { directory: string; grow(): void } | undefined {
  const directory = join(temporaryDirectory(), 'disk')
  mkdirSync(directory)
  const mount = (...options: string[]) => execFileSync('mount', [...options, directory], { stdio: 'ignore' })
  try {
    mount('-t', 'tmpfs', '-o', 'size=6m', 'tmpfs')
  } catch {
    return undefined
  }
  onTestFinished(() => void execFileSync('umount', ['-l', directory]))
  return { directory, grow: () => mount('-o', 'remount,size=64m') }
}

test('the probe fails while records find no room, though a small write fits, and passes when there is room again', async ({
  skip,
}) => {
  const disk = smallDisk()
  if (disk === undefined) return skip('this user may mount no disk')
  const log = await openLocalLog({ directory: join(disk.directory, 'log'), clock: wallClock })
  await log.createTopics([{ name: 't', partitions: 1 }])
  const takes = (bytes: number) =>
    log.append([{ topic: 't', key: 'k', value: 'x'.repeat(bytes) }]).then(
      () => true,
      () => false,
    )
  await log.probe()
  while (await takes(100_000));
  while (await takes(1000));
  for (let i = 0; i < 3; i++)
    await expect(log.probe()).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED', retry: 'later' })
  disk.grow()
  await log.probe()
  expect(await takes(100_000)).toBe(true)
  await log.probe()
  await log.close()
}, 60_000)
