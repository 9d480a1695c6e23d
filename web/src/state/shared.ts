import { isProblem, type SharedPages } from '@rendition/client'
import type { Shared, SharedImage } from '@rendition/contract'
import { explainError } from './explain-error.ts'
import { explainUpload } from './explain-upload.ts'

/** Where a guest stands with a share. */
export type SharedPhase = 'loading' | 'locked' | 'open' | 'ended' | 'gone' | 'fault'

export interface SharedState {
  phase: SharedPhase
  share: Shared['share']
  images: readonly SharedImage[]
  /** Whether there are more than these. */
  hasMore: boolean
  /** What went wrong last, in words; null when nothing did. */
  fault: string | null
  /** Files that are being added: how many are through, of how many. */
  sending: { done: number; all: number } | null
  rejected: readonly { name: string; why: string }[]
}

export interface SharedStore {
  state(): SharedState
  subscribe(listener: () => void): () => void
  /** Begins, and begins again after a fault. */
  load(): Promise<void>
  unlock(password: string): Promise<void>
  more(): Promise<void>
  /** The pictures anew, with URLs that work now; what is shown stays until they are there. */
  refresh(): Promise<void>
  add(files: readonly File[]): Promise<void>
}

export interface SharedParts {
  pages: SharedPages
  token: string
  /** Sends one file, as far as that takes. */
  send(file: File, pass: string | undefined): Promise<void>
  /** Where the pass is kept over a reload, for this tab. */
  passes: Pick<Storage, 'getItem' | 'setItem'>
}

const pageSize = 100
const passKey = 'rendition.share-pass'

const empty: SharedState = {
  phase: 'loading',
  share: null,
  images: [],
  hasMore: false,
  fault: null,
  sending: null,
  rejected: [],
}

/**
 * One share, as its guest sees it. What asks the service goes one after the other, so that no answer is overtaken by one to
 * an earlier question.
 */
export function createSharedStore({ pages, send, token, passes }: SharedParts): SharedStore {
  const listeners = new Set<() => void>()
  let state = empty
  let cursor: string | null = null
  let pass = readPass(passes, token)
  let last: Promise<void> = Promise.resolve()

  const set = (change: Partial<SharedState>): void => {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }
  /** A share that ended meanwhile takes everything of it along. */
  const fail = (error: unknown): void => {
    const ended = phaseOf(error)
    if (ended === null)
      set({ fault: explainError(error), phase: state.share === null ? 'fault' : state.phase })
    else set({ ...empty, phase: ended })
  }
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work).catch(fail)
    return last
  }
  /** As many as are shown already, from the first on. */
  const readAnew = async (atLeast: number): Promise<void> => {
    const looked = await pages.look(token, { pass })
    if (looked.locked) return set({ ...empty, phase: 'locked' })
    const images: SharedImage[] = []
    let next: string | null = null
    do {
      const query: { limit: number; cursor?: string } =
        next === null ? { limit: pageSize } : { limit: pageSize, cursor: next }
      const page = await pages.images(token, query, { pass })
      images.push(...page.items)
      next = page.nextCursor
    } while (next !== null && images.length < atLeast)
    cursor = next
    set({ phase: 'open', share: looked.share, images, hasMore: next !== null, fault: null })
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    load: () =>
      inTurn(async () => {
        if (state.phase === 'fault') set({ phase: 'loading', fault: null })
        await readAnew(1)
      }),
    unlock: (password) =>
      inTurn(async () => {
        set({ fault: null })
        try {
          pass = (await pages.unlock(token, password)).pass
        } catch (error) {
          if (phaseOf(error) !== null) throw error
          return set({ fault: explainError(error) })
        }
        keepPass(passes, token, pass)
        await readAnew(1)
      }),
    more: () =>
      inTurn(async () => {
        if (cursor === null) return
        const page = await pages.images(token, { limit: pageSize, cursor }, { pass })
        cursor = page.nextCursor
        // One that moved to a later place meanwhile is not shown twice.
        const shown = new Set(state.images.map(({ id }) => id))
        const images = [...state.images, ...page.items.filter(({ id }) => !shown.has(id))]
        set({ images, hasMore: page.nextCursor !== null, fault: null })
      }),
    refresh: () => inTurn(() => readAnew(state.images.length)),
    async add(files) {
      if (files.length === 0 || state.sending !== null) return
      set({ sending: { done: 0, all: files.length }, rejected: [] })
      for (const [index, file] of files.entries()) {
        try {
          await send(file, pass)
        } catch (error) {
          const ended = phaseOf(error)
          if (ended !== null) return set({ ...empty, phase: ended })
          set({ rejected: [...state.rejected, { name: file.name, why: explainUpload(error) }] })
        }
        set({ sending: { done: index + 1, all: files.length } })
      }
      set({ sending: null })
      // To the end, where what was added stands.
      await inTurn(() => readAnew(state.images.length + files.length))
    },
  }
}

function phaseOf(error: unknown): SharedPhase | null {
  if (!isProblem(error)) return null
  if (error.code === 'share_locked') return 'locked'
  if (error.code === 'share_expired') return 'ended'
  return error.code === 'not_found' ? 'gone' : null
}

/** The store may be closed to this page (private browsing): then a reload asks for the password again. */
function readPass(passes: SharedParts['passes'], token: string): string | undefined {
  try {
    const kept = passes.getItem(passKey) ?? ''
    return kept.startsWith(`${token} `) ? kept.slice(token.length + 1) : undefined
  } catch {
    return undefined
  }
}

function keepPass(passes: SharedParts['passes'], token: string, pass: string): void {
  try {
    passes.setItem(passKey, `${token} ${pass}`)
  } catch {
    // It holds until the page is left.
  }
}

/** Pictures that were added a moment ago have no sizes yet. */
export const isMaking = ({ share, images }: Pick<SharedState, 'share' | 'images'>): boolean =>
  // Of an original nothing has to be made.
  share?.sizes.some((name) => name !== 'original') === true &&
  images.some(({ sizes }) => Object.keys(sizes).every((name) => name === 'original'))
