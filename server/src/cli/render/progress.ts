import type { Terminal } from '../command.ts'

const cells = 24

/** A bar on an interactive terminal; nothing where the output goes to a file or another program. */
export function progressBar(
  total: number,
  { redraw }: Pick<Terminal, 'redraw'>,
): { step(what: string): void; end(): void } {
  let done = 0
  const draw = (what: string): void => {
    const filled = Math.round((done / total) * cells)
    redraw?.(`[${'█'.repeat(filled)}${'·'.repeat(cells - filled)}] ${done}/${total} ${what}`)
  }
  draw('')
  return {
    step(what) {
      done += 1
      draw(what)
    },
    end: () => redraw?.(''),
  }
}
