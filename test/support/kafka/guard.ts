import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'

/** Reads `+ pid` and `- pid`; when its input ends, kills what is left and removes the directory. */
const script = `
trap '' HUP INT TERM
pids=
while read -r sign pid; do
  case $sign in
    +) pids="$pids $pid" ;;
    -) left=
       for each in $pids; do [ "$each" = "$pid" ] || left="$left $each"; done
       pids=$left ;;
  esac
done
for each in $pids; do kill -KILL "$each"; done
tries=0
until rm -rf "$1" || [ $tries -ge 20 ]; do tries=$((tries + 1)); sleep 0.1; done
`

export interface Guard {
  watch(pid: number): void
  forget(pid: number): void
  /** Resolves when the directory is gone. */
  end(): Promise<void>
}

/** Sees to it that children and their directory do not outlive this process, however it ends: its end closes the guard’s input. */
export function startGuard(directory: string): Guard {
  const child = spawn('/bin/sh', ['-c', script, 'guard', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  const gone = once(child, 'exit')
  child.stdin.on('error', () => {})
  // Neither keeps this process alive.
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
  return {
    watch: (pid) => void child.stdin.write(`+ ${pid}\n`),
    forget: (pid) => void child.stdin.write(`- ${pid}\n`),
    async end() {
      child.ref()
      child.stdin.end()
      await gone
    },
  }
}
