import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Account, type Api, createApi, refusal } from './api.ts'
import { ChecksumStack, noisyPicture, sendByTus, startBadLine } from './tus.ts'

/** By the client that everybody uses, to whatever is behind the address. */
let account: Account
let api: Api
let picture: Buffer
let endpoint: string
beforeAll(async () => {
  account = await createApi(inject('baseUrl')).register()
  api = createApi(inject('baseUrl'), account.accessToken)
  picture = await noisyPicture(9_000_000)
  endpoint = `${api.baseUrl}/api/uploads`
})
const token = () => account.accessToken

/** What the service has is what was sent, byte for byte. */
async function expectPicture(by: Api, imageId: string, bytes: Buffer): Promise<void> {
  const image = await by.complete(imageId)
  expect(image).toMatchObject({ status: 'complete', size: bytes.length, originalName: 'noise.png' })
  const { bytes: got } = await by.get(image.sizes.original?.url ?? '')
  expect(got.equals(bytes)).toBe(true)
}

describe('tus-js-client', () => {
  it('sends a picture in one request, and is told the image and its job', async () => {
    const { imageId, jobId } = await sendByTus(picture, { endpoint, token })
    await expectPicture(api, imageId, picture)
    expect(await api.ended(jobId)).toMatchObject({ status: 'complete', imageId })
  })

  it('sends several parts at once in pieces, each with its checksum', async () => {
    const stack = new ChecksumStack({})
    const { imageId } = await sendByTus(picture, {
      endpoint,
      token,
      chunkSize: 1_500_000,
      parallelUploads: 2,
      httpStack: stack,
    })
    expect(stack.summed).toBeGreaterThanOrEqual(6)
    await expectPicture(api, imageId, picture)
  })

  it('sends several parts at once, which become one', async () => {
    const { imageId } = await sendByTus(picture, { endpoint, token, parallelUploads: 3 })
    await expectPicture(api, imageId, picture)
  })

  it('does not say the length before the end', async () => {
    const { Readable } = await import('node:stream')
    const stream = Readable.from([picture.subarray(0, 4_000_000), picture.subarray(4_000_000)])
    const options = { endpoint, token, chunkSize: 2_000_000, uploadLengthDeferred: true }
    const { imageId } = await sendByTus(stream as unknown as Buffer, options)
    await expectPicture(api, imageId, picture)
  })

  it('goes on when the line is cut, wherever that is', async () => {
    const line = await startBadLine(api.baseUrl, () => 200_000 + Math.random() * 3_000_000)
    const { imageId } = await sendByTus(picture, { endpoint: `${line.url}/api/uploads`, token })
    expect(line.cuts()).toBeGreaterThan(1)
    await line.close()
    await expectPicture(api, imageId, picture)
  })

  it('goes on with a new token when the old one ends in the middle', async () => {
    const { username, password, ...first } = await createApi(api.baseUrl).register()
    let current = first.accessToken
    let refused = 0
    const { imageId } = await sendByTus(picture, {
      endpoint,
      token: () => current,
      chunkSize: 2_000_000,
      async onChunkComplete(_size, accepted) {
        if (accepted !== 4_000_000) return
        await api.anonymous().post('/api/auth/logout', { refreshToken: first.refreshToken })
      },
      onShouldRetry(error) {
        if (error.originalResponse?.getStatus() !== 401) return true
        refused += 1
        return true
      },
      async onBeforeRequest(request) {
        if (refused === 0 || current !== first.accessToken) return
        const { body } = await api
          .anonymous()
          .post<{ accessToken: string }>('/api/auth/login', { username, password })
        current = body.accessToken
        request.setHeader('Authorization', `Bearer ${current}`)
      },
    })
    await expectPicture(createApi(api.baseUrl, current), imageId, picture)
  })
})

describe('the protocol', () => {
  const tus = { 'tus-resumable': '1.0.0' }
  const bytesType = 'application/offset+octet-stream'

  it('lists what is unfinished, to its owner', async () => {
    const { headers } = await api.send('/api/uploads', {
      method: 'POST',
      headers: {
        ...tus,
        'upload-length': String(picture.length),
        'upload-metadata': 'filename bm9pc2UucG5n',
      },
    })
    const path = headers.get('location') ?? ''
    const piece = new Uint8Array(picture.subarray(0, 100_000))
    const more = { ...tus, 'upload-offset': '0', 'content-type': bytesType }
    const sent = await api.send(path, { method: 'PATCH', body: piece, headers: more })
    expect([sent.status, sent.headers.get('upload-offset')]).toEqual([204, '100000'])
    const { body } = await api.get<{ items: unknown[] }>('/api/uploads')
    expect(body.items).toMatchObject([
      { url: path, originalName: 'noise.png', offset: 100_000, length: picture.length, kind: 'whole' },
    ])
    const stranger = await createApi(api.baseUrl).signedIn()
    for (const method of ['HEAD', 'PATCH', 'DELETE']) {
      const headers = method === 'PATCH' ? more : tus
      const answer = await fetch(api.baseUrl + path, {
        method,
        headers: { ...headers, authorization: `Bearer ${stranger.account.accessToken}` },
        ...(method === 'PATCH' ? { body: piece } : {}),
      })
      expect(answer.status, method).toBe(404)
    }
    expect((await api.send(path, { method: 'DELETE', headers: tus })).status).toBe(204)
    expect((await api.get<{ items: unknown[] }>('/api/uploads')).body.items).toEqual([])
  })

  it('refuses a text before the rest of it is sent', async () => {
    const { headers } = await api.send('/api/uploads', {
      method: 'POST',
      headers: { ...tus, 'upload-length': '50000000' },
    })
    const answer = await api.send(headers.get('location') ?? '', {
      method: 'PATCH',
      headers: { ...tus, 'upload-offset': '0', 'content-type': bytesType },
      body: new Uint8Array(Buffer.alloc(200_000, 'a text ')),
    })
    expect(refusal(answer)).toBe('415 unsupported_media_type')
    const early = { ...tus, 'upload-length': String(2 ** 40) }
    expect(refusal(await api.send('/api/uploads', { method: 'POST', headers: early }))).toBe(
      '413 file_too_large',
    )
    expect(refusal(await api.send('/api/uploads', { method: 'POST' }))).toBe('412 tus_version')
  })

  it('says what it is able to do to anybody', async () => {
    const { status, headers } = await api.anonymous().send('/api/uploads', { method: 'OPTIONS' })
    expect([status, headers.get('tus-version')]).toEqual([204, '1.0.0'])
    expect(headers.get('tus-extension')).toContain('concatenation')
  })
})
