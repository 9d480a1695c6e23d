import multipart from '@fastify/multipart'
import type { App } from '../platform/http/app.ts'
import { registerAlbums } from './routes/albums.ts'
import { registerAlike } from './routes/alike.ts'
import { registerArchives } from './routes/archives.ts'
import type { ImagesRoutesDeps } from './routes/context.ts'
import { registerDirect } from './routes/direct.ts'
import { registerExports } from './routes/exports.ts'
import { registerGuestResumable } from './routes/guest-uploads.ts'
import { registerHistory } from './routes/history.ts'
import { registerLibrary } from './routes/library.ts'
import { registerPresets } from './routes/presets.ts'
import { registerResumable } from './routes/resumable.ts'
import { registerSearches } from './routes/searches.ts'
import { registerGuestUploads, registerShared } from './routes/shared.ts'
import { registerShares } from './routes/shares.ts'
import { registerUploads } from './routes/uploads.ts'

/** `/api/images`, `/api/albums`, `/api/searches`, `/api/uploads`, `/api/shares`, `/api/shared`, `/api/exports` and `/api/presets`. */
export async function registerImages(app: App, deps: ImagesRoutesDeps): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(multipart, { throwFileSizeLimit: false })
    registerUploads(scope as unknown as App, deps)
    registerArchives(scope as unknown as App, deps)
    registerGuestUploads(scope as unknown as App, deps)
  })
  await registerResumable(app, deps)
  await registerGuestResumable(app, deps)
  registerDirect(app, deps)
  registerLibrary(app, deps)
  registerAlike(app, deps)
  registerHistory(app, deps)
  registerAlbums(app, deps)
  registerSearches(app, deps)
  registerShares(app, deps)
  registerExports(app, deps)
  registerPresets(app, deps)
  registerShared(app, deps)
}
