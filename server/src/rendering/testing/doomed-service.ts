import { setTimeout as after } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { findSetpriv, renderCommand } from '../command.ts'
import { startRenderProcess } from '../render-process.ts'

/** A service that starts a render, tells the pid of its process, and waits to be killed. */
const [how = 'avif', guard, child = ''] = process.argv.slice(2)
const command = renderCommand(pathToFileURL(child), {}, guard === 'kernel' ? findSetpriv : () => null)
const running = await startRenderProcess(command)
const source = { file: how }
const limits = { stillPixels: 1, animatedPixels: 1, frames: 1, side: 1, outputSide: 1, outputPixels: 1 }
void running.run(
  { kind: 'render', heic: true, relaxed: true, singly: false, request: { source, outputs: [], limits } },
  { timeoutMs: 60_000, memoryBytes: 2 ** 40 },
)
// Long enough for the child to be inside its work.
await after(500)
process.stdout.write(`${running.pid}\n`)
