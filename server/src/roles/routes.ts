import { registerAuth } from '../auth/routes.ts'
import { registerDelivery, registerDeliveryTools } from '../delivery/routes.ts'
import { registerImages } from '../images/routes.ts'
import { registerJobs } from '../jobs/routes.ts'
import { registerEvents, registerWebhooks } from '../notify/index.ts'
import { registerOperations } from '../operations/routes.ts'
import type { App } from '../platform/http/app.ts'
import { registerReceipts } from '../receipts/routes.ts'
import type { Config, RoleName } from './config.ts'
import type { Rooms } from './rooms.ts'

/** Mounts the routes of the roles that run in this process. The gateway's own come from its room. */
export async function registerRoles(
  app: App,
  roles: readonly RoleName[],
  rooms: Rooms,
  config: Pick<Config, 'images'>,
): Promise<void> {
  const { auth, images, jobs, notify, operations, receipts, webhooks, delivery } = rooms
  if (roles.includes('auth')) registerAuth(app, auth)
  if (roles.includes('api')) {
    await registerImages(app, { images, jobs, limits: config.images })
    registerReceipts(app, receipts)
    registerJobs(app, { jobs })
    await registerEvents(app, {
      streams: notify.streams,
      closing: notify.closing,
      authenticate: auth.authenticate,
    })
    registerWebhooks(app, webhooks.endpoints)
    registerOperations(app, operations)
  }
  if (roles.includes('delivery')) {
    registerDelivery(app, delivery)
    registerDeliveryTools(app, delivery)
  }
}
