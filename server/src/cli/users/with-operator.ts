import { createOperator, type Operator } from '../../auth/index.ts'
import type { Config } from '../../roles/config.ts'
import { openInstallation } from '../installation.ts'

/** Does something with the accounts of an installation, and closes it however that ends. */
export async function withOperator<T>(config: Config, work: (operator: Operator) => Promise<T>): Promise<T> {
  const installation = await openInstallation(config)
  try {
    return await work(createOperator({ db: installation.db, config: config.auth }))
  } finally {
    await installation.close()
  }
}
