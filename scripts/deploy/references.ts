import type { Manifest } from './documents.ts'

/** The part of a workload that the rules below look at; the schemas have judged the rest. */
interface PodSpec {
  terminationGracePeriodSeconds?: number
  automountServiceAccountToken?: boolean
  serviceAccountName?: string
  securityContext?: { runAsNonRoot?: boolean; seccompProfile?: { type: string } }
  containers: Container[]
  volumes?: { name: string; persistentVolumeClaim?: { claimName: string }; configMap?: { name: string } }[]
}
interface Container {
  name: string
  image: string
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string } } }[]
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[]
  ports?: { name: string; containerPort: number }[]
  startupProbe?: unknown
  readinessProbe?: { httpGet: { path: string } }
  livenessProbe?: { httpGet: { path: string } }
  resources?: { requests?: { cpu?: string; memory?: string }; limits?: { memory?: string } }
  securityContext?: {
    allowPrivilegeEscalation?: boolean
    readOnlyRootFilesystem?: boolean
    capabilities?: { drop?: string[] }
  }
  volumeMounts?: { name: string; mountPath: string }[]
}
type Labels = Record<string, string>
interface Workload {
  manifest: Manifest
  labels: Labels
  pod: PodSpec
  /** Volumes that come with the workload. */
  claims: string[]
}

/** Secrets that are there when a kustomization is applied: made by hand, or by its own job. */
export const secretsOf = (kustomization: string): string[] =>
  kustomization === 'first-try' ? ['rendition', 'rendition-parts'] : ['rendition']

const spec = <T>(manifest: Manifest): T => manifest.spec as T
const of = (manifests: readonly Manifest[], kind: string): Manifest[] =>
  manifests.filter((manifest) => manifest.kind === kind)

/** Everything that makes pods. */
export function workloadsOf(manifests: readonly Manifest[]): Workload[] {
  return manifests.flatMap((manifest) => {
    type Template = { metadata?: { labels?: Labels }; spec: PodSpec }
    const template =
      manifest.kind === 'CronJob'
        ? spec<{ jobTemplate: { spec: { template: Template } } }>(manifest).jobTemplate.spec.template
        : ['Deployment', 'StatefulSet', 'Job'].includes(manifest.kind)
          ? spec<{ template: Template }>(manifest).template
          : null
    return template === null
      ? []
      : [
          {
            manifest,
            labels: template.metadata?.labels ?? {},
            pod: template.spec,
            claims: claimsOf(manifest),
          },
        ]
  })
}

function claimsOf(manifest: Manifest): string[] {
  const { volumeClaimTemplates = [] } = spec<{ volumeClaimTemplates?: { metadata: { name: string } }[] }>(
    manifest,
  )
  return volumeClaimTemplates.map(({ metadata }) => metadata.name)
}

const selects = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([name, value]) => labels[name] === value)

/** References between manifests that lead nowhere: what schemas cannot see. */
export function referenceFaults(manifests: readonly Manifest[], external: { secrets: string[] }): string[] {
  const faults: string[] = []
  const workloads = workloadsOf(manifests)
  const names = (kind: string): string[] => of(manifests, kind).map(({ metadata }) => metadata.name)
  const need = (found: boolean, message: string): void => {
    if (!found) faults.push(message)
  }

  for (const deployment of [...of(manifests, 'Deployment'), ...of(manifests, 'StatefulSet')]) {
    const { selector, template } = spec<{
      selector: { matchLabels: Labels }
      template: { metadata: { labels: Labels } }
    }>(deployment)
    need(
      selects(selector.matchLabels, template.metadata.labels),
      `${deployment.kind} ${deployment.metadata.name} does not select its own pods`,
    )
  }
  for (const service of of(manifests, 'Service')) {
    const { selector, ports } = spec<{ selector?: Labels; ports: { targetPort?: string }[] }>(service)
    if (selector === undefined) continue
    const pods = workloads.filter(({ labels }) => selects(selector, labels))
    need(pods.length > 0, `Service ${service.metadata.name} selects no pods`)
    for (const { targetPort } of ports) {
      const offered = pods.every(({ pod }) =>
        pod.containers.some((container) => container.ports?.some(({ name }) => name === targetPort)),
      )
      need(offered, `Service ${service.metadata.name} leads to the port ${targetPort}, which its pods lack`)
    }
  }
  for (const budget of of(manifests, 'PodDisruptionBudget')) {
    const { selector } = spec<{ selector: { matchLabels: Labels } }>(budget)
    need(
      workloads.some(({ labels }) => selects(selector.matchLabels, labels)),
      `PodDisruptionBudget ${budget.metadata.name} selects no pods`,
    )
  }
  for (const scaler of [...of(manifests, 'HorizontalPodAutoscaler'), ...of(manifests, 'ScaledObject')]) {
    const { scaleTargetRef } = spec<{ scaleTargetRef: { name: string } }>(scaler)
    const target = of(manifests, 'Deployment').find(({ metadata }) => metadata.name === scaleTargetRef.name)
    need(target !== undefined, `${scaler.kind} ${scaler.metadata.name} scales nothing`)
    // A number in the manifest would undo the scaler's at every deploy.
    need(
      target === undefined || spec<{ replicas?: number }>(target).replicas === undefined,
      `Deployment ${scaleTargetRef.name} is scaled, yet fixes its replicas`,
    )
  }
  for (const { manifest, pod, claims } of workloads) {
    const who = `${manifest.kind} ${manifest.metadata.name}`
    for (const container of pod.containers) {
      for (const { configMapRef, secretRef } of container.envFrom ?? []) {
        if (configMapRef)
          need(names('ConfigMap').includes(configMapRef.name), `${who}: no ConfigMap ${configMapRef.name}`)
        if (secretRef)
          need(external.secrets.includes(secretRef.name), `${who}: no Secret ${secretRef.name} is documented`)
      }
      for (const { name, valueFrom } of container.env ?? []) {
        const secret = valueFrom?.secretKeyRef?.name
        if (secret !== undefined)
          need(external.secrets.includes(secret), `${who}: ${name} from an unknown Secret`)
      }
      for (const { name } of container.volumeMounts ?? []) {
        const there = claims.includes(name) || pod.volumes?.some((volume) => volume.name === name) === true
        need(there, `${who}: no volume ${name}`)
      }
    }
    for (const { persistentVolumeClaim: claim, configMap } of pod.volumes ?? []) {
      if (configMap)
        need(names('ConfigMap').includes(configMap.name), `${who}: no ConfigMap ${configMap.name}`)
      if (claim)
        need(names('PersistentVolumeClaim').includes(claim.claimName), `${who}: no claim ${claim.claimName}`)
    }
    if (pod.serviceAccountName !== undefined)
      need(names('ServiceAccount').includes(pod.serviceAccountName), `${who}: no account`)
  }
  for (const ingress of of(manifests, 'Ingress')) {
    const { rules } = spec<{
      rules: { http: { paths: { backend: { service: { name: string } } }[] } }[]
    }>(ingress)
    for (const path of rules.flatMap(({ http }) => http.paths)) {
      need(
        names('Service').includes(path.backend.service.name),
        `Ingress: no Service ${path.backend.service.name}`,
      )
    }
  }
  return faults
}

/** What the project asks of every pod: the restricted pod security standard, bounds, probes. */
export function podFaults(manifests: readonly Manifest[]): string[] {
  const bound = of(manifests, 'RoleBinding').flatMap((binding) =>
    (binding as unknown as { subjects: { name: string }[] }).subjects.map(({ name }) => name),
  )
  return workloadsOf(manifests).flatMap(({ manifest, pod }) => {
    const faults: string[] = []
    const need = (found: boolean, message: string): void => {
      if (!found) faults.push(`${manifest.kind} ${manifest.metadata.name}: ${message}`)
    }
    need(pod.securityContext?.runAsNonRoot === true, 'may run as root')
    need(pod.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile')
    // Only what was given rights has a use for it.
    const mayCall = bound.includes(pod.serviceAccountName ?? '')
    need(pod.automountServiceAccountToken === mayCall, 'carries a token of the cluster')
    for (const {
      securityContext: own,
      resources,
      readinessProbe,
      livenessProbe,
      ...container
    } of pod.containers) {
      need(own?.allowPrivilegeEscalation === false, 'may escalate')
      // Of other images it is not ours to say where they write.
      const ours = /^rendition(:|$)/.test(container.image)
      need(!ours || own?.readOnlyRootFilesystem === true, 'has a writable root')
      need(own?.capabilities?.drop?.includes('ALL') === true, 'keeps capabilities')
      need(Boolean(resources?.requests?.cpu && resources.requests.memory), 'requests no resources')
      need(Boolean(resources?.limits?.memory), 'has no bound on memory')
      for (const { name, value } of container.env ?? []) {
        need(!(value !== undefined && /SECRET|PASSWORD|_URL$/.test(name)), `${name} stands in the manifest`)
      }
      if (manifest.kind !== 'Deployment') continue
      // Alive is the process, ready is what it stands on: a database that is away must not restart what waits for it.
      need(readinessProbe?.httpGet.path === '/ready', 'is not asked whether it is ready')
      need(livenessProbe?.httpGet.path === '/health', 'is not asked whether it lives')
      need(container.startupProbe !== undefined, 'gets no time to start')
    }
    return faults
  })
}
