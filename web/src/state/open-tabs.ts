/** Which tabs of this browser have uploads of their own, so that no other takes those over. */
export interface OpenTabs {
  /** This one's name. */
  readonly id: string
  /** Says that this one has some, until `leave`. */
  enter(): Promise<void>
  leave(): void
  /** Those that have some, this one included; and nobody else asks meanwhile, where the browser can see to that. */
  whileAlone<T>(work: (open: ReadonlySet<string>) => Promise<T>): Promise<T>
}

const prefix = 'rendition.uploads.'
/** Another tab answers within this, unless it is frozen. */
const answerMs = 300

export function openTabs(): OpenTabs {
  const id = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36)).join('')
  // In pages that are neither on https nor on localhost there are no locks.
  return navigator.locks === undefined ? byWord(id) : byLock(id, navigator.locks)
}

/** A lock is held for as long as its tab lives, however that ends. Not longer than needed: a page that holds one is not kept for Back. */
function byLock(id: string, locks: LockManager): OpenTabs {
  let release: (() => void) | null = null
  return {
    id,
    enter: () =>
      new Promise((resolve) => {
        if (release !== null) return resolve()
        let free = (): void => undefined
        const held = new Promise<void>((end) => {
          free = end
        })
        release = free
        locks
          .request(prefix + id, () => {
            resolve()
            return held
          })
          .catch(() => resolve())
      }),
    leave() {
      release?.()
      release = null
    },
    whileAlone: (work) =>
      locks.request(`${prefix}taking-over`, async () => {
        const { held = [] } = await locks.query()
        const names = held.flatMap(({ name }) =>
          name?.startsWith(prefix) ? [name.slice(prefix.length)] : [],
        )
        return work(new Set([id, ...names]))
      }) as never,
  }
}

/** By asking around. */
function byWord(id: string): OpenTabs {
  let channel: BroadcastChannel | null = null
  const open = (): BroadcastChannel => {
    const opened = new BroadcastChannel(`${prefix}tabs`)
    opened.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === 'who?') opened.postMessage(id)
    }
    return opened
  }
  return {
    id,
    async enter() {
      channel ??= open()
    },
    leave() {
      channel?.close()
      channel = null
    },
    async whileAlone(work) {
      const names = new Set([id])
      const asking = new BroadcastChannel(`${prefix}tabs`)
      asking.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'string' && data !== 'who?') names.add(data)
      }
      asking.postMessage('who?')
      await new Promise((resolve) => setTimeout(resolve, answerMs))
      asking.close()
      return work(names)
    },
  }
}
