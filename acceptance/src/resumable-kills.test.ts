// @module-tag slow/kills
import { expect, it } from 'vitest'
import { createApi } from './api.ts'
import { freePort } from './free-port.ts'
import { startService } from './service.ts'
import { noisyPicture, sendByTus, startBadLine } from './tus.ts'

it('an upload goes on when the service is killed and started again, and nothing that was acknowledged is sent twice', async () => {
  const service = await startService({ own: true, env: { PORT: await freePort() } })
  try {
    const account = await createApi(service.baseUrl).register()
    const picture = await noisyPicture(45_000_000)
    let acknowledged = 0
    let kills = 0
    let killing: Promise<void> = Promise.resolve()
    const resumedAt: number[] = []
    const { imageId } = await sendByTus(picture, {
      endpoint: `${service.baseUrl}/api/uploads`,
      token: () => account.accessToken,
      retryDelays: Array.from({ length: 200 }, () => 300),
      chunkSize: 3_000_000,
      onChunkComplete(_size, accepted) {
        acknowledged = accepted
        if (kills >= 3 || accepted < (kills + 1) * 9_000_000) return
        kills += 1
        // A moment later, in the middle of the next piece.
        killing = new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 40)).then(async () => {
          await service.kill9()
          await service.restart()
        })
      },
      onAfterResponse(request, response) {
        if (request.getMethod() === 'HEAD' && response.getStatus() === 200)
          resumedAt.push(Number(response.getHeader('Upload-Offset')) - acknowledged)
      },
    })
    await killing
    expect(kills).toBe(3)
    expect(resumedAt.length).toBeGreaterThan(0)
    for (const beyond of resumedAt) expect(beyond).toBeGreaterThanOrEqual(0)
    const api = createApi(service.baseUrl, account.accessToken)
    const image = await api.complete(imageId)
    const { bytes } = await api.get(image.sizes.original?.url ?? '')
    expect(bytes.equals(picture)).toBe(true)

    // And by a line that is cut, in one request each time, with the end of the last one lost.
    const line = await startBadLine(service.baseUrl, () => 1_000_000 + Math.random() * 12_000_000)
    const again = await sendByTus(picture, {
      endpoint: `${line.url}/api/uploads`,
      token: () => account.accessToken,
      parallelUploads: 2,
    })
    await line.close()
    const second = await api.complete(again.imageId)
    const got = await api.get(second.sizes.original?.url ?? '')
    expect(got.bytes.equals(picture)).toBe(true)
  } finally {
    await service.stop()
  }
}, 180_000)
