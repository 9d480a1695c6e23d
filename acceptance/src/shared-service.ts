import type { TestProject } from 'vitest/node'
import { createApi } from './api.ts'
import { prepareFolder, startService } from './service.ts'
import { unlimited } from './unlimited.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The service that all contract tests share; each test registers accounts of its own. */
    baseUrl: string
  }
}

/** One service for the whole project: starting one for every file would be most of the run. */
export default async function setup(project: TestProject): Promise<() => Promise<unknown>> {
  const takeAway = await prepareFolder()
  const service = await startService({ env: unlimited })
  // The first account is the administrator, who sees everybody's things: none of the tests' accounts may be it.
  await createApi(service.baseUrl).register()
  project.provide('baseUrl', service.baseUrl)
  return async () => {
    await service.stop()
    await takeAway()
  }
}
