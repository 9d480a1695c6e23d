/**
 * Tries what lies in deploy/: reads it as its users' tools do, builds the image, runs it as production would, and
 * brings Compose and Kubernetes files up where the tools are there. Skips by name what cannot be tried here.
 *
 *   npm run check:deploy                     # everything; some ten minutes, most of them for the builds
 *   npm run check:deploy -- --work FOLDER    # keeps the images and the builds' layers there for the next run
 *   npm run check:deploy -- --quick          # only what needs no engine: also part of npm test
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { composeConfigFaults, composeFaults } from './deploy/compose.ts'
import { dockerfileFaults } from './deploy/dockerfile.ts'
import { root } from './deploy/documents.ts'
import { buildImage, engineMissing, makeBaseImage, openEngine } from './deploy/engine.ts'
import { kubeconformMissing, kubeconformSays } from './deploy/kubeconform.ts'
import { schemaFaults, typeFaults } from './deploy/kubernetes.ts'
import { kustomizationFaults, kustomizations, kustomized, manifestsIn } from './deploy/kustomize.ts'
import { podFaults, referenceFaults, secretsOf } from './deploy/references.ts'
import { createReport } from './deploy/report.ts'
import { buildStandIns, standInsMissing } from './deploy/stand-ins.ts'

const { values: args } = parseArgs({
  options: { work: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
/** Measured: 171 MB on top of the base image, of which 60 are PostgreSQL, some 30 fonts and 19 libvips. */
const mostMegabytes = 220

const report = createReport()
await report.faults('Dockerfile', () => dockerfileFaults())
await report.faults('Compose files', () => composeFaults())
await report.faults('docker-compose config', composeConfigFaults, 'docker-compose not here')
await report.faults('kustomizations', () => kustomizationFaults())
for (const name of kustomizations) {
  // As it is applied; without kubectl the base alone is whole as it is written.
  const manifests = kustomized(name) ?? (name === '.' ? manifestsIn('base') : null)
  const judge = (judged: string, work: (all: typeof manifests & object) => string[] | Promise<string[]>) =>
    report.faults(`Kubernetes ${name}, ${judged}`, () => manifests && work(manifests), 'kubectl not here')
  await judge('schemas', schemaFaults)
  await judge('types', typeFaults)
  await judge('references', (all) => referenceFaults(all, { secrets: secretsOf(name) }))
  await judge('pods', podFaults)
}

if (!args.quick) {
  const missing = engineMissing()
  const folder = args.work ?? mkdtempSync(join(tmpdir(), 'rendition-deploy-'))
  try {
    await report.part('kubeconform, strictly', () => kubeconformSays(folder), kubeconformMissing())
    const engine = openEngine(folder)
    // Both at once: one waits for the npm registry while the other unpacks packages.
    const [built, standIns] = await Promise.all([
      report.part(
        'image',
        async () => {
          await makeBaseImage(engine)
          const megabytes = await buildImage(engine)
          if (megabytes > mostMegabytes) throw new Error(`${megabytes} MB above its base image`)
          return `${megabytes} MB above its base image, built with Node ${process.versions.node} under the name of the base`
        },
        missing,
      ),
      report.part(
        'stand-ins for the public images',
        () => buildStandIns(engine),
        missing.length > 0 ? missing : standInsMissing(),
      ),
    ])
    if (built) {
      // A network of its own: no port of this machine is taken, none of its services is reached. Processes, mounts and
      // /run of its own: a name server of containers that outlived them answered the next trial's with nothing.
      const trial = join(root, 'scripts/deploy/trial.ts')
      const inside = [
        'set -e; ip link set lo up; mount -t tmpfs tmpfs /run',
        `"${process.execPath}" --import tsx --conditions=source "${trial}" "${folder}" ${standIns ? 'parts' : ''}`,
        // A shell that stays is what reaps here.
        'exit 0',
      ].join('; ')
      await report.part('what runs of it', async () => {
        const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
        const { status } = spawnSync('unshare', [...own, 'sh', '-c', inside], { cwd: root, stdio: 'inherit' })
        if (status !== 0) throw new Error(`the trial above ended with ${status}`)
        return 'all of the above'
      })
    }
  } finally {
    if (args.work === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
process.exitCode = report.end()
