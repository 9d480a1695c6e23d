import type { RoleName } from './server-config.ts'

/** What a process stands on, by the names of `/ready`. `cache` stands for all that lies at CACHE_URL. */
export type PartName = 'database' | 'storage' | 'queue' | 'cache'

/** Nothing can be answered without it; or what is left undone while it is away. */
export type Need = 'needed' | { without: string }
const without = (what: string): Need => ({ without: what })
const counted = 'limits are counted by each process for itself'

/**
 * What each role does with each part; a part that is not named is not opened. A process is unready only where it could
 * answer nothing: everything else it says to each request, and a balancer that took it away would make a slower answer
 * none at all.
 */
const needs: Readonly<Record<Exclude<RoleName, 'gateway'>, Partial<Record<PartName, Need>>>> = {
  auth: {
    database: 'needed',
    storage: without('accounts that have images are not erased'),
    cache: without(counted),
  },
  api: {
    database: 'needed',
    storage: without('nothing is uploaded'),
    queue: without('jobs wait'),
    cache: without(`events are late, results that are not saved are not given, ${counted}`),
  },
  delivery: {
    database: 'needed',
    storage: 'needed',
    cache: without(`more pictures are rendered, ${counted}`),
  },
  // Nobody asks it anything: it is ready when it can work.
  worker: {
    database: 'needed',
    storage: 'needed',
    queue: 'needed',
    cache: without('others hear late of what was done, transformations that are not saved wait'),
  },
}

const inOrder: readonly PartName[] = ['database', 'storage', 'queue', 'cache']

/**
 * What a process with these roles needs of each part that it opens: the most that any of its roles does. A worker
 * beside roles that answer takes nothing from them.
 */
export function needsOf(roles: readonly RoleName[]): ReadonlyMap<PartName, Need> {
  const asked = roles.filter((role) => role !== 'gateway')
  const answering = asked.filter((role) => role !== 'worker')
  const found = new Map<PartName, Need>()
  for (const role of asked) {
    for (const [name, need] of Object.entries(needs[role]) as [PartName, Need][]) {
      const mine =
        role === 'worker' && answering.length > 0 && need === 'needed' ? without('no jobs run') : need
      found.set(name, most(found.get(name), mine))
    }
  }
  return new Map(
    inOrder.flatMap((name) => {
      const need = found.get(name)
      return need === undefined ? [] : [[name, need] as const]
    }),
  )
}

function most(before: Need | undefined, now: Need): Need {
  if (before === undefined || before === 'needed') return before ?? now
  if (now === 'needed' || now.without === before.without) return now
  const all = [before, now].flatMap((need) => need.without.split(', '))
  return without([...new Set(all)].join(', '))
}
