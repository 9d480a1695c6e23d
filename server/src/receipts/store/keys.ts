import type { Queryable } from '../../platform/database/port.ts'
import type { PublicReceiptKey } from '../signing-key.ts'

export async function keepPublicKey(db: Queryable, key: PublicReceiptKey): Promise<void> {
  await db.query('insert into receipt_keys (kid, x) values ($1, $2) on conflict do nothing', [key.kid, key.x])
}

/** Of all keys that ever signed, the newest first. Each change of the secrets makes one. */
export async function listPublicKeys(db: Queryable, limit: number): Promise<PublicReceiptKey[]> {
  return db.query<PublicReceiptKey & Record<string, unknown>>(
    'select kid, x from receipt_keys order by created_at desc limit $1',
    [limit],
  )
}
