import { spawn } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'

const folder = import.meta.dirname

/**
 * The command of the ipx server for one file; null where its packages are not there and cannot be had. They have a lock
 * and a folder of their own, and come when they are first measured: with a second sharp they weigh 50 MB.
 */
export async function ipxCommand(file: string): Promise<string[] | null> {
  const there = await access(join(folder, 'node_modules/ipx')).then(
    () => true,
    () => install(),
  )
  return there ? [process.execPath, join(folder, 'ipx.js'), file] : null
}

async function install(): Promise<boolean> {
  console.log('Installing what is compared with (bench/peers) …')
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
  return new Promise((resolve) => {
    npm.once('error', () => resolve(false))
    npm.once('close', (code) => resolve(code === 0))
  })
}
