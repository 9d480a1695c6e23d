// @module-tag slow/kills
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/platform/database/index.ts'
import { type Program, runProgram } from '../processes/program.ts'
import { processesWithin, processTree, runs } from '../processes/state.ts'

const writer = join(import.meta.dirname, 'insert-numbers.ts')
const acknowledged = ({ lines }: Program) => lines.filter((line) => /^\d+$/.test(line)).map(Number)

describe('the embedded database when its service is killed', () => {
  let folder: string
  const programs: Program[] = []
  const run = async (...args: string[]) => {
    const program = await runProgram(writer, [folder, ...args])
    programs.push(program)
    return program
  }

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'rendition-kill-')))
  })
  afterEach(async () => {
    for (const { child } of programs.splice(0)) child.kill('SIGKILL')
    await vi.waitFor(async () => expect(await processesWithin(folder)).toEqual([]), 15_000)
    await rm(folder, { recursive: true, force: true })
  })

  const open = () => openDatabase({ url: 'embedded:', folder, migrationsFolder: folder })

  it.each(['setpriv', 'guard'])('leaves no server behind (%s)', async (tie) => {
    const program = await run('0', tie)
    await program.says(/^5$/)
    expect((await processesWithin(join(folder, 'cluster'))).length).toBeGreaterThan(1)
    process.kill(program.pid, 'SIGKILL')
    await vi.waitFor(async () => expect(await processesWithin(folder)).toEqual([]), 10_000)
  })

  it('does not end its server at Ctrl-C, which reaches every process of the group', async () => {
    const program = await run('0')
    const server = Number((await program.says(/^server/)).split(' ')[1])
    const group = async (pid: number) => (await processGroup(pid)).group
    expect(await group(server)).not.toBe(await group(program.pid))
    expect((await processGroup(server)).session).toBe(await group(server))
  })

  it('keeps everything acknowledged over kill -9 of the service, or of service and server, at any moment', async () => {
    let next = 0
    let cycles = 0
    const sure = new Set<number>()
    // Half of them on a machine that takes long over each.
    for (const end = Date.now() + 30_000; cycles < 6 || (cycles < 12 && Date.now() < end); cycles += 1) {
      const program = await run(String(next))
      const server = Number((await program.says(/^server/)).split(' ')[1])
      await pause(Math.random() * 400)
      if (cycles % 2 === 1) process.kill(server, 'SIGKILL')
      process.kill(program.pid, 'SIGKILL')
      await program.exited
      for (const n of acknowledged(program)) sure.add(n)
      // The one in flight may be in or not.
      next = Math.max(next, ...sure) + 2
    }
    await verify(sure, await open())
  })

  it('starts again after kill -9 at any moment of the first start', async () => {
    for (let cycle = 0; cycle < 6; cycle += 1) {
      const program = await run('0')
      await Promise.race([pause(350 + Math.random() * 1_300), program.says(/^server/)])
      process.kill(program.pid, 'SIGKILL')
      await program.exited
    }
    const db = await open()
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
    await db.close()
    expect(await processesWithin(folder)).toEqual([])
  })

  it('takes over from a server that was left behind', async () => {
    const program = await run('0', 'guard')
    const server = Number((await program.says(/^server/)).split(' ')[1])
    const guard = (await processGroup(server)).parent
    // Nothing is left to tell the server to end: neither who waits for the end of the service, nor the service itself,
    // which would end the server before it starts another in the place of a guard that is gone.
    process.kill(program.pid, 'SIGSTOP')
    const guards = [guard]
    for (const pid of await processTree(guard))
      if (pid !== server && (await processGroup(pid)).parent === guard) guards.push(pid)
    expect(guards.length).toBe(2)
    for (const pid of guards) process.kill(pid, 'SIGKILL')
    process.kill(program.pid, 'SIGKILL')
    await program.exited
    expect(await runs(server)).toBe(true)
    const db = await open()
    expect(await runs(server)).toBe(false)
    await verify(new Set(acknowledged(program)), db)
  })
})

async function verify(sure: Set<number>, db: Database): Promise<void> {
  // Once by the index and once by the table itself.
  for (const plan of ['enable_seqscan', 'enable_indexscan']) {
    const rows = await db.transaction(async (tx) => {
      await tx.query(`set local ${plan} = off`)
      return tx.query<{ n: number }>('select n from numbers order by n')
    })
    const present = new Set(rows.map(({ n }) => n))
    expect([...sure].filter((n) => !present.has(n))).toEqual([])
  }
  await db.close()
}

async function processGroup(pid: number): Promise<{ parent: number; group: number; session: number }> {
  const { readFile } = await import('node:fs/promises')
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { parent: Number(fields[1]), group: Number(fields[2]), session: Number(fields[3]) }
}
