import type { Problem } from '@rendition/contract'
import { expect } from 'vitest'
import type { User } from '../../../test/works.ts'

export const bytesType = 'application/offset+octet-stream'

export interface Sent {
  status: number
  headers: Headers
  body: Problem
}

export const metadataOf = (fields: Record<string, string>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')

/** The last segment of an upload's path. */
export const idOf = (path: string): string => path.split('/').at(-1) ?? ''

/** Requests of tus 1.0 over a network; `origin` is asked at each. */
export function createTusClient(origin: () => string) {
  async function send(
    user: Pick<User, 'headers'>,
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Buffer,
  ): Promise<Sent> {
    const answer = await fetch(origin() + path, {
      method,
      headers: { 'tus-resumable': '1.0.0', ...user.headers, ...headers },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    })
    const text = await answer.text()
    return {
      status: answer.status,
      headers: answer.headers,
      body: (text === '' ? {} : JSON.parse(text)) as Problem,
    }
  }
  async function create(user: User, headers: Record<string, string>): Promise<string> {
    const made = await send(user, 'POST', '/api/uploads', headers)
    expect([made.status, made.body]).toEqual([201, {}])
    return made.headers.get('location') ?? ''
  }
  return {
    send,
    create,
    begin: (user: User, bytes: Buffer, fields: Record<string, string> = { filename: 'photo.png' }) =>
      create(user, { 'upload-length': String(bytes.length), 'upload-metadata': metadataOf(fields) }),
    patch: (user: User, path: string, offset: number, body: Buffer, more: Record<string, string> = {}) =>
      send(
        user,
        'PATCH',
        path,
        { 'content-type': bytesType, 'upload-offset': String(offset), ...more },
        body,
      ),
    get: async <T>(user: User, path: string): Promise<T> =>
      (await fetch(origin() + path, { headers: user.headers })).json() as Promise<T>,
  }
}
