import { spawn } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'

const folder = import.meta.dirname

/**
 * What is compared with has a lock and a folder of its own, and comes when it is first measured: with a second sharp it weighs
 * 50 MB. null where it is not there and cannot be had.
 */
async function commandOf(script: string, needs: string, argument: string): Promise<string[] | null> {
  const there = await access(join(folder, 'node_modules', needs)).then(
    () => true,
    () => install(),
  )
  return there ? [process.execPath, join(folder, script), argument] : null
}

/** The command of the ipx server for one file. */
export const ipxCommand = (file: string): Promise<string[] | null> => commandOf('ipx.js', 'ipx', file)

/** The command of a server that writes uploads into a folder and does nothing else. */
export const uploadsCommand = (into: string): Promise<string[] | null> =>
  commandOf('uploads.js', 'busboy', into)

async function install(): Promise<boolean> {
  console.log('Installing what is compared with (bench/peers) …')
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
  return new Promise((resolve) => {
    npm.once('error', () => resolve(false))
    npm.once('close', (code) => resolve(code === 0))
  })
}
