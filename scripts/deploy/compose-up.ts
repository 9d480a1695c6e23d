import { frontDoor, openProject } from './compose-project.ts'
import type { compositions } from './documents.ts'
import type { Engine } from './engine.ts'
import { untilReady } from './service-client.ts'
import { useService } from './use-service.ts'

/** Brings a composition of one service container up, as `docker compose up` would, uses what runs and stops it. */
export async function tryCompose(engine: Engine, composition: keyof typeof compositions): Promise<string> {
  const project = await openProject(engine, composition)
  try {
    await project.compose('up', '-d', '--no-build')
    const count = await project.untilHealthy()
    await untilReady(frontDoor)
    const used = await useService(frontDoor)
    const seconds = await project.stopInOrder()
    return `${count} healthy container${count === 1 ? '' : 's'} through podman's socket, ${used}, all stopped in order in ${seconds.toFixed(0)} s`
  } finally {
    await project.close()
  }
}
