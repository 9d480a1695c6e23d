import type { Queryable } from '../../platform/database/port.ts'
import { findRendition, findRenditionPairs } from '../store/renditions.ts'
import type { Rendition } from '../types.ts'

interface Wish {
  imageId: string
  key: string
  settle(row: Rendition | null): void
  fail(error: unknown): void
}

/** Statements of this kind at once: a page of hundreds would take every connection of the pool, and others would wait. */
const atOnce = 2
const longestBatch = 500

/**
 * Looks up entries one by one while few ask, and all that meanwhile came in one statement when many do. No answer is
 * older than its question.
 */
export function createFinder(db: Queryable): (imageId: string, key: string) => Promise<Rendition | null> {
  const waiting: Wish[] = []
  let running = 0

  const ask = async (wishes: readonly Wish[]): Promise<void> => {
    const [only, ...others] = wishes
    if (only === undefined) return
    try {
      if (others.length === 0) {
        only.settle(await findRendition(db, only.imageId, only.key))
        return
      }
      const rows = new Map<string, Rendition>()
      for (const row of await findRenditionPairs(db, wishes)) rows.set(`${row.imageId}/${row.key}`, row)
      for (const { imageId, key, settle } of wishes) settle(rows.get(`${imageId}/${key}`) ?? null)
    } catch (error) {
      for (const { fail } of wishes) fail(error)
    }
  }
  const next = (): void => {
    while (running < atOnce && waiting.length > 0) {
      running += 1
      void ask(waiting.splice(0, longestBatch)).finally(() => {
        running -= 1
        next()
      })
    }
  }

  return (imageId, key) =>
    new Promise((settle, fail) => {
      waiting.push({ imageId, key, settle, fail })
      next()
    })
}
