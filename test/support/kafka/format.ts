import { spawn } from 'node:child_process'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Java {
  java: string
  classpath: string
  options: readonly string[]
}

/** Kafka’s `format` with further arguments: what a new cluster begins with. Answers the path of its bootstrap.checkpoint, in `part`. */
export async function format(
  { java, classpath, options }: Java,
  part: string,
  args: readonly string[] = [],
): Promise<string> {
  const data = join(part, 'data')
  const properties = join(part, 'format.properties')
  writeFileSync(
    properties,
    [
      'process.roles=broker,controller',
      'node.id=1',
      'controller.quorum.voters=1@127.0.0.1:1',
      'listeners=PLAINTEXT://127.0.0.1:2,CONTROLLER://127.0.0.1:1',
      'controller.listener.names=CONTROLLER',
      `log.dirs=${data}`,
    ].join('\n'),
  )
  const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error']
  const command = ['kafka.tools.StorageTool', 'format', '-t', 'AAAAAAAAAAAAAAAAAAAAAA', '-c', properties]
  await run(java, [...quick, ...options, '-cp', classpath, ...command, ...args])
  const checkpoint = join(part, 'bootstrap.checkpoint')
  renameSync(join(data, 'bootstrap.checkpoint'), checkpoint)
  rmSync(data, { recursive: true })
  rmSync(properties)
  return checkpoint
}

/** Runs a program to its end; fails with all it said. */
export function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += chunk
      })
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}:\n${said}`)),
    )
  })
}
