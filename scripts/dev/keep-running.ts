import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { type FSWatcher, watch } from 'node:fs'

export interface KeepRunningOptions {
  start(): ChildProcess
  /** Folders and files whose change starts it anew. */
  watched: readonly string[]
  /** Milliseconds without a change before it is: editors write several files, and some twice. */
  quietMs?: number
  say?(text: string): void
}

/**
 * Keeps a process running: started anew when something changes, the old one having ended in order first. One that ends by
 * itself waits for the next change, which may be the one that mends it.
 */
export function keepRunning({ start, watched, quietMs = 150, say = () => undefined }: KeepRunningOptions): {
  close(): Promise<void>
} {
  let child: ChildProcess | null = null
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let turn: Promise<void> = Promise.resolve()

  const begin = (): void => {
    const started = start()
    child = started
    started.once('close', (code) => {
      if (child !== started) return
      child = null
      if (!closed) say(`ended with ${code}; waiting for a change`)
    })
  }
  const end = async (): Promise<void> => {
    const running = child
    child = null
    if (running === null || running.exitCode !== null || running.signalCode !== null) return
    const gone = once(running, 'close')
    running.kill('SIGTERM')
    await gone
  }
  const changed = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      turn = turn.then(async () => {
        if (closed) return
        say('changed; starting anew')
        await end()
        if (!closed) begin()
      })
    }, quietMs)
  }

  const watchers: FSWatcher[] = watched.map((path) => watch(path, { recursive: true }, changed))
  begin()
  return {
    async close() {
      closed = true
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
      await turn
      await end()
    },
  }
}
