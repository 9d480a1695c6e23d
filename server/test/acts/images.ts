import { expect, vi } from 'vitest'
import type { Answer, Left, Stage } from './stage.ts'
import type { Act } from './table.ts'

const uploadPath = (answer: Answer<unknown>): string =>
  new URL(answer.headers.get('location') ?? '', 'http://x').pathname
const tus = { 'tus-resumable': '1.0.0' }
const bytes = { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' }
const named = `filename ${Buffer.from('t.jpg').toString('base64')}`

async function created(stage: Stage, path: string): Promise<Left> {
  const answer = await stage.call('POST', path, stage.ann, stage.form('beach.jpg'))
  const details = { via: 'form', originalName: 'beach.jpg', visibility: 'private', width: 90, height: 60 }
  return { action: 'image.create', answer, by: stage.ann, targetId: answer.body.id, details }
}

/** A share of an album of ann's that takes pictures. */
async function shareWithGuests({ call, ann }: Stage) {
  const { body: album } = await call('POST', '/api/albums', ann, { name: 'party' })
  const wanted = { albumId: album.id, uploads: true }
  return (await call<{ id: string; token: string }>('POST', '/api/shares', ann, wanted)).body
}

async function sendAll(
  stage: Stage,
  path: string,
  by: Stage['ann'] | null,
  method: 'PATCH' | 'POST',
): Promise<Answer<unknown>> {
  const { call, picture } = stage
  const begun = await call('POST', path, by, undefined, {
    ...tus,
    'upload-length': String(picture.length),
    'upload-metadata': named,
  })
  const override = method === 'POST' ? { 'x-http-method-override': 'PATCH' } : {}
  return call(method, uploadPath(begun), by, picture, { ...bytes, ...override })
}

const finishedUpload = (method: 'PATCH' | 'POST') => async (stage: Stage) => {
  const answer = await sendAll(stage, '/api/uploads', stage.ann, method)
  const targetId = answer.headers.get('x-image-id')
  return {
    action: 'image.create' as const,
    answer,
    by: stage.ann,
    targetId,
    details: { via: 'upload', originalName: 't.jpg' },
  }
}
const finishedByGuest = (method: 'PATCH' | 'POST') => async (stage: Stage) => {
  const { id: shareId, token } = await shareWithGuests(stage)
  const answer = await sendAll(stage, `/api/shared/${token}/uploads`, null, method)
  return {
    action: 'image.create' as const,
    answer,
    by: null,
    ownerId: stage.ann.id,
    details: { via: 'guest', shareId },
  }
}

async function withVersions({ call, ann, image }: Stage): Promise<string> {
  const id = await image()
  expect((await call('POST', `/api/images/${id}/versions/1/restore`, ann)).status).toBeLessThan(300)
  return id
}

const change = {
  originalName: 'sea.jpg',
  tags: ['sea', 'sky'],
  visibility: 'public',
  favourite: true,
  rating: 4,
}

export const imageActs: Readonly<Record<string, Act | string>> = {
  'POST /api/images': (stage) => created(stage, '/api/images'),
  'POST /api/images/upload': (stage) => created(stage, '/api/images/upload'),
  'POST /api/images/archive': async (stage) => {
    const answer = await stage.call('POST', '/api/images/archive', stage.ann, stage.archive())
    const details = { type: 'unpack', originalName: 'a.zip' }
    return { action: 'job.create', answer, by: stage.ann, targetId: answer.body.id, details }
  },
  'POST /api/images/import': async ({ call, ann }) => {
    const url = 'http://127.0.0.1:9/hook-secret-path/a.jpg'
    const answer = await call('POST', '/api/images/import', ann, { url, tags: ['far'] })
    const details = { type: 'import', host: '127.0.0.1:9', tags: ['far'] }
    return { action: 'job.create', answer, by: ann, targetId: answer.body.id, details }
  },
  'POST /api/images/:id/replace': async ({ call, ann, image, form }) => {
    const id = await image()
    const answer = await call('POST', `/api/images/${id}/replace`, ann, form('new.jpg'))
    const details = { cause: 'replace', version: { from: 1, to: 2 } }
    return { action: 'image.version', answer, by: ann, targetId: id, details }
  },
  'POST /api/uploads':
    'keeps a place for bytes; the image that they become is written down with the last of them',
  'PATCH /api/uploads/:id': finishedUpload('PATCH'),
  'POST /api/uploads/:id': finishedUpload('POST'),
  'DELETE /api/uploads/:id': 'lets go of bytes that have become nothing yet',
  'POST /api/uploads/direct': 'gives addresses for bytes; the image is written down when they are complete',
  'POST /api/uploads/direct/:id/complete': {
    action: 'image.create',
    seenIn: 'server/src/images/resumable/direct-uploads.test.ts',
  },
  'DELETE /api/uploads/direct/:id': 'lets go of bytes that have become nothing yet',
  'POST /api/shared/:token/images': async (stage) => {
    const { id: shareId, token } = await shareWithGuests(stage)
    const path = `/api/shared/${token}/images`
    const answer = await stage.call<{ images: { id: string }[] }>('POST', path, null, stage.form('guest.jpg'))
    const details = { via: 'guest', shareId, originalName: 'guest.jpg' }
    const targetId = answer.body.images[0]?.id
    return { action: 'image.create', answer, by: null, ownerId: stage.ann.id, targetId, details }
  },
  'POST /api/shared/:token/uploads':
    'keeps a place for bytes; the image that they become is written down with the last of them',
  'PATCH /api/shared/:token/uploads/:id': finishedByGuest('PATCH'),
  'POST /api/shared/:token/uploads/:id': finishedByGuest('POST'),
  'DELETE /api/shared/:token/uploads/:id': 'lets go of bytes that have become nothing yet',
  'POST /api/shared/:token/unlock':
    'opens what is there to be looked at, as signing for a picture does, and changes nothing',

  'PATCH /api/images/:id': async ({ call, ann, image }) => {
    const id = await image()
    const answer = await call('PATCH', `/api/images/${id}`, ann, change)
    const details = {
      originalName: { from: 'a.jpg', to: 'sea.jpg' },
      tags: { from: [], to: ['sea', 'sky'] },
      visibility: { from: 'private', to: 'public' },
      favourite: { from: false, to: true },
      rating: { from: 0, to: 4 },
    }
    return { action: 'image.change', answer, by: ann, targetId: id, details }
  },
  'DELETE /api/images/:id': async ({ call, ann, image, picture }) => {
    const id = await image()
    const answer = await call('DELETE', `/api/images/${id}`, ann)
    const details = { visibility: 'private', versions: 1, bytes: picture.length, inTrash: false }
    return { action: 'image.delete', answer, by: ann, targetId: id, details }
  },
  'POST /api/images/bulk': async ({ call, ann, image }) => {
    const imageIds = [await image(), await image()]
    const wanted = { rating: 3, addTags: ['both'] }
    const answer = await call('POST', '/api/images/bulk', ann, { imageIds, change: wanted })
    const details = {
      images: 2,
      changed: 2,
      change: { rating: 3 },
      addTags: ['both'],
      before: { rating: { 0: 2 } },
      imageIds,
    }
    return { action: 'image.bulk', answer, by: ann, targetId: null, details }
  },
  'POST /api/images/:id/trash': async ({ call, ann, image }) => {
    const id = await image()
    const answer = await call('POST', `/api/images/${id}/trash`, ann)
    return {
      action: 'image.trash',
      answer,
      by: ann,
      targetId: id,
      details: { inTrash: { from: false, to: true } },
    }
  },
  'POST /api/images/:id/restore': async ({ call, ann, image }) => {
    const id = await image()
    await call('POST', `/api/images/${id}/trash`, ann)
    const answer = await call('POST', `/api/images/${id}/restore`, ann)
    return {
      action: 'image.restore',
      answer,
      by: ann,
      targetId: id,
      details: { inTrash: { from: true, to: false } },
    }
  },
  'DELETE /api/images/:id/renditions': async ({ house, call, ann, image, ready }) => {
    const id = await image()
    await ready(id)
    expect((await call('GET', `/images/${id}?w=33`, ann)).status).toBe(200)
    await vi.waitFor(async () =>
      expect(
        await house.database.query(`select 1 from renditions where image_id = $1 and kind = 'delivery'`, [
          id,
        ]),
      ).toHaveLength(1),
    )
    const answer = await call('DELETE', `/api/images/${id}/renditions`, ann)
    const details = { renditions: { from: 1, to: 0 }, bytes: { to: 0 } }
    return { action: 'image.purge', answer, by: ann, targetId: id, details }
  },
  'POST /api/images/:id/transform': async ({ call, ann, image }) => {
    const id = await image()
    const wanted = { saveImage: true, async: false, width: 30 }
    const answer = await call<{ jobId?: string }>('POST', `/api/images/${id}/transform`, ann, wanted)
    expect(answer.status).toBeLessThan(300)
    const details = { type: 'transform', imageId: id, saveImage: true, width: 30 }
    return { action: 'job.create', answer, by: ann, details }
  },
  'POST /api/images/:id/undo': async (stage) => {
    const id = await withVersions(stage)
    const answer = await stage.call('POST', `/api/images/${id}/undo`, stage.ann)
    const details = { cause: 'undo', version: { from: 2, to: 1 } }
    return { action: 'image.version', answer, by: stage.ann, targetId: id, details }
  },
  'POST /api/images/:id/redo': async (stage) => {
    const id = await withVersions(stage)
    await stage.call('POST', `/api/images/${id}/undo`, stage.ann)
    const answer = await stage.call('POST', `/api/images/${id}/redo`, stage.ann)
    const details = { cause: 'redo', version: { from: 1, to: 2 } }
    return { action: 'image.version', answer, by: stage.ann, targetId: id, details }
  },
  'POST /api/images/:id/versions/:n/restore': async ({ call, ann, image }) => {
    const id = await image()
    const answer = await call('POST', `/api/images/${id}/versions/1/restore`, ann)
    const details = { cause: 'restore', version: { from: 1, to: 2 }, recipe: { from: 'none', to: 'none' } }
    return { action: 'image.version', answer, by: ann, targetId: id, details }
  },
}
