import {
  albumAdditionSchema,
  albumChangeSchema,
  albumListQuerySchema,
  albumMoveSchema,
  albumRemovalSchema,
  albumRequestSchema,
  albumSchema,
  idSchema,
  imageSchema,
  pageQuerySchema,
  pageSchema,
} from '@rendition/contract'
import { z } from 'zod'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { needs } from '../../platform/http/rights.ts'
import type { ImagesRoutesDeps } from './context.ts'

const tags = ['albums']
const params = z.object({ id: idSchema })
const reading = { limit: 'requests' as const, rights: needs('images:read') }
const writing = { limit: 'requests' as const, rights: needs('images:write') }

/** `/api/albums`. */
export function registerAlbums(app: App, { images: { albums } }: ImagesRoutesDeps): void {
  app.get(
    '/api/albums',
    {
      config: reading,
      schema: {
        tags,
        operationId: 'listAlbums',
        summary: 'Your albums, newest first',
        querystring: albumListQuerySchema,
        response: { 200: pageSchema(albumSchema) },
      },
    },
    async (request) => albums.list(await request.principal(), request.query),
  )

  app.post(
    '/api/albums',
    {
      config: { ...writing, refusals: ['quota_exceeded', 'not_found', 'conflict'] },
      schema: {
        tags,
        operationId: 'createAlbum',
        summary: 'Make an album',
        body: albumRequestSchema,
        response: { 201: albumSchema },
      },
    },
    async (request, reply) => {
      const album = await albums.create(await request.principal(), request.body)
      return reply.code(201).header('location', `/api/albums/${album.id}`).send(album)
    },
  )

  app.get(
    '/api/albums/:id',
    {
      config: reading,
      schema: { tags, operationId: 'getAlbum', summary: 'One album', params, response: { 200: albumSchema } },
    },
    async (request) => albums.get(await request.principal(), request.params.id),
  )

  app.patch(
    '/api/albums/:id',
    {
      config: writing,
      schema: {
        tags,
        operationId: 'changeAlbum',
        summary: 'Change name, description or cover',
        params,
        body: albumChangeSchema,
        response: { 200: albumSchema },
      },
    },
    async (request) => albums.change(await request.principal(), request.params.id, request.body),
  )

  app.delete(
    '/api/albums/:id',
    {
      config: writing,
      schema: {
        tags,
        operationId: 'deleteAlbum',
        summary: 'Delete an album; its images stay',
        params,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await albums.remove(await request.principal(), request.params.id)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/albums/:id/images',
    {
      config: reading,
      schema: {
        tags,
        operationId: 'listAlbumImages',
        summary: 'Its images in their order, without those in the trash',
        params,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(imageSchema) },
      },
    },
    async (request) => albums.images(await request.principal(), request.params.id, request.query),
  )

  app.post(
    '/api/albums/:id/images',
    {
      config: { ...writing, refusals: ['quota_exceeded', 'conflict'] },
      schema: {
        tags,
        operationId: 'addAlbumImages',
        summary: 'Put images into an album; those that are in it stay where they are',
        params,
        body: albumAdditionSchema,
        response: { 200: albumSchema },
      },
    },
    async (request) => albums.add(await request.principal(), request.params.id, request.body),
  )

  app.patch(
    '/api/albums/:id/images',
    {
      config: { ...writing, refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'moveAlbumImages',
        summary: 'Move images within an album, in the order given',
        params,
        body: albumMoveSchema,
        response: { 200: albumSchema },
      },
    },
    async (request) => albums.move(await request.principal(), request.params.id, request.body),
  )

  app.post(
    '/api/albums/:id/images/remove',
    {
      config: writing,
      schema: {
        tags,
        operationId: 'removeAlbumImages',
        summary: 'Take images out of an album; they stay in the library',
        params,
        body: albumRemovalSchema,
        response: { 200: albumSchema },
      },
    },
    async (request) => albums.takeOut(await request.principal(), request.params.id, request.body.imageIds),
  )
}
