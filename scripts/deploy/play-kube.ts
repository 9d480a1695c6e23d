import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { stringify } from 'yaml'
import { type Engine, imageName } from './engine.ts'
import { manifestsIn } from './kustomize.ts'

/**
 * Runs the gateway's Deployment by `podman play kube`, with its ConfigMap and a Secret: the one role that needs no
 * database. Its upstreams are names of the cluster, so it lives without being ready.
 */
export async function tryKubernetes(engine: Engine): Promise<string> {
  const wanted = manifestsIn('base').filter(
    ({ kind, metadata }) =>
      (kind === 'Deployment' && metadata.name === 'gateway') ||
      (kind === 'ConfigMap' && metadata.name === 'rendition'),
  )
  // Podman 4 takes a Secret of the cluster as JSON from its own store.
  const secret = join(engine.folder, 'secret.json')
  writeFileSync(secret, JSON.stringify({ CACHE_URL: Buffer.from('memory:').toString('base64') }))
  const text = wanted.map((manifest) => stringify(manifest)).join('---\n')
  const file = join(engine.folder, 'gateway.yaml')
  writeFileSync(file, text.replaceAll('image: rendition\n', `image: ${imageName}\n`))
  // A folder that is kept may hold the last one.
  await engine.podman('secret', 'rm', 'rendition').catch(() => '')
  await engine.podman('secret', 'create', 'rendition', secret)
  await engine.podman('play', 'kube', file)
  try {
    // Podman publishes the ports of a pod, in the network of its own that this runs in.
    const url = 'http://127.0.0.1:8080'
    const limit = Date.now() + 60_000
    for (;;) {
      const answer = await fetch(`${url}/health`).catch(() => null)
      if (answer?.ok) break
      if (Date.now() > limit) throw new Error(await engine.podman('ps', '-a'))
      await pause(300)
    }
    const ready = await fetch(`${url}/ready`)
    if (ready.status !== 503) throw new Error(`without its upstreams it answered ${ready.status} to /ready`)
    return 'lives under its Deployment, ConfigMap and Secret, and is not ready without its upstreams'
  } finally {
    await engine.podman('play', 'kube', '--down', file).catch(() => '')
    await engine.podman('secret', 'rm', 'rendition').catch(() => '')
  }
}
