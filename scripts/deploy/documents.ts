import { readFileSync } from 'node:fs'
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

export interface ComposeService {
  image?: string
  command?: string[]
  profiles?: string[]
  network_mode?: string
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
  volumes?: string[]
  tmpfs?: string[]
  depends_on?: string[] | Record<string, { condition: string }>
  environment?: Record<string, string>
}

/** What compose.yaml can start; `embedded` without being told, as `.env` says. */
export const profiles = ['embedded', 'parts', 'split'] as const
export type Profile = (typeof profiles)[number]

/** How many containers of a role the split profile is tried with: more than its comment names. */
export const scales: Readonly<Record<string, number>> = { worker: 5, delivery: 2 }

/** The services that a profile starts, by name. */
export function composeServices(profile: Profile | 'tests'): Record<string, ComposeService> {
  const [{ services }] = documentsOf(join(root, 'compose.yaml')) as [
    { services: Record<string, ComposeService> },
  ]
  return Object.fromEntries(
    Object.entries(services).filter(([, service]) => service.profiles?.includes(profile) !== false),
  )
}
