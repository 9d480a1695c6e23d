import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importJWK, jwtVerify, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadSecrets, openDataFolder } from './index.ts'

describe('data folder', () => {
  let parent: string
  let folder: string
  const mode = async (path: string) => (await stat(path)).mode & 0o777

  beforeEach(async () => {
    parent = await realpath(await mkdtemp(join(tmpdir(), 'rendition-data-')))
    folder = join(parent, 'deep', 'data')
  })
  afterEach(async () => {
    await rm(parent, { recursive: true, force: true })
  })

  it('is created for its owner alone, and opened again', async () => {
    const data = await openDataFolder(folder)
    expect(data.path).toBe(folder)
    expect(await mode(folder)).toBe(0o700)
    await data.release()
    await data.release()
    const again = await openDataFolder(folder)
    await again.release()
    expect((await readdir(folder)).sort()).toEqual(['lock', 'rendition.json'])
  })

  it('is closed to others when it was open', async () => {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o755)
    const data = await openDataFolder(folder)
    expect(await mode(folder)).toBe(0o700)
    await data.release()
  })

  it('belongs to one process; another is told which', async () => {
    const data = await openDataFolder(folder)
    const attempt = openDataFolder(folder)
    await expect(attempt).rejects.toThrow(
      new RegExp(`${folder} is in use by process ${process.pid} on .*DATA_DIR`, 's'),
    )
    await data.release()
  })

  it('is free as soon as its process is gone, killed or not', async () => {
    await (await openDataFolder(folder)).release()
    const holder = spawn('flock', ['-n', join(folder, 'lock'), 'sh', '-c', 'echo held; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(holder.stdout, 'data')
    await expect(openDataFolder(folder)).rejects.toThrow(/in use/)
    const { stdout } = holder
    // flock(1) waits for its child, which holds the same open file.
    for (const pid of [holder.pid ?? 0, ...(await childrenOf(holder.pid ?? 0))]) process.kill(pid, 'SIGKILL')
    stdout.destroy()
    const data = await vi.waitFor(() => openDataFolder(folder), 5_000)
    await data.release()
  })

  it('refuses a folder of something else, and leaves it alone', async () => {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o755)
    await writeFile(join(folder, 'thesis.tex'), 'years of work')
    await expect(openDataFolder(folder)).rejects.toThrow(/holds other things \(thesis.tex\)/)
    expect(await mode(folder)).toBe(0o755)
    expect(await readdir(folder)).toEqual(['thesis.tex'])
  })

  it('refuses a folder of a newer version, and stays free for that version', async () => {
    await (await openDataFolder(folder)).release()
    const marker = join(folder, 'rendition.json')
    const written = await readFile(marker, 'utf8')
    await writeFile(marker, JSON.stringify({ product: 'rendition', layout: 99 }))
    await expect(openDataFolder(folder)).rejects.toThrow(/newer version/)
    await writeFile(marker, written)
    await (await openDataFolder(folder)).release()
  })
})

describe('secrets', () => {
  let folder: string
  const file = () => join(folder, 'secrets.json')
  const mode = async () => (await stat(file())).mode & 0o777

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-secrets-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  it('are made once, for the owner alone, and differ between installations', async () => {
    const secrets = await loadSecrets(folder)
    expect(await mode()).toBe(0o600)
    expect(await readdir(folder)).toEqual(['secrets.json'])
    expect(await loadSecrets(folder)).toEqual(secrets)
    await rm(file())
    const others = await loadSecrets(folder)
    expect(others.urlKeys).not.toEqual(secrets.urlKeys)
    expect(others.pepper).not.toBe(secrets.pepper)
    expect(others.signingKeys[0]?.d).not.toBe(secrets.signingKeys[0]?.d)
  })

  it('hold a key that signs tokens', async () => {
    const [key] = (await loadSecrets(folder)).signingKeys
    if (key === undefined) throw new Error('no key')
    const { d: _, ...publicKey } = key
    const token = await new SignJWT({ a: 1 })
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .sign(await importJWK(key))
    expect((await jwtVerify(token, await importJWK(publicKey))).payload).toMatchObject({ a: 1 })
  })

  it('are closed to others when a copy has opened them', async () => {
    await loadSecrets(folder)
    await chmod(file(), 0o644)
    await loadSecrets(folder)
    expect(await mode()).toBe(0o600)
  })

  it('are never replaced when damaged, and never shown', async () => {
    const { pepper } = await loadSecrets(folder)
    const text = await readFile(file(), 'utf8')
    const damaged = text.replace('"signingKeys"', '"signing"')
    await writeFile(file(), damaged)
    const error = await loadSecrets(folder).catch((caught: Error) => caught)
    expect(String(error)).toMatch(/secrets.json is not valid/)
    expect(String(error)).not.toContain(pepper)
    await writeFile(file(), text.slice(0, 50))
    await expect(loadSecrets(folder)).rejects.toThrow(/not JSON/)
    expect(await readFile(file(), 'utf8')).toBe(text.slice(0, 50))
  })
})

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return text.split(' ').filter(Boolean).map(Number)
}
