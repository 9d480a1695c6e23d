import type { Terminal } from './command.ts'

/** The terminal of this process. A line that is redrawn is cleared before anything else is written. */
export function processTerminal(): Terminal {
  const { stdout, stderr, stdin } = process
  let drawn = false
  const clear = (): void => {
    if (drawn) stderr.write('\r\u001b[2K')
    drawn = false
  }
  return {
    out(line) {
      clear()
      stdout.write(`${line}\n`)
    },
    err(line) {
      clear()
      stderr.write(`${line}\n`)
    },
    redraw: stderr.isTTY
      ? (text) => {
          clear()
          drawn = text !== ''
          stderr.write(text.slice(0, Math.max(stderr.columns - 1, 20)))
        }
      : null,
    stdin,
  }
}
