import type { AuditAction, AuditEntry, Page } from '@rendition/contract'
import { expect, vi } from 'vitest'
import { jpeg } from '../../src/images/testing/pictures.ts'
import { zipOf } from '../../src/images/testing/zip.ts'
import { openWholeHouse, type WholeHouse } from '../whole-house.ts'

export interface Account {
  id: string
  name: string
  headers: Record<string, string>
}

/** What is sent: fields of a form, bytes of an upload, or JSON. */
type Body = FormData | Buffer | object | undefined

export interface Answer<T = Record<string, never>> {
  status: number
  headers: Headers
  body: T
  /** Names the call in the audit. */
  requestId: string
}

/** What an act leaves in the audit. */
export interface Left {
  action: AuditAction
  answer: Answer<unknown>
  /** null for a guest and for whoever has no account. */
  by: Account | null
  targetId?: string | null | undefined
  ownerId?: string
  /** Before and after, or what it is or was. */
  details: Record<string, unknown>
}

export const password = 'correct horse'
/** A password, secrets and addresses that were sent: none of it may stand in the audit. */
export const secrets = [password, 'another battery', 'hook-secret-path', 'guests may in']

/** The whole house with an administrator and somebody, who call it by HTTP. */
export interface Stage {
  house: WholeHouse
  admin: Account
  ann: Account
  picture: Buffer
  call<T = { id: string }>(
    method: string,
    path: string,
    by: Account | null,
    body?: Body,
    more?: Record<string, string>,
  ): Promise<Answer<T>>
  /** Entries that a call left, when there are any. */
  entriesOf(answer: Answer<unknown>): Promise<AuditEntry[]>
  join(): Promise<Account>
  form(name?: string): FormData
  archive(): FormData
  /** A new image of ann's. */
  image(): Promise<string>
  /** Waits until its renditions are there. */
  ready(id: string): Promise<void>
  close(): Promise<void>
}

let calls = 0
let names = 0

export async function openStage(): Promise<Stage> {
  const house = await openWholeHouse({ env: { NEW_PASSWORD_CHECKS: 'false' } })
  const picture = await jpeg(90, 60)

  const call: Stage['call'] = async <T>(
    method: string,
    path: string,
    by: Account | null,
    body?: Body,
    more: Record<string, string> = {},
  ) => {
    calls += 1
    const requestId = `call-${calls}`
    const sent =
      body instanceof FormData || body === undefined
        ? body
        : Buffer.isBuffer(body)
          ? body
          : JSON.stringify(body)
    const json = typeof sent === 'string' ? { 'content-type': 'application/json' } : {}
    const answer = await fetch(house.url + path, {
      method,
      headers: { 'x-request-id': requestId, ...json, ...by?.headers, ...more },
      ...(sent === undefined ? {} : { body: Buffer.isBuffer(sent) ? new Uint8Array(sent) : sent }),
    })
    const text = await answer.text()
    const isJson = /json/.test(answer.headers.get('content-type') ?? '') && text !== ''
    return {
      status: answer.status,
      headers: answer.headers,
      body: (isJson ? JSON.parse(text) : {}) as T,
      requestId,
    }
  }
  const join = async (): Promise<Account> => {
    names += 1
    const name = `user${names}`
    const made = await call<{ accessToken: string; user: { id: string } }>(
      'POST',
      '/api/auth/register',
      null,
      {
        username: name,
        password,
      },
    )
    expect(made.status).toBe(201)
    return { id: made.body.user.id, name, headers: { authorization: `Bearer ${made.body.accessToken}` } }
  }
  const admin = await join()
  const ann = await join()
  const form = (name = 'a.jpg'): FormData => {
    const filled = new FormData()
    filled.set('image', new Blob([new Uint8Array(picture)]), name)
    return filled
  }
  return {
    house,
    admin,
    ann,
    picture,
    call,
    join,
    form,
    archive() {
      const filled = new FormData()
      filled.set('archive', new Blob([new Uint8Array(zipOf([{ name: 'b.jpg', data: picture }]))]), 'a.zip')
      return filled
    },
    async entriesOf({ requestId }) {
      const page = await call<Page<AuditEntry>>('GET', '/api/admin/audit?limit=50', admin)
      return page.body.items.filter((entry) => entry.requestId === requestId)
    },
    async image() {
      const made = await call('POST', '/api/images', ann, form())
      expect(made.status).toBe(201)
      return made.body.id
    },
    ready: (id) =>
      vi.waitFor(
        async () => {
          const { body } = await call<{ status: string }>('GET', `/api/images/${id}`, ann)
          expect(body.status).toBe('complete')
        },
        { timeout: 30_000, interval: 50 },
      ),
    close: () => house.close(),
  }
}
