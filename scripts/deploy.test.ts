import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { composeConfigFaults, composeFaults } from './deploy/compose.ts'
import { dockerfileFaults } from './deploy/dockerfile.ts'
import {
  type ComposeService,
  composeServices,
  type compositions,
  deployFolder,
  documentsOf,
  kubernetesManifests,
  type Manifest,
  root,
} from './deploy/documents.ts'
import { schemaFaults, typeFaults } from './deploy/kubernetes.ts'
import { podFaults, referenceFaults, workloadsOf } from './deploy/references.ts'

const { files, named, manifests } = kubernetesManifests()
/** Documented in docs/operations.md, and made by the operator. */
const external = { secrets: ['rendition'] }
const find = (kind: string, name: string): Manifest => {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)
  if (found === undefined) throw new Error(`no ${kind} ${name}`)
  return found
}
const changed = (manifest: Manifest, change: (copy: Record<string, never>) => void): Manifest => {
  const copy = structuredClone(manifest)
  change(copy.spec as Record<string, never>)
  return copy
}

describe('the Kubernetes manifests', () => {
  it('are all named by the kustomization, and none is there twice', () => {
    expect(named).toEqual(files)
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
    expect(manifests.length).toBeGreaterThan(25)
  })

  it('fit the schemas of Kubernetes and KEDA', async () => {
    expect(await schemaFaults(manifests)).toEqual([])
    expect(typeFaults(manifests)).toEqual([])
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
    for (const role of ['gateway', 'api', 'delivery']) find('HorizontalPodAutoscaler', role)
    find('ScaledObject', 'worker')
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
      'postgres takes 100 connections where 114',
    ],
    ['a mount that only Docker knows', 'api', { tmpfs: ['/tmp:uid=1000'] }, 'api mounts /tmp:uid=1000'],
    ['passwords in the gateway', 'gateway', { secrets: ['rendition'] }, 'gateway has secrets'],
    ['too little time to stop', 'worker', { stop_grace_period: '10s' }, 'worker is killed before'],
  ])('are refused with %s', (_name, service, change, fault) => {
    const read = (name: keyof typeof compositions): Record<string, ComposeService> => {
      const services = composeServices(name)
      const found = services[service]
      return found === undefined ? services : { ...services, [service]: { ...found, ...change } }
    }
    expect(composeFaults(read)).toContainEqual(expect.stringContaining(`split: ${fault}`))
  })

  it('set only variables that exist', () => {
    const known = readFileSync(join(root, 'docs/config.md'), 'utf8')
    for (const file of readdirSync(deployFolder).filter((name) => name.endsWith('.yaml'))) {
      const [{ services }] = documentsOf(join(deployFolder, file)) as [
        { services: Record<string, { image?: string; environment?: Record<string, string> }> },
      ]
      for (const { image, environment } of Object.values(services)) {
        if (image !== 'rendition') continue
        const unknown = Object.keys(environment ?? {}).filter(
          (name) => !known.includes(`\`${name.replace(/_FILE$/, '')}\``),
        )
        expect([file, unknown]).toEqual([file, []])
      }
    }
  })

  it('are taken by docker-compose, and not without their passwords', ({ skip }) => {
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
