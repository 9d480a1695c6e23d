/** What is counted by day for the account that it is done for. */
export interface UsageCounts {
  uploads: number
  uploadedBytes: number
  renders: number
  deliveries: number
  deliveredBytes: number
}

/** Counts something for an account. Costs next to nothing: it is written down later, with what others counted. */
export type CountUsage = (ownerId: string, counts: Partial<UsageCounts>) => void
