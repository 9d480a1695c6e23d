import type { Event } from '@rendition/contract'
import type { LoggedEvent } from '../jobs/index.ts'

/** An event as streams and webhooks tell it. */
export const publicEvent = (logged: LoggedEvent): Event => ({
  id: logged.id,
  type: logged.type,
  timestamp: logged.createdAt.toISOString(),
  data: logged.data,
})
