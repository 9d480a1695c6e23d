import { copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { deployFolder, root } from './documents.ts'
import { absent, run } from './tools.ts'

/** The name the Dockerfile builds from, and the one the Compose and Kubernetes files run. */
const nodeName = 'docker.io/library/node:22-bookworm-slim'
export const imageName = 'docker.io/library/rendition:latest'
export const testsName = 'docker.io/library/rendition-tests:latest'

/** What is missing here to build and run images; empty when nothing is. */
export const engineMissing = (): string[] => [
  ...(process.getuid?.() === 0 ? [] : ['root']),
  ...absent('buildah', 'podman', 'runc', 'mmdebstrap', 'unshare', 'ip'),
]

export interface Engine {
  folder: string
  podman(...args: string[]): Promise<string>
  buildah(...args: string[]): Promise<string>
  /** For programs that start podman themselves. */
  words: string[]
  env: Record<string, string>
}

/** Podman and Buildah with a store of their own below `folder`: nothing of the machine's is touched. */
export function openEngine(folder: string): Engine {
  mkdirSync(folder, { recursive: true })
  const conf = join(folder, 'containers.conf')
  writeFileSync(
    conf,
    [
      '[containers]',
      // The defaults are above what an unprivileged machine allows.
      'default_ulimits = ["nofile=1024:1024", "nproc=2048:2048"]',
      '[engine]',
      'runtime = "runc"',
      'cgroup_manager = "cgroupfs"',
      'events_logger = "file"',
      '[network]',
      `network_config_dir = "${join(folder, 'networks')}"`,
      '',
    ].join('\n'),
  )
  // Health checks have a clock of ours: systemd's timers would run them outside of the trial's namespaces.
  const env = { CONTAINERS_CONF: conf, DISABLE_HC_SYSTEMD: 'true' }
  const place = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run')]
  return {
    folder,
    env,
    words: ['podman', ...place],
    podman: (...args) => run(['podman', ...place, ...args], { env }),
    // A build fetches packages and compiles: on a busy machine more than the usual ten minutes.
    buildah: (...args) => run(['buildah', ...place, ...args], { env, limitMs: 1_800_000 }),
  }
}

/** A release of Debian under its public name, made from its packages: no registry of images is needed. */
export async function importDebian(
  { folder, podman }: Engine,
  release: 'bookworm' | 'trixie',
): Promise<string> {
  const name = `docker.io/library/debian:${release}-slim`
  if ((await podman('images', '-q', name)) !== '') return name
  const archive = join(folder, `${release}.tar`)
  const mirror = process.env.DEBIAN_MIRROR === undefined ? [] : [process.env.DEBIAN_MIRROR]
  const options = ['--variant=minbase', '--include=ca-certificates', '--dpkgopt=force-unsafe-io']
  await run(['mmdebstrap', ...options, release, archive, ...mirror])
  await podman('import', archive, name)
  rmSync(archive)
  return name
}

/** The image that the Dockerfile builds on, under its public name: Debian and the Node that runs this. */
export async function makeBaseImage(engine: Engine): Promise<void> {
  const { podman, buildah } = engine
  if ((await podman('images', '-q', nodeName)) !== '') return
  const container = await buildah('from', await importDebian(engine, 'bookworm'))
  const mount = await buildah('mount', container)
  copyFileSync(process.execPath, join(mount, 'usr/local/bin/node'))
  const npm = join(dirname(process.execPath), '../lib/node_modules/npm')
  cpSync(resolve(npm), join(mount, 'usr/local/lib/node_modules/npm'), { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(mount, 'usr/local/bin/npm'))
  // The machine's authorities, so that npm reaches what it reaches from here.
  const bundle = process.env.NODE_EXTRA_CA_CERTS
  if (bundle !== undefined) copyFileSync(bundle, join(mount, 'etc/ssl/certs/ca-certificates.crt'))
  await run(['chroot', mount, '/usr/sbin/useradd', '-m', '-u', '1000', '-s', '/bin/bash', 'node'])
  await buildah('config', '--env', 'NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt', container)
  await buildah('umount', container)
  await buildah('commit', container, nodeName)
  await buildah('rm', container)
}

/** Builds the Dockerfile, the image that runs and the one that tests; gives the megabytes that the first adds to its base. */
export async function buildImage({ podman, buildah }: Engine): Promise<number> {
  const build = (...words: string[]) =>
    buildah(
      // The OCI format has no health check.
      ...['bud', '--layers', '--isolation', 'chroot', '--network', 'host', '--format', 'docker'],
      ...['-f', join(deployFolder, 'Dockerfile'), ...words, root],
    )
  await build('-t', imageName)
  await build('--target', 'tests', '-t', testsName)
  const size = async (name: string): Promise<number> =>
    Number(await podman('image', 'inspect', name, '--format', '{{.Size}}'))
  return Math.round(((await size(imageName)) - (await size(nodeName))) / 1e6)
}
