export { type About, createOperations, type Operations, type OperationsOptions } from './create-operations.ts'
export type { LookedAt } from './measurements.ts'
export type { Reporting } from './reporter.ts'
