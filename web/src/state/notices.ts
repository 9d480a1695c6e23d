import { useEffect, useSyncExternalStore } from 'react'

/** Something that is said once, beside what is being looked at. */
export interface Notice {
  kind: 'done' | 'fault'
  text: string
  /** What can be done about it. */
  action?: { label: string; run: () => void }
  /** How long it can be read; some seconds unless given. */
  forMs?: number
}

const readers = new Set<(notice: Notice) => void>()

/** Says something to whoever looks at the page. */
export function notify(notice: Notice): void {
  for (const reader of readers) reader(notice)
}

/** Hears what is said from now on. */
export function useNotices(reader: (notice: Notice) => void): void {
  useEffect(() => {
    readers.add(reader)
    return () => void readers.delete(reader)
  }, [reader])
}

let spoken = ''
const listeners = new Set<() => void>()

/** Says something to people who do not see the page. */
export function announce(text: string): void {
  spoken = text
  for (const listener of listeners) listener()
}

/** What was announced last. */
export function useAnnouncement(): string {
  return useSyncExternalStore(subscribe, () => spoken)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
