import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type Terminal, UsageError } from '../command.ts'
import { progressLine } from './progress-line.ts'

/** What became of one record. */
export interface Outcome {
  /** As the report names it. */
  subject: string
  is: string
  /** Why, or what was left out. */
  note?: string | undefined
  /** Further facts for the report. */
  facts?: Readonly<Record<string, unknown>>
}

/** Counts what became of records, shows how far things are, and keeps what has to be said at the end. */
export interface Tally {
  /** Counts beside the work how many records come, so that a bar says how far it is; without, or until then, numbers do. */
  expect(records: AsyncIterable<unknown> | number): void
  add(outcome: Outcome): Promise<void>
  count(is: string): number
  /** Says what was refused and left out, then the counts. */
  end(words: readonly (readonly [is: string, words: string])[]): Promise<void>
}

/** Notes that are said at the end; all of them stand in the report. */
const mostNotes = 100
const redrawMs = 100

/** Without what a terminal would obey, or show as another line: files of strangers are called as these like. */
const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')

/** `reportFile` gets one JSON object a line, as it happens. It may be none of `inputs`, which it would empty. */
export async function openTally(
  terminal: Terminal,
  said: readonly string[],
  reportFile: string | undefined,
  inputs: readonly (string | undefined)[],
): Promise<Tally> {
  const counts = new Map<string, number>()
  const notes: string[] = []
  let noted = 0
  let drawnAt = 0
  const began = performance.now()
  // What an earlier run took passes in no time, but many of them in minutes.
  let passing = 0
  let addedAt = began
  let total: number | null = null
  let over = false
  const report = reportFile === undefined ? null : await openReport(reportFile, inputs)
  // Also between two lines, such as a disk that is full: told by the next one instead of ending the process.
  let broken: Error | null = null
  report?.on('error', (error) => {
    broken ??= error
  })
  const throwBroken = (): void => {
    if (broken !== null) throw broken
  }

  const countAll = async (records: AsyncIterable<unknown>): Promise<void> => {
    let count = 0
    for await (const _ of records) {
      if (over) return
      count += 1
    }
    total = count
  }

  return {
    expect(records) {
      if (typeof records === 'number') total = records
      // What cannot be listed is told by who takes it.
      else if (terminal.redraw !== null) void countAll(records).catch(() => {})
    },
    async add({ subject, is, note, facts }) {
      const now = performance.now()
      if (is === 'known') passing += now - addedAt
      addedAt = now
      counts.set(is, (counts.get(is) ?? 0) + 1)
      if (said.includes(is) || note !== undefined) {
        noted += 1
        if (notes.length < mostNotes)
          notes.push(printable(`${subject}: ${is}${note === undefined ? '' : `, ${note}`}`))
      }
      if (report !== null) {
        const line = `${JSON.stringify({ subject, is, ...(note === undefined ? {} : { note }), ...facts })}\n`
        throwBroken()
        if (!report.write(line)) await once(report, 'drain')
      }
      if (terminal.redraw === null || performance.now() - drawnAt < redrawMs) return
      drawnAt = performance.now()
      terminal.redraw(progressLine({ counts, total, ms: performance.now() - began - passing }))
    },
    count: (is) => counts.get(is) ?? 0,
    async end(words) {
      over = true
      terminal.redraw?.('')
      for (const note of notes) terminal.err(note)
      if (noted > notes.length) terminal.err(`and ${noted - notes.length} more; --report FILE holds them all`)
      const parts = words.flatMap(([is, text]) => {
        const count = counts.get(is) ?? 0
        return count === 0 ? [] : [`${count} ${text}`]
      })
      terminal.out(parts.length === 0 ? 'There was nothing to import.' : `${parts.join(', ')}.`)
      if (report === null) return
      throwBroken()
      report.end()
      await once(report, 'close')
      throwBroken()
    },
  }
}

async function openReport(file: string, inputs: readonly (string | undefined)[]): Promise<WriteStream> {
  const there = await stat(file).catch(() => null)
  for (const input of inputs) {
    const read = input === undefined ? null : await stat(input).catch(() => null)
    if (there !== null && read !== null && there.dev === read.dev && there.ino === read.ino)
      throw new UsageError(`--report ${file} is what is read; name another file`)
  }
  const stream = createWriteStream(file, { mode: 0o600 })
  await once(stream, 'open')
  return stream
}
