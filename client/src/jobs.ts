import type { Job, JobStatus, JobType, Page } from '@rendition/contract'
import type { Transport } from './transport.ts'

export interface JobQuery {
  limit?: number
  cursor?: string
  status?: JobStatus
  type?: JobType
  imageId?: string
  batchId?: string
}

export interface Jobs {
  list(query?: JobQuery, asking?: { signal?: AbortSignal }): Promise<Page<Job>>
  get(id: string, asking?: { signal?: AbortSignal }): Promise<Job>
}

export function createJobs({ json }: Transport): Jobs {
  return {
    list: (query, { signal } = {}) => json('JobPage', { method: 'GET', path: '/api/jobs', query, signal }),
    get: (id, { signal } = {}) =>
      json('Job', { method: 'GET', path: `/api/jobs/${encodeURIComponent(id)}`, signal }),
  }
}
