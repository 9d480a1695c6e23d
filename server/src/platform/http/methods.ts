import type { FastifyInstance } from 'fastify'

/**
 * Remembers which methods each path has, as routes are added from now on, and tells those of a path; none where no
 * route fits. Routes with a wildcard are left out: they take whatever their rooms decide.
 */
export function collectMethods(app: Pick<FastifyInstance, 'addHook'>): (path: string) => string[] {
  const patterns = new Map<string, { fits: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return
    const known = patterns.get(url) ?? { fits: patternOf(url), methods: new Set() }
    for (const each of [method].flat()) known.methods.add(each)
    patterns.set(url, known)
  })
  return (path) => {
    const fitting = [...patterns.values()].filter(({ fits }) => fits.test(path))
    return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort()
  }
}

/** `/images/:id` as an expression for whole paths. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : escaped(part)))
  return new RegExp(`^${parts.join('/')}/?$`)
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
