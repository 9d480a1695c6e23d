import type { Deed, Doer, Outcome } from '../audit.ts'
import type { Reach } from '../reach.ts'

export type Row = Record<string, unknown>
export type Value = string | number | bigint | boolean | Date | Buffer | null | readonly unknown[] | object

/** Anything that runs a statement: the pool, or one transaction. Rooms pass it on so that their writes join. */
export interface Queryable {
  /**
   * Runs one parameterised statement and gives its rows. int8 comes as number (exact below 2^53),
   * timestamptz as Date, jsonb parsed, bytea as Buffer. With `name`, the statement is prepared once per connection.
   * Errors: Failure `unavailable` when the server cannot be reached; `UniqueViolation` for 23505; else as thrown.
   */
  query<T extends Row = Row>(text: string, values?: readonly Value[], name?: string): Promise<T[]>
}

export interface Transaction extends Queryable {
  readonly inTransaction: true
}

/**
 * Holds an account for the rest of the transaction: it is not erased before that ends. Throws `token_invalid` when it is
 * gone or going. Whoever writes something of an account's calls this first in the same transaction, however long ago the
 * caller was verified; accounts are another room's, so the wiring hands it in.
 */
export type HoldOwner = (tx: Transaction, ownerId: string) => Promise<void>

/** Whether whoever has the account may do anything: it is there, and not disabled. For what works without a credential. */
export type IsAccountOpen = (db: Queryable, ownerId: string) => Promise<boolean>

/**
 * The audit as the rooms see it. An entry is written in the transaction that does the act: what is done is in it, and what is not
 * done is not. The audit is another room's, so the wiring hands it in.
 */
export interface Deeds {
  /** Gives the id of the entry. */
  record(tx: Transaction, doer: Doer, deed: Deed): Promise<string>
  /** Adds to what an entry says became of the act: by its id, or by what it says was done to what. */
  addTo(tx: Transaction, entry: string | Pick<Deed, 'action' | 'targetId'>, outcome: Outcome): Promise<void>
  /** What people wrote goes from the entries about what is deleted for good; that there was something stays. */
  forget(tx: Queryable, targetIds: readonly string[]): Promise<void>
}

/** For rooms that are made without an audit. */
export const noDeeds: Deeds = { record: async () => '', addTo: async () => {}, forget: async () => {} }

/** PostgreSQL, embedded or remote. Rooms own their SQL in `store.ts`; nothing here hides the dialect. */
export interface Database extends Queryable {
  readonly reach: Reach
  /** Runs `work` in one transaction (read committed); commits when it resolves, rolls back when it throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Calls `onNotify` for every NOTIFY on `channel`, re-listening after a lost connection; gives an unsubscribe. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>
  /** Applies pending migrations under an advisory lock; safe from any number of processes at once. */
  migrate(): Promise<{ applied: string[] }>
  /** Resolves when a statement can be answered within a second, else throws. */
  check(): Promise<void>
  close(): Promise<void>
}

/** A unique constraint refused the row; `constraint` is its name. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation'
  readonly constraint: string
  constructor(constraint: string, cause: unknown) {
    super(`unique constraint ${constraint}`, { cause })
    this.constraint = constraint
  }
}
