import type { Logger } from './telemetry/logger.ts'

/** What an adapter needs to speak of trouble that no caller is waiting for, such as a lost idle connection. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error'>

/** For callers that do not want to hear. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }
