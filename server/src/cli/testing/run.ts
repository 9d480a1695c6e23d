import { Readable } from 'node:stream'
import { runCli } from '../index.ts'

export interface Ran {
  code: number
  /** Lines of stdout and stderr, joined. */
  out: string
  err: string
  /** What an interactive terminal would have redrawn. */
  drawn: string[]
}

/** Runs one command line in this process; `answers` are typed in turn by somebody at the terminal. */
export async function run(
  words: readonly string[],
  environment: Record<string, string> = {},
  input: Uint8Array | string = '',
  answers: string[] | null = null,
  onDrawn: (text: string) => void = () => {},
): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const drawn: string[] = []
  const code = await runCli(
    words,
    { RENDER_PROCESSES: '1', ...environment },
    {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      redraw: (text) => {
        drawn.push(text)
        onDrawn(text)
      },
      ask: answers && (async () => answers.shift() ?? ''),
      stdin: Readable.from([Buffer.from(input)]),
    },
  )
  return { code, out: out.join('\n'), err: err.join('\n'), drawn }
}
