import { frontDoor, openProject } from './compose-project.ts'
import { composeServices, type Profile } from './documents.ts'
import type { Engine } from './engine.ts'
import { untilReady } from './service-client.ts'
import { useService } from './use-service.ts'

/** Brings a profile of one service container up, as `docker compose up` would, uses what runs, and stops and starts it. */
export async function tryCompose(engine: Engine, profile: Profile): Promise<string> {
  const project = await openProject(engine, profile)
  try {
    await project.compose('up', '-d', '--no-build')
    const count = await project.untilHealthy()
    await untilReady(frontDoor)
    await useService(frontDoor)
    // The logins that were made are kept, or nothing would open its own data again. What stands in for S3 holds its store in
    // memory, and does not always find it again: it stays.
    const restarted = Object.keys(composeServices(profile)).filter((name) => name !== 's3')
    await project.compose('stop', ...restarted)
    await project.compose('up', '-d', '--no-build')
    await project.untilHealthy()
    await untilReady(frontDoor)
    const used = await useService(frontDoor, 'again')
    const seconds = await project.stopInOrder()
    return `${count} healthy container${count === 1 ? '' : 's'} through podman's socket, stopped and started, ${used}, all stopped in order in ${seconds.toFixed(0)} s`
  } finally {
    await project.close()
  }
}

/** Runs the tests of one folder in their container; gives the line of counts. */
export async function tryTests(engine: Engine): Promise<string> {
  const project = await openProject(engine, 'embedded')
  try {
    const said = await project.compose('run', '-T', '--rm', 'tests', 'server/src/platform/config')
    const [counts] = /^\d+ passed, 0 failed, \d+ skipped$/m.exec(said) ?? []
    if (counts === undefined || counts.startsWith('0 ')) throw new Error(said)
    return `the tests of one folder: ${counts}`
  } finally {
    await project.close()
  }
}
