import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeConfigFaults, composeFaults } from './deploy/compose.ts'
import { dockerfileFaults } from './deploy/dockerfile.ts'
import {
  type ComposeService,
  composeServices,
  deployFolder,
  type Manifest,
  type Profile,
  profiles,
  root,
} from './deploy/documents.ts'
import { schemaFaults, typeFaults } from './deploy/kubernetes.ts'
import { kustomizationFaults, kustomizations, kustomized, manifestsIn } from './deploy/kustomize.ts'
import { podFaults, referenceFaults, secretsOf, workloadsOf } from './deploy/references.ts'

const manifests = manifestsIn('base')
const keda = manifestsIn('keda')
/** Documented in docs/operations.md, and made by the operator. */
const external = { secrets: secretsOf('.') }
const find = (kind: string, name: string): Manifest => {
  const found = [...manifests, ...keda].find(
    (manifest) => manifest.kind === kind && manifest.metadata.name === name,
  )
  if (found === undefined) throw new Error(`no ${kind} ${name}`)
  return found
}
const changed = (manifest: Manifest, change: (copy: Record<string, never>) => void): Manifest => {
  const copy = structuredClone(manifest)
  change(copy.spec as Record<string, never>)
  return copy
}

describe('the Kubernetes manifests', () => {
  it('are all named by a kustomization that names nothing else, and none is there twice', () => {
    expect(kustomizationFaults()).toEqual([])
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
    expect(manifests.length).toBeGreaterThan(25)
  })

  it('fit the schemas of Kubernetes and KEDA', async () => {
    expect(await schemaFaults(manifests)).toEqual([])
    expect(typeFaults(manifests)).toEqual([])
  })

  it.each(kustomizations)('are right as `kubectl apply -k` would have them: %s', async (name) => {
    const applied = kustomized(name)
    // The folder itself is the base, as it is written.
    const judged = applied ?? (name === '.' ? manifests : manifestsIn(name))
    expect(await schemaFaults(judged)).toEqual([])
    if (applied === null) return
    expect(referenceFaults(applied, { secrets: secretsOf(name) })).toEqual([])
    expect(podFaults(applied)).toEqual([])
    const scalers = applied.filter(
      ({ kind, metadata }) =>
        ['HorizontalPodAutoscaler', 'ScaledObject'].includes(kind) && metadata.name === 'worker',
    )
    expect(scalers.map(({ kind }) => kind)).toEqual([
      name === 'keda' ? 'ScaledObject' : 'HorizontalPodAutoscaler',
    ])
  })

  it('let through what the examples in the documents use', () => {
    const text = readFileSync(join(root, 'docs/operations.md'), 'utf8')
    const urls = [...text.matchAll(/--from-literal=\w+='([^']+)'/g)].map(([, url = '']) => url)
    expect(urls.length).toBeGreaterThanOrEqual(4)
    const usual: Record<string, number> = {
      'postgres:': 5432,
      's3:': 443,
      'amqps:': 5671,
      'amqp:': 5672,
      'rediss:': 6379,
      'redis:': 6379,
    }
    const { egress } = find('NetworkPolicy', 'parts').spec as { egress: { ports: { port: number }[] }[] }
    const open = egress.flatMap(({ ports }) => ports.map(({ port }) => port))
    for (const url of urls) expect(open).toContain(Number(new URL(url).port || usual[new URL(url).protocol]))
    for (const port of Object.values(usual)) expect(open).toContain(port)
  })

  it('refer to what is there', () => {
    expect(referenceFaults(manifests, external)).toEqual([])
  })

  it('bound every pod and keep it from root, the cluster and its own root file system', () => {
    expect(workloadsOf(manifests).length).toBeGreaterThanOrEqual(7)
    expect(podFaults(manifests)).toEqual([])
  })

  it('give pods the time that stopping takes', () => {
    const { STOP_DELAY_MS, STOP_DRAIN_MS } = find('ConfigMap', 'rendition').data as Record<string, string>
    const needed = (Number(STOP_DELAY_MS) + Number(STOP_DRAIN_MS)) / 1000 + 30
    for (const { manifest, pod } of workloadsOf(manifests)) {
      if (manifest.kind === 'Deployment') expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(needed)
    }
  })

  it('disrupt and replace one pod of a role at a time, and scale each role', () => {
    for (const role of ['gateway', 'auth', 'api', 'delivery', 'worker']) {
      expect(find('Deployment', role).spec).toMatchObject({
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      })
      expect(find('PodDisruptionBudget', role).spec).toMatchObject({ maxUnavailable: 1 })
    }
    for (const role of ['gateway', 'api', 'delivery', 'worker']) find('HorizontalPodAutoscaler', role)
    find('CronJob', 'backup')
    find('NetworkPolicy', 'default-deny')
  })

  // The checks must be able to fail.
  it.each<[string, Manifest, RegExp]>([
    [
      'a bad quantity',
      changed(find('Deployment', 'api'), (s) => deep(s, 'resources', { requests: { cpu: 'much' } })),
      /cpu/,
    ],
    ['a wrong type', changed(find('Service', 'api'), (s) => deep(s, 'port', 'eighty')), /port/],
    [
      'a misspelt field of KEDA',
      changed(find('ScaledObject', 'worker'), (s) => deep(s, 'maxReplicas', 3)),
      /maxReplicas/,
    ],
  ])('are refused with %s', async (_name, manifest, message) => {
    expect((await schemaFaults([manifest])).join()).toMatch(message)
  })

  it('are refused with a field that does not exist, a pod nobody selects, a root that is writable', () => {
    const api = find('Deployment', 'api')
    expect(
      typeFaults([changed(api, (s) => deep(s, 'containers', [{ name: 'api', imagee: 'x' }]))]).join(),
    ).toMatch(/Deployment api: .*imagee/)
    const alone = manifests.map((manifest) =>
      manifest === api ? changed(api, (s) => deep(s, 'matchLabels', { a: 'b' })) : manifest,
    )
    expect(referenceFaults(alone, external)).toEqual([
      expect.stringContaining('does not select its own pods'),
    ])
    expect(podFaults([changed(api, (s) => deep(s, 'readOnlyRootFilesystem', false))])).toEqual([
      'Deployment api: has a writable root',
    ])
  })

  it('set only variables that exist', () => {
    const known = readFileSync(join(root, 'docs/config.md'), 'utf8')
    const set = [
      ...Object.keys(find('ConfigMap', 'rendition').data as object),
      ...workloadsOf(manifests).flatMap(({ pod }) =>
        pod.containers.flatMap(({ env }) => (env ?? []).map(({ name }) => name)),
      ),
    ]
    expect(set.filter((name) => !known.includes(`\`${name}\``))).toEqual([])
  })
})

describe('the Secrets of the first try', () => {
  let server: Server
  let folder: string
  let api: string
  const kept = new Map<string, Record<string, string>>()
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rendition-secrets-'))
    writeFileSync(join(folder, 'token'), 'a-token\n')
    writeFileSync(join(folder, 'namespace'), 'pictures')
    server = createServer(async (request, response) => {
      const right = request.url === '/api/v1/namespaces/pictures/secrets' && request.method === 'POST'
      if (!right || request.headers.authorization !== 'Bearer a-token')
        return void response.writeHead(403).end('no')
      const secret = (await json(request)) as {
        metadata: { name: string }
        stringData: Record<string, string>
      }
      const { name } = secret.metadata
      const status = kept.has(name) ? 409 : 201
      if (status === 201) kept.set(name, secret.stringData)
      response.writeHead(status).end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })
  /** In place of the built program, whose secrets another test looks at. */
  const make = () => {
    mkdirSync(join(folder, 'server/bin'), { recursive: true })
    writeFileSync(join(folder, 'server/bin/rendition.js'), 'console.log("{}")')
    return promisify(execFile)(
      process.execPath,
      [join(deployFolder, 'kubernetes/first-try/make-secrets.mjs')],
      { cwd: folder, env: { SERVICE_ACCOUNT: folder, KUBERNETES_API: api } },
    )
  }

  it('are made once, and the service has the passwords of the parts', async () => {
    await make()
    const [urls = {}, logins = {}] = [kept.get('rendition'), kept.get('rendition-parts')]
    expect(Object.keys(urls).sort()).toEqual([
      'CACHE_URL',
      'DATABASE_URL',
      'QUEUE_URL',
      'SECRETS',
      'STORAGE_URL',
    ])
    expect(new URL(urls.DATABASE_URL ?? '').password).toBe(logins.POSTGRES_PASSWORD)
    expect(new URL(urls.CACHE_URL ?? '').password).toBe(logins.REDIS_PASSWORD)
    expect(new URL(urls.QUEUE_URL ?? '').password).toBe(logins.RABBITMQ_PASSWORD)
    expect(new URL(urls.STORAGE_URL ?? '')).toMatchObject({
      username: logins.S3_ACCESS_KEY,
      password: logins.S3_SECRET_KEY,
    })
    expect(new Set(Object.values(logins)).size).toBe(5)
    const before = structuredClone([...kept])
    await make()
    expect([...kept]).toEqual(before)
    // What the parts ask for is there.
    const asked = JSON.stringify(manifestsIn('first-try')).matchAll(/"rendition-parts","key":"(\w+)"/g)
    for (const [, key = ''] of asked) expect(Object.keys(logins)).toContain(key)
  })

  it('are refused where a Secret of before would not fit', async () => {
    kept.delete('rendition-parts')
    await expect(make()).rejects.toThrow(/Delete both/)
  })
})

describe('the Compose files', () => {
  it('are hardened, publish nothing but the front door, and refer to what is there', () => {
    expect(composeFaults()).toEqual([])
  })

  it.each<[string, string, Partial<ComposeService>, string]>([
    [
      'a part that moves by itself',
      's3',
      { image: 'docker.io/versity/versitygw:latest' },
      's3 is no release',
    ],
    ['a part that is open to the world', 'redis', { ports: ['6379:6379'] }, 'redis is published'],
    [
      'too few connections',
      'postgres',
      { command: ['postgres'] },
      'postgres takes 100 connections where 103',
    ],
    ['a mount that only Docker knows', 'api', { tmpfs: ['/tmp:uid=1000'] }, 'api mounts /tmp:uid=1000'],
    ['passwords in the gateway', 'gateway', { volumes: ['settings:/settings:ro'] }, 'gateway has secrets'],
    ['a login that cannot be read', 'api', { volumes: [] }, 'api cannot read its DATABASE_URL_FILE'],
    ['too little time to stop', 'worker', { stop_grace_period: '10s' }, 'worker is killed before'],
  ])('are refused with %s', (_name, service, change, fault) => {
    const read = (name: Profile | 'tests'): Record<string, ComposeService> => {
      const services = composeServices(name)
      const found = services[service]
      return found === undefined ? services : { ...services, [service]: { ...found, ...change } }
    }
    expect(composeFaults(read)).toContainEqual(expect.stringContaining(`split: ${fault}`))
  })

  it('set only variables that exist', () => {
    const known = readFileSync(join(root, 'docs/config.md'), 'utf8')
    for (const profile of profiles) {
      for (const [name, { image, environment }] of Object.entries(composeServices(profile))) {
        // What makes the logins is given those of the parts.
        if (image !== 'rendition' || name === 'settings') continue
        const unknown = Object.keys(environment ?? {}).filter(
          (variable) => !known.includes(`\`${variable.replace(/_FILE$/, '')}\``),
        )
        expect([name, unknown]).toEqual([name, []])
      }
    }
  })

  it('start one container unless told otherwise, and each profile its own', () => {
    expect(readFileSync(join(root, '.env'), 'utf8')).toMatch(/^COMPOSE_PROFILES=embedded$/m)
    expect(Object.keys(composeServices('embedded'))).toEqual(['rendition'])
    expect(Object.keys(composeServices('tests'))).toEqual(['tests'])
    const parts = ['settings', 'postgres', 'redis', 'rabbitmq', 's3', 'bucket']
    expect(Object.keys(composeServices('parts')).sort()).toEqual([...parts, 'rendition-parts'].sort())
    const roles = ['gateway', 'auth', 'api', 'delivery', 'worker']
    expect(Object.keys(composeServices('split')).sort()).toEqual([...parts, ...roles].sort())
  })

  it('are taken by docker-compose with nothing filled in', ({ skip }) => {
    const faults = composeConfigFaults()
    skip(faults === null, 'docker-compose not installed')
    expect(faults).toEqual([])
  })
})

describe('the Dockerfile', () => {
  it('has no fault, copies what is there, and does not run as root', () => {
    expect(dockerfileFaults()).toEqual([])
  })

  it('would be refused with one', () => {
    expect(dockerfileFaults('FROM node:22\nCOPI a b\nCOPY nowhere /\nUSER root\n')).toHaveLength(4)
  })
})

/** Sets every field of that name, however deep. */
function deep(value: unknown, field: string, to: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    if (name === field) (value as Record<string, unknown>)[name] = to
    else deep(inner, field, to)
  }
  if (field === 'maxReplicas' && 'triggers' in value) (value as Record<string, unknown>)[field] = to
}
