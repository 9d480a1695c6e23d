import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFailure } from '@rendition/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mountSmallDisk, type SmallDisk, smallDiskMissing } from '../../../../acceptance/src/small-disk.ts'
import { createLogger } from '../telemetry/logger.ts'
import { createDiskRoom } from './disk-room.ts'
import { openStorage, type Storage, storageKey } from './index.ts'

const mebibyte = 2 ** 20
const skipped = smallDiskMissing === undefined ? '' : ` [skipped: ${smallDiskMissing}]`

describe.skipIf(smallDiskMissing)(`room that is kept free on a disk${skipped}`, () => {
  let folder: string
  let disk: SmallDisk
  let storage: Storage
  let said: string[]
  let next = 0
  const log = createLogger('info', { write: (line) => void said.push(JSON.parse(line).msg) })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-room-'))
    await mkdir(join(folder, 'disk'))
    disk = await mountSmallDisk(join(folder, 'disk'), 'size=16m')
    said = []
    await open(8 * mebibyte)
  })
  afterEach(async () => {
    await storage.close()
    await disk.unmount()
    await rm(folder, { recursive: true })
  })

  const open = async (reserveBytes?: number) => {
    const files = join(folder, 'disk')
    const volumes = [{ name: 'files', folder: files }]
    const diskRoom = createDiskRoom({ volumes, reserveBytes, freshMs: 0, log })
    storage = await openStorage({ url: 'file:', folder: files, diskRoom })
    return diskRoom
  }
  const free = async () => {
    const { bavail, bsize } = await statfs(join(folder, 'disk'))
    return bavail * bsize
  }
  const put = (accepted = false) =>
    storage.put(storageKey('images', `n${next++}`, 'original'), randomBytes(mebibyte / 4), { accepted })
  /** Until it is refused; gives how. */
  const fill = async (accepted: boolean) => {
    for (;;) {
      const error = await put(accepted).catch((error: unknown) => error)
      if (error !== undefined) return error
    }
  }

  it('is refused to what is new, half of it given to what was accepted, and all of it left for deleting', async () => {
    expect(isFailure(await fill(false), 'storage_full')).toBe(true)
    expect(await free()).toBeGreaterThan(7 * mebibyte)
    expect(isFailure(await storage.draft().catch((error: unknown) => error), 'storage_full')).toBe(true)
    await expect(storage.checkDiskRoom()).rejects.toThrow('storage_full')
    expect(isFailure(await fill(true), 'storage_full')).toBe(true)
    expect(await free()).toBeGreaterThan(3 * mebibyte)
    expect(await free()).toBeLessThan(4 * mebibyte)
    expect(await readdir(join(folder, 'disk', '.drafts'))).toEqual([])
    // A full disk reads as ever.
    await storage.check()

    // A little more is not enough to begin again.
    await disk.remount('size=21m')
    expect(await free()).toBeGreaterThan(8 * mebibyte)
    await expect(put()).rejects.toThrow('storage_full')
    await disk.remount('size=16m')

    const keys = Array.from({ length: next }, (_, n) => storageKey('images', `n${n}`, 'original'))
    await storage.delete(keys)
    await put()
    expect(said).toEqual(['a disk is full: nothing new is taken', 'there is room on the disk again'])
  })

  it('is a tenth of the disk unless it is said, and none when that is said', async () => {
    const diskRoom = await open()
    expect(await diskRoom.state()).toMatchObject({
      volume: 'files',
      reserveBytes: Math.floor(1.6 * mebibyte),
      full: false,
    })
    await writeFile(join(folder, 'disk', 'of-somebody-else'), Buffer.alloc(15 * mebibyte))
    expect(await diskRoom.state()).toMatchObject({ full: true })
    await expect(put()).rejects.toThrow('storage_full')
    await open(0)
    await put()
  })

  it('counts files where the file system does', async () => {
    await disk.unmount()
    disk = await mountSmallDisk(join(folder, 'disk'), 'size=16m,nr_inodes=100')
    const diskRoom = await open(mebibyte)
    expect(await diskRoom.state()).toMatchObject({ full: false })
    const names = Array.from({ length: 95 }, (_, n) => join(folder, 'disk', `f${n}`))
    await Promise.all(names.map((name) => writeFile(name, '')))
    expect(await diskRoom.state()).toMatchObject({ full: true })
  })

  it('cannot be asked of a folder that is not there, and then refuses nothing', async () => {
    const diskRoom = createDiskRoom({ volumes: [{ name: 'files', folder: join(folder, 'gone') }] })
    expect(await diskRoom.state()).toBeNull()
    await diskRoom.check('new')
  })
})
