export type {
  EventLog,
  JobListener,
  JobRecord,
  LoggedEvent,
  NewEvent,
  NewJob,
  StoredResult,
} from './types.ts'
export { eventsAppendedTopic, jobCancelledTopic } from './types.ts'
