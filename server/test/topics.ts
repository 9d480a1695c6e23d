/** A folder of a room, or a file that lies beside its folders. */
export type Part = string

const isFolder = (part: Part): boolean => !/\.tsx?$/.test(part)

/**
 * Judges what the parts of one room import of each other: folders only what the table gives them, and nobody, through
 * files beside the folders either, what imports it. `seen` are the folders there are.
 */
export function judgeTopics(
  room: string,
  imports: ReadonlyMap<Part, ReadonlySet<Part>>,
  table: Readonly<Record<string, readonly string[]>>,
): { seen: string[]; violations: string[] } {
  const topics = [...imports.keys()].filter(isFolder)
  const violations = topics.flatMap((topic) => {
    const may = table[topic]
    if (may === undefined) return [`${room}/${topic} is not among the room's topics in the table`]
    return [...(imports.get(topic) ?? [])]
      .filter((other) => isFolder(other) && !may.includes(other))
      .map((other) => `${room}/${topic} may not import ${other}`)
  })
  const circle = findCircle(imports)
  if (circle !== null) violations.push(`${room}: a circle, ${circle.join(' → ')}`)
  return { seen: topics.map((topic) => `${room}/${topic}`), violations }
}

/** One way from a part back to itself, or null. */
function findCircle(imports: ReadonlyMap<Part, ReadonlySet<Part>>): Part[] | null {
  const done = new Set<Part>()
  const walk = (part: Part, way: readonly Part[]): Part[] | null => {
    if (way.includes(part)) return [...way.slice(way.indexOf(part)), part]
    if (done.has(part)) return null
    for (const next of imports.get(part) ?? []) {
      const circle = walk(next, [...way, part])
      if (circle !== null) return circle
    }
    done.add(part)
    return null
  }
  for (const part of imports.keys()) {
    const circle = walk(part, [])
    if (circle !== null) return circle
  }
  return null
}
