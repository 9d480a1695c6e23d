import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { deployFolder, documentsOf, type Manifest } from './documents.ts'
import { absent } from './tools.ts'

const folder = join(deployFolder, 'kubernetes')
/** What `kubectl apply -k` is given: on parts that exist, the same with KEDA, and with parts of its own. */
export const kustomizations = ['.', 'keda', 'first-try'] as const
export type Kustomization = (typeof kustomizations)[number]

interface KustomizationFile {
  resources?: string[]
  components?: string[]
  configMapGenerator?: { files?: string[] }[]
}
const kustomizationOf = (at: string): KustomizationFile =>
  (documentsOf(join(at, 'kustomization.yaml')) as KustomizationFile[])[0] ?? {}

/** The objects of the files in one folder, as they are written. */
export function manifestsIn(name: 'base' | 'keda' | 'first-try'): Manifest[] {
  const at = join(folder, name)
  return readdirSync(at)
    .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
    .sort()
    .flatMap((file) => documentsOf(join(at, file)) as Manifest[])
}

/** What a kustomization names that is not there, and files of its folder that it does not name. */
export function kustomizationFaults(): string[] {
  const folders = ['', 'base', 'keda', 'first-try']
  return folders.flatMap((name) => {
    const at = join(folder, name)
    const { resources = [], components = [], configMapGenerator = [] } = kustomizationOf(at)
    const named = [...resources, ...components, ...configMapGenerator.flatMap(({ files }) => files ?? [])]
    const lost = named.filter((path) => {
      const target = join(at, path)
      if (!existsSync(target)) return true
      return statSync(target).isDirectory() && !existsSync(join(target, 'kustomization.yaml'))
    })
    const unnamed = readdirSync(at).filter(
      (file) =>
        file !== 'kustomization.yaml' && !statSync(join(at, file)).isDirectory() && !named.includes(file),
    )
    return [
      ...lost.map((path) => `${name}/kustomization.yaml: there is no ${path}`),
      ...unnamed.map((file) => `${name}/${file} is named by no kustomization`),
    ]
  })
}

/** The text that would be applied; null where neither kubectl nor kustomize is installed. */
export function kustomizedText(name: Kustomization): string | null {
  const words = [
    ...(absent('kubectl').length === 0 ? [['kubectl', 'kustomize']] : []),
    ...(absent('kustomize').length === 0 ? [['kustomize', 'build']] : []),
  ][0]
  if (words === undefined) return null
  const [program = '', verb = ''] = words
  const { status, stdout, stderr } = spawnSync(program, [verb, join(folder, name)], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${verb} ${name}: ${stderr}`)
  return stdout
}

/** The objects that would be applied, overlays and patches worked in; null as above. */
export function kustomized(name: Kustomization): Manifest[] | null {
  const text = kustomizedText(name)
  return text === null ? null : parseAllDocuments(text).map((document) => document.toJS() as Manifest)
}
