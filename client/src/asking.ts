import type { Page } from '@rendition/contract'
import { backoff, sleep } from './backoff.ts'
import { isProblem, NetworkError } from './problem.ts'

export interface Asking {
  signal?: AbortSignal
}

/** Which page of a list. */
export interface PageQuery {
  /** Items a page, 1 to 200. */
  limit?: number
  cursor?: string
}

/** All pages of a list, one after the other, each fetched when it is asked for. */
export async function* pagesOf<Query extends PageQuery, Item>(
  list: (query: Query, asking: Asking) => Promise<Page<Item>>,
  query: Query,
  asking: Asking,
): AsyncGenerator<Page<Item>, void, void> {
  let cursor = query.cursor
  do {
    const page = await list(cursor === undefined ? query : { ...query, cursor }, asking)
    yield page
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

/** Asks with growing pauses until `settled` says yes; faults that pass by themselves count as no answer. */
export async function untilSettled<T>(
  ask: () => Promise<T>,
  settled: (answer: T) => boolean,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await ask()
      if (settled(answer)) return answer
    } catch (error) {
      const passing =
        error instanceof NetworkError || (isProblem(error) && (error.status === 429 || error.status >= 500))
      if (!passing) throw error
    }
    await sleep(backoff(attempt, { firstMs: 250, mostMs: 10_000 }), signal)
  }
}
