/** `npm start`: builds what is stale, then starts in this process. */
const { ppid } = process
await import('./fresh.mjs')

// npm hands a signal to its shell, and the shell to nobody: a monitor whose shell is gone was meant to stop.
setInterval(() => {
  if (process.ppid !== ppid) process.kill(process.pid, 'SIGTERM')
}, 500).unref()

process.argv.splice(2, 0, 'start')
await import('../dist/src/cli/main.js')
