import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** As whom the server runs. PostgreSQL refuses to run as root, so root hands it to an ordinary account. */
export interface ServerAccount {
  uid: number
  gid: number
  /** What the server needs to pass through folders of root. */
  passage: Passage | undefined
}

export interface Passage {
  /** `+dac_read_search` or `+dac_override`. */
  capability: string
  /**
   * For setpriv. access(2) forgets the capabilities of whoever is not root unless this bit is set, and PostgreSQL asks by
   * it whether its own programs may be run: below `/root` none started. Empty where this process may not set it.
   */
  securebits: readonly string[]
}

const capabilities = [
  { name: 'dac_read_search', bit: 2n },
  // Containers mostly have this one and not the narrower one above.
  { name: 'dac_override', bit: 1n },
]
/** Its bit in the kernel's masks: the right to change secure bits. */
const setpcap = 8n

/**
 * Undefined unless this process is root. Else the owner of `dataFolder` when it exists, or the accounts `postgres`
 * or `nobody`. When that account cannot reach one of `paths` (a data folder or a clone below `/root`), the server
 * keeps the right to pass through folders, and nothing else of root's.
 */
export async function serverAccount(
  dataFolder: string,
  paths: readonly string[],
): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(dataFolder).catch(() => undefined)
  const ids = owner === undefined || owner.uid === 0 ? await ordinaryAccount() : owner
  const passable = await Promise.all(paths.map((path) => reaches(ids, path)))
  const passage = passable.every(Boolean) ? undefined : await ownPassage()
  if (passage === undefined && !passable.every(Boolean)) {
    throw new Error(
      `PostgreSQL does not run as root, and the account it would run as (uid ${ids.uid}) cannot reach ` +
        `${paths.filter((_, at) => !passable[at]).join(' and ')}. Start Rendition as an ordinary user who owns its ` +
        'data folder.',
    )
  }
  return { uid: ids.uid, gid: ids.gid, passage }
}

async function ordinaryAccount(): Promise<{ uid: number; gid: number }> {
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = entries.find(([entry]) => entry === name) ?? []
    if (uid !== undefined && gid !== undefined && Number(uid) > 0)
      return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is neither an account "postgres" nor "nobody" to run it as. ' +
      'Start Rendition as an ordinary user, or set DATABASE_URL to a server.',
  )
}

/** Whether an account without special rights may pass through every folder above `path`. */
async function reaches(ids: { uid: number; gid: number }, path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const info = await stat(folder).catch(() => undefined)
    if (info !== undefined) {
      const bit = info.uid === ids.uid ? 0o100 : info.gid === ids.gid ? 0o010 : 0o001
      if ((info.mode & bit) === 0) return false
    }
    if (folder === dirname(folder)) return true
  }
}

async function ownPassage(): Promise<Passage | undefined> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`)
  const found = capabilities.find(({ bit }) => (held >> bit) & 1n)
  if (found === undefined) return undefined
  const maySetBits = ((held >> setpcap) & 1n) === 1n
  return { capability: `+${found.name}`, securebits: maySetBits ? ['--securebits=+no_setuid_fixup'] : [] }
}
