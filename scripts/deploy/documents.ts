import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

export const root = join(import.meta.dirname, '../..')
export const deployFolder = join(root, 'deploy')

/** A Kubernetes object as its file says it; everything below the first level is judged by schemas. */
export interface Manifest {
  [field: string]: unknown
  apiVersion: string
  kind: string
  metadata: { name: string; labels?: Record<string, string> }
}

/** Every document of a YAML file, anchors and merges resolved. Throws on a fault, with its place. */
export function documentsOf(path: string): unknown[] {
  return parseAllDocuments(readFileSync(path, 'utf8'), { merge: true }).map((document) => {
    const [fault] = [...document.errors, ...document.warnings]
    if (fault !== undefined) throw new Error(`${path}: ${fault.message}`)
    return document.toJS() as unknown
  })
}

/** The files that kustomization.yaml names, and what is in them. */
export function kubernetesManifests(): { files: string[]; named: string[]; manifests: Manifest[] } {
  const folder = join(deployFolder, 'kubernetes')
  const files = readdirSync(folder)
    .filter((name) => name !== 'kustomization.yaml')
    .sort()
  const [kustomization] = documentsOf(join(folder, 'kustomization.yaml')) as { resources: string[] }[]
  return {
    files,
    named: [...(kustomization?.resources ?? [])].sort(),
    manifests: files.flatMap((name) => documentsOf(join(folder, name)) as Manifest[]),
  }
}

export interface ComposeService {
  image?: string
  command?: string[]
  build?: unknown
  read_only?: boolean
  user?: string
  privileged?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  healthcheck?: unknown
  stop_grace_period?: string
  ports?: string[]
  networks?: string[]
  secrets?: string[]
  volumes?: string[]
  tmpfs?: string[]
  depends_on?: string[] | Record<string, { condition: string }>
  environment?: Record<string, string>
}

/** The ways Compose files go together, as their comments say. */
export const compositions = {
  embedded: ['compose.yaml'],
  whole: ['compose.parts.yaml', 'compose.whole.yaml'],
  split: ['compose.parts.yaml', 'compose.split.yaml'],
} as const

/** How many containers of a role the split composition is tried with: more than its comment names. */
export const scales: Readonly<Record<string, number>> = { worker: 5, delivery: 2, api: 2 }

/** The services of one composition, by name. */
export function composeServices(name: keyof typeof compositions): Record<string, ComposeService> {
  const files = compositions[name].flatMap(
    (file) => documentsOf(join(deployFolder, file)) as { services: Record<string, ComposeService> }[],
  )
  return Object.assign({}, ...files.map(({ services }) => services))
}
