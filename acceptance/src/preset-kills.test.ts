// @module-tag slow/kills
import type { PresetStateView } from '@rendition/contract'
import { expect, it, vi } from 'vitest'
import { createApi, type ImageBody } from './api.ts'
import { jpeg } from './pictures.ts'
import { startService } from './service.ts'

it('presets that are being made when the service is killed are made to the end, and those of before are given meanwhile', async () => {
  const service = await startService({ own: true, env: { WORKER_CONCURRENCY: '1', RENDER_PROCESSES: '1' } })
  try {
    const account = await createApi(service.baseUrl).register()
    const api = () => createApi(service.baseUrl, account.accessToken)
    const bytes = await jpeg(600, 400)
    const ids: string[] = []
    for (let n = 0; n < 40; n += 1) {
      const { body } = await api().upload([{ name: `${n}.jpg`, bytes }])
      ids.push(body.id)
    }
    for (const id of ids) await api().complete(id)
    const state = async () => (await api().get<PresetStateView>('/api/presets')).body
    const match = async () => (await api().get('/api/presets')).headers.get('etag') ?? ''
    const sized = (name: string, width: number) => ({ name, parameters: { width: String(width) } })
    const change = async (presets: object[]) =>
      api().send('/api/presets', {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'if-match': await match() },
        body: JSON.stringify({ presets }),
      })
    const started = await change([sized('small', 300), sized('medium', 500), sized('tall', 200)])
    expect(started.status).toBe(202)
    let kills = 0
    let most = 0
    await vi.waitFor(
      async () => {
        const { coming, version } = await state()
        if (coming !== null) {
          expect(coming.done).toBeGreaterThanOrEqual(0)
          // The set of before, however much of the next is there
          const { sizes } = (await api().get<ImageBody>(`/api/images/${ids[0]}`)).body
          if ((await state()).version === 1) expect(sizes.small?.width).toBe(480)
        }
        if (coming !== null && kills < 3 && coming.done > most && coming.done < coming.total) {
          most = coming.done
          kills += 1
          await service.kill9()
          await service.restart()
        }
        expect([version, coming]).toEqual([2, null])
      },
      { timeout: 150_000, interval: 100 },
    )
    expect(kills).toBeGreaterThan(0)
    const allAreOfSetTwo = async () => {
      for (const id of ids) {
        const { sizes } = (await api().get<ImageBody>(`/api/images/${id}`)).body
        expect(Object.entries(sizes).map(([name, { width }]) => [name, width])).toEqual([
          ['small', 300],
          ['medium', 500],
          ['tall', 200],
          ['original', 600],
        ])
      }
    }
    await allAreOfSetTwo()

    // Gone back while another is being made, and killed before and behind it.
    expect((await change([sized('small', 250), sized('wide', 400)])).status).toBe(202)
    const isHalfMade = async () => expect((await state()).coming?.done).toBeGreaterThan(0)
    await vi.waitFor(isHalfMade, { timeout: 60_000, interval: 50 })
    await service.kill9()
    await service.restart()
    const headers = { 'if-match': await match() }
    const restored = await api().send('/api/presets/sets/2/restore', { method: 'POST', headers })
    expect(restored.status).toBe(202)
    await service.kill9()
    await service.restart()
    const isBack = async () => {
      const { coming, version, presets } = await state()
      expect(coming).toBeNull()
      expect(version).toBeGreaterThan(3)
      expect(presets.map(({ name }) => name)).toEqual(['small', 'medium', 'tall'])
    }
    await vi.waitFor(isBack, { timeout: 60_000, interval: 100 })
    await allAreOfSetTwo()
  } finally {
    await service.stop()
  }
}, 330_000)
