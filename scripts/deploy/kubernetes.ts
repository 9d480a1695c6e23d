import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Manifest, root } from './documents.ts'
import { kedaSchemas } from './keda.ts'

const named = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`
const isKeda = ({ apiVersion }: Manifest): boolean => apiVersion.startsWith('keda.sh/')

interface Model {
  validate(): void
}

/**
 * What is wrong with the manifests by Kubernetes' own schemas: wrong types, missing fields, bad quantities. Fields that
 * do not exist pass here and are found by `typeFaults`.
 */
export async function schemaFaults(manifests: readonly Manifest[]): Promise<string[]> {
  const faults: string[] = []
  for (const manifest of manifests) {
    const { apiVersion, kind } = manifest
    if (isKeda(manifest)) {
      const parsed = kedaSchemas[kind]?.safeParse(manifest)
      if (parsed?.success !== true) {
        faults.push(
          `${named(manifest)}: ${parsed ? z.prettifyError(parsed.error) : 'no schema is written down'}`,
        )
      }
      continue
    }
    try {
      const models = (await import(/* @vite-ignore */ `kubernetes-models/${apiVersion}`)) as Record<
        string,
        new (
          data: unknown,
        ) => Model
      >
      const Kind = models[kind]
      if (Kind === undefined) throw new Error(`${apiVersion} has no ${kind}`)
      new Kind(manifest).validate()
    } catch (error) {
      faults.push(`${named(manifest)}: ${(error as Error).message}`)
    }
  }
  return faults
}

/** Fields that do not exist or hold the wrong type, at any depth: each manifest is compiled as a literal of its type. */
export function typeFaults(manifests: readonly Manifest[]): string[] {
  // Below the root, where the packages are found.
  mkdirSync(join(root, 'test-output'), { recursive: true })
  const folder = mkdtempSync(join(root, 'test-output', 'manifests-'))
  try {
    const lines = manifests
      .filter((manifest) => !isKeda(manifest))
      .map(
        (manifest, at) =>
          `import type { I${manifest.kind} as T${at} } from 'kubernetes-models/${manifest.apiVersion}'\n` +
          `export const v${at}: T${at} = ${JSON.stringify(manifest)} // ${named(manifest)}`,
      )
    writeFileSync(join(folder, 'manifests.ts'), lines.join('\n'))
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          module: 'nodenext',
          target: 'es2022',
          types: [],
        },
        files: ['manifests.ts'],
      }),
    )
    const compiler = join(root, 'node_modules/.bin/tsc')
    const { status, stdout, error } = spawnSync(compiler, ['-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
    })
    if (error !== undefined) throw error
    const source = lines.join('\n').split('\n')
    return status === 0
      ? []
      : stdout
          .trim()
          .split('\n')
          .map((line) => {
            const at = Number(/\((\d+),/.exec(line)?.[1])
            const manifest = /\/\/ (.*)$/.exec(source[at - 1] ?? '')?.[1] ?? 'manifests'
            return `${manifest}: ${line.replace(/^.*?: error /, '')}`
          })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
