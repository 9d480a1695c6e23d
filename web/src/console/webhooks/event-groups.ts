import type { EventType } from '@rendition/contract'
import type { Phrase } from '../../languages/catalogue.ts'

/** What each event tells, in a few words. One that is not here does not compile. */
export const eventTexts: Record<EventType, Phrase> = {
  'image.created': 'An image was added',
  'image.updated': 'Its name, tags or other details changed',
  'image.complete': 'All its sizes are made',
  'image.failed': 'It could not be made',
  'image.deleted': 'It is gone for good',
  'image.trashed': 'It was moved to the trash',
  'image.restored': 'It came back from the trash',
  'image.version.created': 'It was edited or replaced',
  'album.created': 'An album was made',
  'album.updated': 'An album or its order changed',
  'album.deleted': 'An album was deleted',
  'share.created': 'A link was made',
  'share.updated': 'A link was changed',
  'share.revoked': 'A link was ended',
  'export.created': 'An export is being prepared',
  'export.ready': 'An export can be downloaded',
  'export.failed': 'An export failed',
  'export.deleted': 'An export is gone',
  'rendition.ready': 'One size is made',
  'job.pending': 'A job waits',
  'job.processing': 'A job runs',
  'job.progress': 'How far a job is: many of them',
  'job.complete': 'A job is done',
  'job.failed': 'A job failed',
  'job.cancelled': 'A job was cancelled',
  'upload.complete': 'An upload has arrived',
  'webhook.disabled': 'A webhook was turned off',
  'webhook.test': 'A test, sent by hand',
}

export interface EventGroup {
  name: Phrase
  types: EventType[]
}

const names: Record<string, Phrase> = {
  image: 'Images',
  album: 'Albums',
  share: 'Links',
  export: 'Exports',
  rendition: 'Renditions',
  job: 'Jobs',
  upload: 'Uploads',
  webhook: 'Webhooks',
}

/** The events by what they are about. A test is sent whatever was chosen, so there is nothing to choose. */
export const eventGroups: readonly EventGroup[] = Object.entries(names).map(([subject, name]) => ({
  name,
  types: (Object.keys(eventTexts) as EventType[]).filter(
    (type) => type.startsWith(`${subject}.`) && type !== 'webhook.test',
  ),
}))
