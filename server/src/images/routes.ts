import multipart from '@fastify/multipart'
import type { Jobs } from '../jobs/index.ts'
import type { App } from '../platform/http/app.ts'
import type { Images } from './create-images.ts'
import { registerHistory } from './routes/history.ts'
import { registerLibrary } from './routes/library.ts'
import { registerUploads } from './routes/uploads.ts'

export interface ImagesRoutesDeps {
  images: Images
  jobs: Jobs
  limits: { maxFiles: number; maxRequestBytes: number }
}

/** `/api/images`. */
export async function registerImages(app: App, deps: ImagesRoutesDeps): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(multipart, { throwFileSizeLimit: false })
    registerUploads(scope as unknown as App, deps)
  })
  registerLibrary(app, deps)
  registerHistory(app, deps)
}
