import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger } from 'pino'
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** Credentials must never reach a log; these paths are blanked wherever a request or its body is logged. */
const secrets = [
  'req.headers.authorization',
  'req.headers["x-api-key"]',
  'headers.authorization',
  'headers["x-api-key"]',
  '*.password',
  '*.refreshToken',
  '*.accessToken',
  '*.secret',
  // Of ioredis: what a refused command was sent with, a login or a whole picture.
  'err.command.args',
]

/** JSON lines to stdout, or to `destination` where a test wants to read them. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, base: null, redact: secrets, timestamp: pino.stdTimeFunctions.isoTime }
  return destination === undefined ? pino(options) : pino(options, destination)
}
