import type { JobMessage, Priority } from '@rendition/contract'

/** The lanes, in the order they are served. */
export const lanes = ['interactive', 'bulk'] as const satisfies readonly Priority[]

/** A message waiting in this process, and how often it has failed here. */
export interface Waiting {
  message: JobMessage
  failures: number
}

/**
 * A first-in first-out line whose head is taken in constant time; an array's `shift` moves every element once
 * it is longer than some 50,000, and a backlog of 100,000 jobs is an ordinary day.
 */
export class Line<T> {
  private items: (T | undefined)[] = []
  private head = 0

  get length(): number {
    return this.items.length - this.head
  }

  push(item: T): void {
    this.items.push(item)
  }

  shift(): T | undefined {
    if (this.head === this.items.length) return undefined
    const item = this.items[this.head]
    this.items[this.head] = undefined
    this.head += 1
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head)
      this.head = 0
    }
    return item
  }

  clear(): void {
    this.items = []
    this.head = 0
  }
}
