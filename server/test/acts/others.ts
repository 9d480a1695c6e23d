import { expect, vi } from 'vitest'
import type { Stage } from './stage.ts'
import type { Act } from './table.ts'

const hook = { url: 'http://127.0.0.1:9/hook-secret-path' }
const webhook = async ({ call, ann }: Stage) => (await call('POST', '/api/webhooks', ann, hook)).body.id
const share = async ({ call, ann, image }: Stage) =>
  (await call('POST', '/api/shares', ann, { imageId: await image() })).body.id

/** An album of ann's with two images. */
async function album({ call, ann, image }: Stage) {
  const imageIds = [await image(), await image()]
  const { body } = await call('POST', '/api/albums', ann, { name: 'sea', imageIds })
  return { id: body.id, imageIds }
}

/** A delivery that nobody took. */
async function failedDelivery(stage: Stage, id: string): Promise<string> {
  const { call, ann, house } = stage
  const { body } = await call('POST', `/api/webhooks/${id}/test`, ann)
  await vi.waitFor(async () => {
    const [row] = await house.database.query(
      'select 1 from webhook_deliveries where id = $1 and attempts > 0',
      [body.id],
    )
    expect(row).toBeDefined()
  })
  await house.database.query(`update webhook_deliveries set status = 'failed' where id = $1`, [body.id])
  return body.id
}

async function waitingJob({ call, ann, admin, image }: Stage): Promise<string> {
  const imageId = await image()
  await call('PATCH', '/api/admin/lanes/bulk', admin, { paused: true })
  const wanted = { imageId, type: 'transform', width: 31, priority: 'bulk' }
  return (await call('POST', '/api/jobs', ann, wanted)).body.id
}

async function waitingBatch({ call, ann, admin, image }: Stage): Promise<string> {
  const imageIds = [await image()]
  await call('PATCH', '/api/admin/lanes/bulk', admin, { paused: true })
  const wanted = { imageIds, type: 'transform', width: 33, priority: 'bulk' }
  return (await call<{ batchId: string }>('POST', '/api/jobs', ann, wanted)).body.batchId
}

export const otherActs: Readonly<Record<string, Act | string>> = {
  'POST /api/albums': async ({ call, ann, image }) => {
    const imageIds = [await image()]
    const answer = await call('POST', '/api/albums', ann, { name: 'sea', description: 'blue', imageIds })
    const details = { name: 'sea', description: 'blue', images: 1, imageIds }
    return { action: 'album.create', answer, by: ann, targetId: answer.body.id, details }
  },
  'PATCH /api/albums/:id': async (stage) => {
    const { id, imageIds } = await album(stage)
    const answer = await stage.call('PATCH', `/api/albums/${id}`, stage.ann, {
      name: 'lake',
      coverImageId: imageIds[1],
    })
    const details = { name: { from: 'sea', to: 'lake' }, coverId: { from: null, to: imageIds[1] } }
    return { action: 'album.change', answer, by: stage.ann, targetId: id, details }
  },
  'DELETE /api/albums/:id': async (stage) => {
    const { id } = await album(stage)
    await stage.call('POST', '/api/shares', stage.ann, { albumId: id })
    const answer = await stage.call('DELETE', `/api/albums/${id}`, stage.ann)
    return {
      action: 'album.delete',
      answer,
      by: stage.ann,
      targetId: id,
      details: { name: 'sea', images: 2, shares: 1 },
    }
  },
  'POST /api/albums/:id/images': async (stage) => {
    const { id } = await album(stage)
    const imageIds = [await stage.image()]
    const answer = await stage.call('POST', `/api/albums/${id}/images`, stage.ann, { imageIds })
    return {
      action: 'album.items',
      answer,
      by: stage.ann,
      targetId: id,
      details: { what: 'added', images: 1, imageIds },
    }
  },
  'PATCH /api/albums/:id/images': async (stage) => {
    const { id, imageIds } = await album(stage)
    const moved = { imageIds: imageIds.slice(1), before: imageIds[0] }
    const answer = await stage.call('PATCH', `/api/albums/${id}/images`, stage.ann, moved)
    return {
      action: 'album.items',
      answer,
      by: stage.ann,
      targetId: id,
      details: { what: 'moved', images: 1, ...moved },
    }
  },
  'POST /api/albums/:id/images/remove': async (stage) => {
    const { id, imageIds } = await album(stage)
    const answer = await stage.call('POST', `/api/albums/${id}/images/remove`, stage.ann, { imageIds })
    return {
      action: 'album.items',
      answer,
      by: stage.ann,
      targetId: id,
      details: { what: 'taken', images: 2 },
    }
  },

  'POST /api/searches': async ({ call, ann }) => {
    const answer = await call('POST', '/api/searches', ann, { name: 'one', q: 'sea' })
    return {
      action: 'search.create',
      answer,
      by: ann,
      targetId: answer.body.id,
      details: { name: 'one', q: 'sea' },
    }
  },
  'PATCH /api/searches/:id': async ({ call, ann }) => {
    const { id } = (await call('POST', '/api/searches', ann, { name: 'two', q: 'sea' })).body
    const answer = await call('PATCH', `/api/searches/${id}`, ann, { q: 'lake' })
    return {
      action: 'search.change',
      answer,
      by: ann,
      targetId: id,
      details: { q: { from: 'sea', to: 'lake' } },
    }
  },
  'DELETE /api/searches/:id': async ({ call, ann }) => {
    const { id } = (await call('POST', '/api/searches', ann, { name: 'three', q: 'sea' })).body
    const answer = await call('DELETE', `/api/searches/${id}`, ann)
    return { action: 'search.delete', answer, by: ann, targetId: id, details: { name: 'three', q: 'sea' } }
  },

  'POST /api/shares': async ({ call, ann, image }) => {
    const imageId = await image()
    const wanted = { imageId, title: 'for you', password: 'guests may in' }
    const answer = await call('POST', '/api/shares', ann, wanted)
    const details = { type: 'image', title: 'for you', password: true, downloads: false, imageIds: [imageId] }
    return { action: 'share.create', answer, by: ann, targetId: answer.body.id, details }
  },
  'PATCH /api/shares/:id': async (stage) => {
    const id = await share(stage)
    const wanted = { downloads: true, title: 'new', password: 'guests may in' }
    const answer = await stage.call('PATCH', `/api/shares/${id}`, stage.ann, wanted)
    const details = {
      downloads: { from: false, to: true },
      title: { from: null, to: 'new' },
      password: { from: false, to: true },
    }
    return { action: 'share.change', answer, by: stage.ann, targetId: id, details }
  },
  'DELETE /api/shares/:id': async (stage) => {
    const id = await share(stage)
    const answer = await stage.call('DELETE', `/api/shares/${id}`, stage.ann)
    return {
      action: 'share.revoke',
      answer,
      by: stage.ann,
      targetId: id,
      details: { type: 'image', downloads: false },
    }
  },

  'POST /api/exports': async ({ call, ann }) => {
    const answer = await call('POST', '/api/exports', ann, { query: { q: 'sea' } })
    const details = { of: 'query', pictures: 'original', query: { q: 'sea' } }
    return { action: 'export.create', answer, by: ann, targetId: answer.body.id, details }
  },
  'DELETE /api/exports/:id': async ({ call, ann, image }) => {
    const { id } = (await call('POST', '/api/exports', ann, { imageIds: [await image()] })).body
    const answer = await call('DELETE', `/api/exports/${id}`, ann)
    return { action: 'export.delete', answer, by: ann, targetId: id, details: { pictures: 'original' } }
  },

  'PUT /api/presets': async ({ call, admin }) => {
    const presets = [{ name: 'tiny', parameters: { width: '9' } }]
    const answer = await call('PUT', '/api/presets', admin, { presets }, { 'if-match': '*' })
    const details = {
      set: { from: '1', to: '2' },
      'preset tiny': { from: 'none', to: expect.stringContaining('9') },
    }
    return { action: 'presets.change', answer, by: admin, targetId: null, details }
  },
  'POST /api/presets/estimate': 'says what a change would cost',
  'POST /api/presets/sets/:n/restore': async ({ call, admin }) => {
    const presets = [{ name: 'small', parameters: { width: '8' } }]
    await call('PUT', '/api/presets', admin, { presets }, { 'if-match': '*' })
    const answer = await call('POST', '/api/presets/sets/1/restore', admin, undefined, { 'if-match': '*' })
    return {
      action: 'presets.restore',
      answer,
      by: admin,
      targetId: null,
      details: { set: { to: expect.anything() } },
    }
  },
  'POST /api/receipts/claim': 'reads a receipt; the secret is in the body so that no log has it',

  'POST /api/jobs': async ({ call, ann, image }) => {
    const imageIds = [await image(), await image()]
    const answer = await call('POST', '/api/jobs', ann, { imageIds, type: 'transform', width: 17 })
    return {
      action: 'job.create',
      answer,
      by: ann,
      targetId: null,
      details: { type: 'transform', images: 2, imageIds, width: 17 },
    }
  },
  'PATCH /api/jobs/:id': async (stage) => {
    const id = await waitingJob(stage)
    const answer = await stage.call('PATCH', `/api/jobs/${id}`, stage.ann, { status: 'cancelled' })
    await stage.call('PATCH', '/api/admin/lanes/bulk', stage.admin, { paused: false })
    const details = { status: { from: 'pending', to: 'cancelled' } }
    return { action: 'job.change', answer, by: stage.ann, targetId: id, details }
  },
  'DELETE /api/jobs/:id': async (stage) => {
    const id = await waitingJob(stage)
    const answer = await stage.call('DELETE', `/api/jobs/${id}`, stage.admin)
    await stage.call('PATCH', '/api/admin/lanes/bulk', stage.admin, { paused: false })
    const details = { type: 'transform', status: 'pending' }
    return { action: 'job.delete', answer, by: stage.admin, ownerId: stage.ann.id, targetId: id, details }
  },
  'PATCH /api/jobs/batches/:id': async (stage) => {
    const batchId = await waitingBatch(stage)
    const change = { status: 'cancelled' }
    const answer = await stage.call('PATCH', `/api/jobs/batches/${batchId}`, stage.ann, { change })
    await stage.call('PATCH', '/api/admin/lanes/bulk', stage.admin, { paused: false })
    const details = { status: 'cancelled', batchId, jobs: 1, before: { pending: 1 } }
    return { action: 'job.change', answer, by: stage.ann, details }
  },
  'DELETE /api/jobs/batches/:id': async (stage) => {
    const batchId = await waitingBatch(stage)
    const answer = await stage.call('DELETE', `/api/jobs/batches/${batchId}`, stage.ann)
    await stage.call('PATCH', '/api/admin/lanes/bulk', stage.admin, { paused: false })
    const details = { batchId, jobs: 1, before: { pending: 1 } }
    return { action: 'job.delete', answer, by: stage.ann, details }
  },

  'POST /api/webhooks': async ({ call, ann }) => {
    const answer = await call('POST', '/api/webhooks', ann, hook)
    const details = { host: '127.0.0.1:9', types: null, enabled: true }
    return { action: 'webhook.create', answer, by: ann, targetId: answer.body.id, details }
  },
  'PATCH /api/webhooks/:id': async (stage) => {
    const id = await webhook(stage)
    const wanted = { enabled: false, description: 'mine', rotateSecret: true }
    const answer = await stage.call('PATCH', `/api/webhooks/${id}`, stage.ann, wanted)
    const details = {
      enabled: { from: true, to: false },
      description: { from: null, to: 'mine' },
      secret: 'changed',
    }
    return { action: 'webhook.change', answer, by: stage.ann, targetId: id, details }
  },
  'DELETE /api/webhooks/:id': async (stage) => {
    const id = await webhook(stage)
    const answer = await stage.call('DELETE', `/api/webhooks/${id}`, stage.ann)
    return {
      action: 'webhook.delete',
      answer,
      by: stage.ann,
      targetId: id,
      details: { host: '127.0.0.1:9', enabled: true },
    }
  },
  'POST /api/webhooks/account-secret': async ({ call, ann }) => {
    const answer = await call('POST', '/api/webhooks/account-secret', ann)
    return { action: 'webhook.secret', answer, by: ann, targetId: ann.id, details: { secret: 'changed' } }
  },
  'POST /api/webhooks/:id/replay-failed': async (stage) => {
    const id = await webhook(stage)
    const deliveryIds = [await failedDelivery(stage, id)]
    const answer = await stage.call('POST', `/api/webhooks/${id}/replay-failed`, stage.ann)
    return {
      action: 'webhook.replay',
      answer,
      by: stage.ann,
      targetId: id,
      details: { deliveries: 1, deliveryIds },
    }
  },
  'POST /api/webhooks/:id/deliveries/:deliveryId/replay': async (stage) => {
    const id = await webhook(stage)
    const deliveryId = await failedDelivery(stage, id)
    const answer = await stage.call('POST', `/api/webhooks/${id}/deliveries/${deliveryId}/replay`, stage.ann)
    return {
      action: 'webhook.replay',
      answer,
      by: stage.ann,
      targetId: id,
      details: { deliveryIds: [deliveryId] },
    }
  },
  'POST /api/webhooks/:id/test': async (stage) => {
    const id = await webhook(stage)
    const answer = await stage.call('POST', `/api/webhooks/${id}/test`, stage.ann)
    return {
      action: 'webhook.test',
      answer,
      by: stage.ann,
      targetId: id,
      details: { deliveryId: answer.body.id },
    }
  },

  'PATCH /api/admin/lanes/:lane': async ({ call, admin }) => {
    const answer = await call('PATCH', '/api/admin/lanes/bulk', admin, { paused: true })
    await call('PATCH', '/api/admin/lanes/bulk', admin, { paused: false })
    const details = { lane: 'bulk', paused: { from: false, to: true } }
    return { action: 'queue.change', answer, by: admin, targetId: null, details }
  },
  'POST /api/admin/jobs/change': async (stage) => {
    await waitingJob(stage)
    const body = { filter: { ownerId: stage.ann.id, status: 'pending' }, change: { status: 'cancelled' } }
    const answer = await stage.call('POST', '/api/admin/jobs/change', stage.admin, body)
    await stage.call('PATCH', '/api/admin/lanes/bulk', stage.admin, { paused: false })
    const details = { status: 'cancelled', filter: body.filter, before: { pending: expect.any(Number) } }
    const ownerId = stage.ann.id
    return { action: 'job.change', answer, by: stage.admin, targetId: null, ownerId, details }
  },
  'POST /api/admin/purges': async ({ call, admin }) => {
    const answer = await call('POST', '/api/admin/purges', admin, { what: 'tag', value: 'nowhere' })
    return {
      action: 'cache.purge',
      answer,
      by: admin,
      details: { what: 'tag', value: 'nowhere', presets: false },
    }
  },
}
