import { useEffect, useSyncExternalStore } from 'react'

/** Something that is said once, beside what is being looked at. */
export interface Notice {
  kind: 'done' | 'fault'
  text: string
  /** What can be done about it. */
  action?: { label: string; run: () => void }
  /** How long it can be read; some seconds unless given. */
  forMs?: number
  /** Aborts when it is not true any more: it is taken back. */
  until?: AbortSignal
}

interface Reader {
  show: (notice: Notice) => void
  hide: () => void
}

const readers = new Set<Reader>()
/** Said before there was anything to show it by. */
let waiting: readonly Notice[] = []
const mostWaiting = 10
/** Shown as words alone, since what shows notices did not come. */
let plain: Notice | null = null
/** A live region has to stand for a moment before its text comes, or that is not read out. */
const regionMs = 150

/** Says something to whoever looks at the page. */
export function notify(notice: Notice): void {
  if (notice.until?.aborted === true) return
  notice.until?.addEventListener('abort', () => takeBack(notice), { once: true })
  for (const { show } of readers) show(notice)
  if (readers.size === 0) wait([...waiting, notice].slice(-mostWaiting))
}

/** What shows notices takes it back by itself. */
function takeBack(notice: Notice): void {
  if (plain === notice) plain = null
  wait(waiting.filter((other) => other !== notice))
}

/** Takes back what is shown, and what was going to be. */
export function forgetNotices(): void {
  for (const { hide } of readers) hide()
  plain = null
  wait([])
}

/** Hears what is said from now on, and what nobody heard yet. */
export function useNotices(show: Reader['show'], hide: Reader['hide']): void {
  useEffect(() => {
    const reader = { show, hide }
    const timer = setTimeout(() => {
      readers.add(reader)
      for (const notice of waiting) show(notice)
      plain = null
      wait([])
    }, regionMs)
    return () => {
      clearTimeout(timer)
      readers.delete(reader)
    }
  }, [show, hide])
}

/** What was said last of all that nobody heard yet. */
export function useWaitingNotice(): Notice | undefined {
  return useSyncExternalStore(subscribe, () => waiting.at(-1))
}

/** Nothing that shows notices came: the last one is shown as words, the others are over. */
export function sayPlainly(): void {
  plain = waiting.at(-1) ?? plain
  wait([])
}

/** What is shown as words alone. */
export function usePlainNotice(): Notice | null {
  return useSyncExternalStore(subscribe, () => plain)
}

const listeners = new Set<() => void>()

function wait(notices: readonly Notice[]): void {
  waiting = notices
  for (const listener of listeners) listener()
}

let spoken = ''

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
