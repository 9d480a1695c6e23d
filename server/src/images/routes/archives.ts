import { archiveFormSchema, jobSchema } from '@rendition/contract'
import type { App } from '../../platform/http/app.ts'
import { networkOf } from '../../platform/http/network.ts'
import { ofFiles } from '../../platform/http/refusals.ts'
import { needsWith } from '../../platform/http/rights.ts'
import type { ImagesRoutesDeps } from './context.ts'
import { readMultipart } from './multipart.ts'

/** Archives in a form; in a scope that reads multipart bodies. */
export function registerArchives(app: App, { images, jobs, limits }: ImagesRoutesDeps): void {
  app.post(
    '/api/images/archive',
    {
      config: {
        limit: 'uploads',
        rights: needsWith({ webhookUrl: 'images:read' }, 'images:write'),
        refusals: [
          ...ofFiles.filter((code) => code !== 'duplicate'),
          'archive_invalid',
          'upload_locked',
          'not_found',
          'address_not_allowed',
        ],
        streamsBody: true,
        publishedBody: archiveFormSchema,
      },
      schema: {
        tags: ['images'],
        operationId: 'uploadArchive',
        summary: 'Upload a ZIP archive, which a job unpacks',
        description:
          'Each file in it becomes an image, or is named in the result of the job with the code of its refusal. Large ones come better by tus, with `unpack` in the metadata.',
        consumes: ['multipart/form-data'],
        response: { 202: jobSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      const session = await images.archives.open(principal, networkOf(request.ip))
      try {
        const fields = await readMultipart(request, reply, session, limits)
        const jobId = await session.finish(fields)
        reply.code(202).header('location', `/api/jobs/${jobId}`)
        return jobs.viewFor(principal, await jobs.get(principal, jobId))
      } finally {
        await session.close()
      }
    },
  )
}
