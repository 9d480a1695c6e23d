import { fileURLToPath } from 'node:url'
import { expect, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/platform/database/index.ts'
import { openStorage, type Storage } from '../../src/platform/storage/index.ts'
import type { RealParts } from '../cluster/parts.ts'
import { startTopology, type Topology } from '../cluster/topology.ts'
import { createLoad, type Load } from './load.ts'

/** Every role as processes of its own on real parts, and the truth behind their back. */
export interface Cluster {
  topology: Topology
  real: RealParts
  db: Database
  storage: Storage
  stop(): Promise<void>
}

/** Two of what takes requests and jobs, so that there is somebody left; leases and lost messages are over soon. */
export async function startCluster(): Promise<Cluster> {
  const topology = await startTopology('split', {
    counts: { gateway: 2, auth: 1, api: 2, delivery: 1, worker: 2 },
    env: {
      OUTBOUND_ALLOW: '127.0.0.0/8',
      LOGIN_ATTEMPTS_PER_ADDRESS: '100000',
      JOB_LEASE_MS: '10000',
      JOB_REDISPATCH_MS: '15000',
    },
  })
  const { real, folder } = topology
  if (real === null) throw new Error('no real parts')
  const { databaseUrl, storageUrl } = real.direct
  const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url))
  const db = await openDatabase({ url: databaseUrl, folder, migrationsFolder, poolSize: 3 })
  const storage = await openStorage({ url: storageUrl, folder })
  return {
    topology,
    real,
    db,
    storage,
    async stop() {
      await db.close()
      await storage.close()
      await topology.stop()
    },
  }
}

/** The load of one test, not yet started: when everybody is ready again, whatever the test before has done. */
export async function beginLoad({ topology }: Cluster): Promise<Load> {
  await vi.waitFor(async () => expect((await fetch(`${topology.url}/ready`)).status).toBe(200), 60_000)
  return createLoad(topology.url)
}

/** What every process of the cluster printed last, for a run that failed. */
export function lastWords({ topology }: Cluster): string {
  return Object.values(topology.processes)
    .flat()
    .map((one) => `--- ${one.name}\n${one.output().slice(-1_500)}\n`)
    .join('')
}
