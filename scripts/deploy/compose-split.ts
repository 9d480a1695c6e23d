import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'
import { type ComposeProject, type Container, frontDoor, openProject } from './compose-project.ts'
import { scales } from './documents.ts'
import type { Engine } from './engine.ts'
import { openClient, type ServiceClient, untilReady } from './service-client.ts'
import { useService } from './use-service.ts'

const pictures = 6
/** AVIF takes a second and more, long enough to find a worker in the middle of it. */
const recipes = [1400, 1390, 1380, 1370].map((width) => ({ width, format: 'avif' }))

/**
 * Brings every role up in containers of its own, several of those that scale, and looks at what only many processes
 * show: that the gateway finds all of a name, that workers share a batch, and that one of them may die.
 */
export async function trySplit(engine: Engine): Promise<string> {
  const project = await openProject(engine, 'split')
  try {
    const scale = Object.entries(scales).flatMap(([name, count]) => ['--scale', `${name}=${count}`])
    await project.compose('up', '-d', '--no-build', ...scale)
    const count = await project.untilHealthy()
    await untilReady(frontDoor)
    const used = await useService(frontDoor)
    // As the service's documents ask them.
    for (const at of ['8080/health', '3001/health', '3002/api/health']) {
      const { status } = await fetch(`http://127.0.0.1:${at}`)
      if (status !== 200) throw new Error(`${at} answers ${status}`)
    }
    const client = await openClient(frontDoor, 'again')
    const found = await processesFound(project, client)
    const worked = await workTogether(engine, project, client)
    const seconds = await project.stopInOrder()
    return `${count} healthy containers, ${used} through the gateway, ${found}, ${worked}, all stopped in order in ${seconds.toFixed(0)} s`
  } finally {
    await project.close()
  }
}

/** Requests that a process answered, but for those about itself. */
async function requestsAt({ address }: Container, port: number): Promise<number> {
  const text = await (await fetch(`http://${address}:${port}/metrics`)).text()
  const counts = text.matchAll(/^rendition_http_request_duration_seconds_count\{(.*)\} (\d+)$/gm)
  return [...counts]
    .filter(([, labels]) => !/route="\/(api\/)?(health|ready|metrics)"/.test(labels ?? ''))
    .reduce((sum, [, , number]) => sum + Number(number), 0)
}

/** Reads through the gateway until every process of a scaled name has answered some. */
async function processesFound(project: ComposeProject, client: ServiceClient): Promise<string> {
  const { items } = await client.get<{ items: { id: string }[] }>('/api/images')
  const [image] = items
  const limit = Date.now() + 30_000
  for (let width = 100; ; width += 1) {
    await client.picture(`/images/${image?.id}?width=${width}`)
    if (width % 20 !== 0) continue
    const delivery = await project.containers('delivery')
    if (delivery.length !== scales.delivery) throw new Error(`${delivery.length} delivery processes`)
    const counts = await Promise.all(delivery.map((one) => requestsAt(one, 3003)))
    if (counts.every((number) => number > 0)) return `all ${scales.delivery} delivery processes found by DNS`
    if (Date.now() > limit) throw new Error(`requests that delivery processes got: ${counts.join()}`)
  }
}

/** Works a batch off, kills a worker that is rendering, and sees the batch through. */
async function workTogether(engine: Engine, project: ComposeProject, client: ServiceClient): Promise<string> {
  const uploads = Array.from({ length: pictures }, async (_, number) => client.upload(await noise(number)))
  const ids = await Promise.all(uploads)
  const batches: string[] = []
  for (const parameters of recipes) {
    const asked = { imageIds: ids, type: 'transform', parameters, priority: 'bulk' }
    batches.push((await client.post<{ batchId: string }>('/api/jobs', asked)).batchId)
  }
  const killed = await killBusyWorker(project)

  const jobs = pictures * recipes.length
  const began = Date.now()
  for (;;) {
    const lists = await Promise.all(
      batches.map((id) => client.get<{ items: { status: string }[] }>(`/api/jobs?batchId=${id}&limit=100`)),
    )
    const statuses = lists.flatMap(({ items }) => items.map(({ status }) => status))
    if (statuses.length === jobs && statuses.every((status) => status === 'complete')) break
    if (statuses.includes('failed') || Date.now() - began > 150_000) throw new Error(statuses.join())
    await pause(500)
  }
  const [postgres] = await project.containers('postgres')
  const query = `select count(distinct holder), sum(losses) from jobs where batch_id in ('${batches.join("', '")}')`
  const psql = ['psql', '-h', '/tmp', '-U', 'rendition', '-Atc']
  const row = await engine.podman('exec', postgres?.id ?? '', ...psql, query)
  const [workers = 0, losses = 0] = row.split('|').map(Number)
  if (workers < 2) throw new Error(`${jobs} jobs were done by ${workers} workers`)
  if (losses < 1) throw new Error('the worker that was killed lost no job')
  // `restart: unless-stopped` brings it back.
  await untilBack(project, killed)
  return `${jobs} jobs shared by ${workers} workers, ${losses} of them taken over from one that was killed and came back`
}

/** Ends a worker's container from outside in the middle of a rendering; gives its id. */
async function killBusyWorker(project: ComposeProject): Promise<string> {
  const workers = await project.containers('worker')
  if (workers.length !== scales.worker) throw new Error(`${workers.length} workers`)
  const limit = Date.now() + 60_000
  for (;;) {
    for (const { id, address, pid } of workers) {
      const text = await (await fetch(`http://${address}:3004/metrics`)).text()
      if (!/^rendition_renders_running [1-9]/m.test(text)) continue
      process.kill(pid, 'SIGKILL')
      return id
    }
    if (Date.now() > limit) throw new Error('no worker renders anything')
    await pause(50)
  }
}

async function untilBack(project: ComposeProject, id: string): Promise<void> {
  const limit = Date.now() + 60_000
  for (;;) {
    const container = (await project.containers('worker')).find((one) => one.id === id)
    if (container?.status === 'running' && container.health === 'healthy') return
    if (Date.now() > limit)
      throw new Error(`the worker that was killed is ${container?.status}, ${container?.health}`)
    await pause(500)
  }
}

/** A picture that costs something to encode, and another one for each number. */
function noise(number: number): Promise<Buffer> {
  return sharp({
    create: {
      width: 1600,
      height: 1100,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 90 + number, sigma: 40 },
    },
  })
    .jpeg()
    .toBuffer()
}
