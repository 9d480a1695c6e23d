export { type JobsConfig, jobsConfigSchema } from './config.ts'
export { createJobs, type Jobs, type JobsOptions } from './create-jobs.ts'
export { createJobBook, type JobBook } from './job-book.ts'
export type { LaneLoad, Oversight } from './oversight/create-oversight.ts'
export type { Enqueued } from './store/enqueue.ts'
export { createEventLog, deleteEventsOf } from './store/event-log.ts'
export { countUnfinished, listJobOwners } from './store/jobs.ts'
export type { Fault } from './store/leases.ts'
export type { HeldBy } from './store/oversight.ts'
export type {
  Attempt,
  EventLog,
  JobHandler,
  JobHandlers,
  JobOwner,
  JobRecord,
  JobRequest,
  LoggedEvent,
  NewEvent,
  NewJob,
  PassingResults,
  StoredResult,
} from './types.ts'
export { eventsAppendedTopic, isUnfinished, jobCancelledTopic, LeaseLost } from './types.ts'
export { withoutPicture } from './view.ts'
