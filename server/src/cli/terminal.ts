import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
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
          // Some terminals do not say how wide they are.
          stderr.write(text.slice(0, Math.max((stderr.columns || 80) - 1, 20)))
        }
      : null,
    ask: stdin.isTTY && stderr.isTTY ? askHidden : null,
    stdin,
  }
}

/** Reads one line without showing it. Rejects when the input ends or Ctrl-C is pressed. */
async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  // As a terminal, so that the line is edited here and the kernel does not echo it.
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  process.stderr.write(question)
  try {
    const over = new Promise<never>((_resolve, reject) => {
      lines.once('SIGINT', () => reject(new Error('interrupted')))
      lines.once('close', () => reject(new Error('The input ended before the answer.')))
    })
    return await Promise.race([lines.question(''), over])
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
