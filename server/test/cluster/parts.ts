import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startPostgres } from '../services/postgres.ts'
import { rabbitmqMissing, startRabbitmq } from '../services/rabbitmq.ts'
import { redisMissing, startRedis } from '../services/redis.ts'
import { createBucket, s3Missing, s3StorageUrl, startS3 } from '../services/s3.ts'
import type { Service } from '../services/service.ts'
import { startTcpProxy, type TcpProxy } from '../services/tcp-proxy.ts'

export type PartName = 'postgres' | 'redis' | 'rabbitmq' | 's3'

/** A real server, and the network through which our processes reach it. */
export interface Part {
  service: Service
  network: TcpProxy
}

export interface RealParts {
  parts: Record<PartName, Part>
  /** The variables that point at them, through their networks. */
  variables: Record<string, string>
  /** The same past the networks, for a test that looks for itself. */
  direct: { databaseUrl: string; storageUrl: string; queueUrl: string }
  stop(): Promise<void>
}

/** Why they cannot run here, undefined when they can. */
export const partsMissing: string | undefined =
  [redisMissing, rabbitmqMissing, s3Missing].filter((reason) => reason !== undefined).join('; ') || undefined

const bucket = 'rendition'

/** PostgreSQL, Redis, RabbitMQ and S3 on free ports, with their data below `folder`. */
export async function startParts(folder: string): Promise<RealParts> {
  const starts = { postgres: startPostgres, redis: startRedis, rabbitmq: startRabbitmq, s3: startS3 }
  const started = await Promise.all(
    Object.entries(starts).map(async ([name, start]) => {
      const place = join(folder, name)
      await mkdir(place)
      const service = await start(place)
      const network = await startTcpProxy([{ host: '127.0.0.1', port: Number(new URL(service.url).port) }])
      return [name, { service, network }] as const
    }),
  )
  const parts = Object.fromEntries(started) as Record<PartName, Part>
  await createBucket(parts.s3.service.url, bucket)
  const through = ({ service, network }: Part): string => {
    const url = new URL(service.url)
    url.port = String(network.port)
    return url.href.replace(/\/$/, '')
  }
  return {
    parts,
    variables: {
      DATABASE_URL: through(parts.postgres),
      STORAGE_URL: s3StorageUrl(through(parts.s3), bucket),
      QUEUE_URL: through(parts.rabbitmq),
      CACHE_URL: through(parts.redis),
    },
    direct: {
      databaseUrl: parts.postgres.service.url,
      storageUrl: s3StorageUrl(parts.s3.service.url, bucket),
      queueUrl: parts.rabbitmq.service.url,
    },
    async stop() {
      await Promise.all(
        Object.values(parts).map(async ({ service, network }) => {
          await network.close()
          await service.stop()
        }),
      )
    },
  }
}
