import { statfs } from 'node:fs/promises'
import { Failure } from '@rendition/contract'
import { type Log, silentLog } from '../log.ts'

/**
 * What the writer is about: something new, which can be refused, or the rest of something that was acknowledged, which
 * may use half of what is kept free.
 */
export type Purpose = 'new' | 'accepted'

export interface Volume {
  name: string
  /** A folder on it. */
  folder: string
}

export interface RoomState {
  /** Of the volume that has least to spare. */
  volume: string
  freeBytes: number
  reserveBytes: number
  /** Nothing new is taken. */
  full: boolean
}

/**
 * Keeps some of this machine's disks free, by refusing what is new while there is still room: a database that cannot write
 * its log stops, and then nothing can be deleted to make room.
 */
export interface DiskRoom {
  /** Throws `storage_full` when this may not be written. */
  check(purpose: Purpose): Promise<void>
  /** null where no disk can be asked. */
  state(): Promise<RoomState | null>
}

export interface DiskRoomOptions {
  volumes: readonly Volume[]
  /** Bytes to keep free on each; 0 for none, undefined for a tenth of the disk, a gibibyte at most. */
  reserveBytes?: number | undefined
  /** Milliseconds for which a measurement holds. */
  freshMs?: number
  log?: Log
}

/** PostgreSQL's log alone may grow to a quarter of it between two checkpoints. */
const mostByDefault = 2 ** 30
/** Files that can still be made, where the file system counts them. */
const fileReserve = 1_000
/** Asking costs a system call; at a gigabyte a second a tenth of the reserve goes by unseen. */
const usuallyFreshMs = 100

export function createDiskRoom(options: DiskRoomOptions): DiskRoom {
  const { volumes, reserveBytes, freshMs = usuallyFreshMs, log = silentLog } = options
  let measured: Promise<RoomState | null> = Promise.resolve(null)
  let measuredAt = Number.NEGATIVE_INFINITY
  /** Names of the volumes that were found full. */
  const fullOnes = new Set<string>()

  async function measure(): Promise<RoomState | null> {
    const states = await Promise.all(
      volumes.map((volume) => stateOf(volume, reserveBytes, fullOnes.has(volume.name))),
    )
    const known = states.filter((state) => state !== null)
    known.sort((a, b) => a.freeBytes - a.reserveBytes - (b.freeBytes - b.reserveBytes))
    const worst = known.find(({ full }) => full) ?? known[0] ?? null
    for (const { volume, full, ...bytes } of known) {
      if (full === fullOnes.has(volume)) continue
      if (full) fullOnes.add(volume)
      else fullOnes.delete(volume)
      if (full) log.warn({ volume, ...bytes }, 'a disk is full: nothing new is taken')
      else log.info({ volume, ...bytes }, 'there is room on the disk again')
    }
    return worst
  }

  const state = (): Promise<RoomState | null> => {
    if (performance.now() - measuredAt >= freshMs) {
      measuredAt = performance.now()
      measured = measure()
    }
    return measured
  }

  return {
    state,
    async check(purpose) {
      const now = await state()
      if (now === null || !now.full) return
      if (purpose === 'accepted' && now.freeBytes >= now.reserveBytes / 2) return
      throw new Failure('storage_full')
    },
  }
}

/** For those who keep nothing that somebody may send without end. */
export const boundlessRoom: DiskRoom = { check: async () => {}, state: async () => null }

/** A file comes over a while, and many at once: each asks again after so much. */
const roomEveryBytes = 8 * 1024 ** 2

/** A body on its way to the disk, for as long as there is room: what fills it ends, so that others can still write. */
export function whileRoom(room: Pick<DiskRoom, 'check'>) {
  return async function* (body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let size = 0
    let roomAt = 0
    for await (const chunk of body) {
      if (size >= roomAt) {
        await room.check('new')
        roomAt = size + roomEveryBytes
      }
      size += chunk.length
      yield chunk
    }
  }
}

/**
 * null for a folder that cannot be asked: whoever uses it will hear why. What is full stays so until there is an eighth
 * more than must be kept: each upload that is refused half way gives its own room back, and the next would be let in.
 */
async function stateOf(
  { name, folder }: Volume,
  reserveBytes: number | undefined,
  wasFull: boolean,
): Promise<RoomState | null> {
  if (reserveBytes === 0) return null
  const found = await statfs(folder).catch(() => null)
  // Some file systems of networks and containers do not count.
  if (found === null || found.blocks === 0) return null
  const { bsize, blocks, bavail, files, ffree } = found
  const reserve = reserveBytes ?? Math.min(mostByDefault, Math.floor((blocks * bsize) / 10))
  const freeBytes = bavail * bsize
  const least = wasFull ? reserve * 1.125 : reserve
  const noFiles = files > 0 && ffree < Math.min(fileReserve, Math.floor(files / 10))
  return { volume: name, freeBytes, reserveBytes: reserve, full: freeBytes < least || noFiles }
}
