export { createJobBook, type JobBook } from './book.ts'
export { type JobsConfig, jobsConfigSchema } from './config.ts'
export { countUnfinished } from './count-unfinished.ts'
export { createJobs, type Jobs, type JobsDeps } from './create-jobs.ts'
export type { Enqueued } from './enqueue.ts'
export { createEventLog } from './event-log.ts'
export type { Fault } from './lease.ts'
export { checkWebhookUrl } from './request-jobs.ts'
export type {
  EventLog,
  JobOwner,
  JobRecord,
  JobRequest,
  LoggedEvent,
  NewEvent,
  NewJob,
  StoredResult,
} from './types.ts'
export { eventsAppendedTopic, jobCancelledTopic } from './types.ts'
