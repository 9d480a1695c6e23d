import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kustomizations, kustomizedText } from './kustomize.ts'
import { absent, run } from './tools.ts'

/** The schemas of this release of Kubernetes. */
const release = 'v1.32.0'

/** What is missing here to get and run it; empty when nothing is. */
export const kubeconformMissing = (): string[] => [
  ...(absent('kubeconform').length === 0 ? [] : absent('go')),
  ...absent('python3', 'pip'),
  ...(kustomizedText('.') === null ? ['kubectl'] : []),
]

/**
 * Everything that would be applied, against Kubernetes' own schemas without room for a field that they do not name. The program
 * comes from Go's module proxy and the schemas from PyPI, since their usual place is reached from few machines.
 */
export async function kubeconformSays(folder: string): Promise<string> {
  const tools = join(folder, 'kubeconform')
  mkdirSync(tools, { recursive: true })
  const program = absent('kubeconform').length === 0 ? 'kubeconform' : join(tools, 'kubeconform')
  // In a folder that is kept it is there already.
  if (program !== 'kubeconform' && !existsSync(program)) {
    await run(['go', 'install', 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0'], {
      env: { GOBIN: tools },
    })
  }
  const schemas = await fetchSchemas(tools)
  const said: string[] = []
  for (const name of kustomizations) {
    const file = join(tools, 'applied.yaml')
    writeFileSync(file, kustomizedText(name) ?? '')
    const where = join(schemas, '{{.ResourceKind}}{{.KindSuffix}}.json')
    const keda = 'ScaledObject,TriggerAuthentication'
    const summary = await run([
      ...[program, '-strict', '-summary', '-skip', keda],
      ...['-schema-location', where, file],
    ])
    said.push(`${name}: ${/Valid: \d+/.exec(summary)?.[0] ?? summary}`)
  }
  return said.join(', ')
}

async function fetchSchemas(tools: string): Promise<string> {
  const folder = join(tools, 'schemas/kubernetes_validate/kubernetes-json-schema', `${release}-local-strict`)
  if (existsSync(folder)) return folder
  await run(['pip', 'download', '-q', '--no-deps', '-d', tools, 'kubernetes-validate==1.37.0'])
  const wheel = readdirSync(tools).find((name) => name.endsWith('.whl')) ?? ''
  await run(['python3', '-m', 'zipfile', '-e', join(tools, wheel), join(tools, 'schemas')])
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    // They name each other by an address that is not theirs here.
    const text = readFileSync(path, 'utf8').replaceAll('"/api/_definitions.json#', '"_definitions.json#')
    const schema = JSON.parse(text) as { $id?: string }
    delete schema.$id
    writeFileSync(path, JSON.stringify(schema))
  }
  return folder
}
