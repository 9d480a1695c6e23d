import type { Page, Receipt } from '@rendition/contract'
import { type Asking, type PageQuery, pagesOf } from './asking.ts'
import type { Transport } from './transport.ts'

export interface ReceiptQuery extends PageQuery {
  kind?: Receipt['kind']
  /** The image, or the account. */
  subjectId?: string
  /** `everyone`: for administrators. */
  of?: 'me' | 'everyone'
}

/** The public keys that receipts are signed with. */
export interface ReceiptKeys {
  keys: { kty: string; crv: string; x: string; kid: string; alg: string; use: 'sig' }[]
}

/** Signed receipts of what was erased for good. `jws` is null until everything is gone, which takes a minute at least. */
export interface Receipts {
  list(query?: ReceiptQuery, asking?: Asking): Promise<Page<Receipt>>
  pages(query?: ReceiptQuery, asking?: Asking): AsyncGenerator<Page<Receipt>, void, void>
  get(id: string, asking?: Asking): Promise<Receipt>
  /** Of an account that is gone, by the secret that its erasing gave. 403 `link_invalid`. */
  claim(token: string, asking?: Asking): Promise<Receipt>
  /** Keep them beside a receipt that is to be shown without this installation. */
  keys(asking?: Asking): Promise<ReceiptKeys>
}

export function createReceipts({ json }: Transport): Receipts {
  const root = '/api/receipts'
  const list: Receipts['list'] = (query, { signal } = {}) =>
    json('ReceiptPage', { method: 'GET', path: root, query, signal })
  return {
    list,
    pages: (query = {}, asking = {}) => pagesOf(list, query, asking),
    get: (id, { signal } = {}) =>
      json('Receipt', { method: 'GET', path: `${root}/${encodeURIComponent(id)}`, signal }),
    claim: (token, { signal } = {}) =>
      json('Receipt', { method: 'POST', path: `${root}/claim`, body: { token }, anonymous: true, signal }),
    keys: ({ signal } = {}) =>
      json('Jwks', { method: 'GET', path: '/.well-known/receipt-keys.json', anonymous: true, signal }),
  }
}
