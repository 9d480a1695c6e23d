import type { Export, ExportRequest, Page } from '@rendition/contract'
import { type Asking, type PageQuery, pagesOf } from './asking.ts'
import type { Transport } from './transport.ts'

/** ZIPs of what the account has. `url` of a ready one is a link to download: it needs no credential. */
export interface Exports {
  list(query?: PageQuery, asking?: Asking): Promise<Page<Export>>
  pages(query?: PageQuery, asking?: Asking): AsyncGenerator<Page<Export>, void, void>
  get(id: string, asking?: Asking): Promise<Export>
  /** Of everything without a selection; `preparing` until its job is done. */
  create(request?: ExportRequest, asking?: Asking): Promise<Export>
  /** The images stay. */
  remove(id: string, asking?: Asking): Promise<void>
}

export function createExports({ json, send }: Transport): Exports {
  const root = '/api/exports'
  const pathOf = (id: string): string => `${root}/${encodeURIComponent(id)}`
  const list: Exports['list'] = (query, { signal } = {}) =>
    json('ExportPage', { method: 'GET', path: root, query, signal })
  return {
    list,
    pages: (query = {}, asking = {}) => pagesOf(list, query, asking),
    get: (id, { signal } = {}) => json('Export', { method: 'GET', path: pathOf(id), signal }),
    create: (body = {}, { signal } = {}) => json('Export', { method: 'POST', path: root, body, signal }),
    async remove(id, { signal } = {}) {
      await send({ method: 'DELETE', path: pathOf(id), signal })
    },
  }
}
