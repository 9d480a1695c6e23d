import { readdir, readFile } from 'node:fs/promises'

/** A process and all that descend from it. */
async function familyOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>()
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const family = [pid]
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child)
  }
  return family
}

/** Freezes a server with every process it has started; gives what thaws it. */
export async function freeze(pid: number): Promise<() => void> {
  const frozen = await familyOf(pid)
  for (const member of frozen) process.kill(member, 'SIGSTOP')
  return () => {
    for (const member of frozen) {
      try {
        process.kill(member, 'SIGCONT')
      } catch {
        // It has gone meanwhile.
      }
    }
  }
}
