import type { Subject } from './tags.ts'
import { bytesOf, holdsPicture, latin1, longestText } from './values.ts'
import {
  container,
  containerItem,
  gainNamespaces,
  isKnownNamespace,
  rdf,
  subjectOfProperty,
  xmpMeta,
} from './xmp-properties.ts'

/** Where an element stands: around the properties, in one that is kept, or in what is not. */
type Place = 'root' | 'meta' | 'list' | 'description' | 'property' | 'dropped'

interface Element {
  name: string
  start: number
  place: Place
}

interface Attribute {
  name: string
  value: string
  start: number
  end: number
}

const attributePattern = /\s*([\w.:-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const tailPattern = /\s*(\/?)>/y
/** How a packet begins and ends, as all write it: nothing in it is anybody's own. */
const packetMark =
  /^<\?xpacket (begin=("(\xef\xbb\xbf)?"|'(\xef\xbb\xbf)?') id=["']W5M0MpCehiHzreSzNTczkc9d["']|end=["'][rw]["']) ?\?>/
const longestPrefix = 20
const mostElements = 20_000
const deepest = 32
/** The list of gain maps: items within items, and nothing as long as a picture. */
const longestProperty = 4 * longestText

class Unreadable extends Error {}

/**
 * An XMP packet with nothing but the known properties of these subjects; the others are overwritten with spaces, so that
 * it is as long as it was and what stays is as it was written. null when it cannot be read, or in another encoding
 * than UTF-8: what is not understood is not passed on.
 */
export function filterXmp(packet: Uint8Array, subjects: ReadonlySet<Subject>): Uint8Array | null {
  const text = latin1(packet)
  if (text.includes('\0')) return null
  try {
    const blanks = new Filter(text, subjects).run()
    if (blanks.length === 0) return packet
    const out = bytesOf(text)
    for (const [from, to] of blanks) out.fill(0x20, from, to)
    return out
  } catch (error) {
    if (error instanceof Unreadable) return null
    throw error
  }
}

/** Whether a packet is of a gain map, or of a picture that has one: it names what applies it. */
export const tellsOfGain = (packet: Uint8Array): boolean => {
  const text = latin1(packet)
  return gainNamespaces.some((uri) => text.includes(uri))
}

/** One walk through a packet. Names are compared by namespace, whatever prefix the writer chose. */
class Filter {
  private readonly text: string
  private readonly subjects: ReadonlySet<Subject>
  private readonly uris = new Map<string, string>([['xml', 'xml']])
  private readonly stack: Element[] = []
  private readonly blanks: [number, number][] = []

  constructor(text: string, subjects: ReadonlySet<Subject>) {
    this.text = text
    this.subjects = subjects
  }

  run(): [number, number][] {
    const { text } = this
    let at = 0
    for (let element = 0; at < text.length; element++) {
      if (element > mostElements) throw new Unreadable()
      const open = text.indexOf('<', at)
      const end = open === -1 ? text.length : open
      this.onText(at, end)
      if (open === -1) break
      at = this.onMarkup(open)
    }
    if (this.stack.length > 0) throw new Unreadable()
    return this.blanks
  }

  private get place(): Place {
    return this.stack.at(-1)?.place ?? 'root'
  }

  private blank(from: number, to: number): void {
    if (to > from) this.blanks.push([from, to])
  }

  /** Words belong into properties. A byte order mark may stand in front. */
  private onText(from: number, to: number): void {
    if (this.place === 'property' || this.place === 'dropped') return
    const start = from === 0 && this.text.startsWith('\xef\xbb\xbf') ? 3 : from
    if (this.text.slice(start, to).trim() !== '') this.blank(start, to)
  }

  private onMarkup(at: number): number {
    const { text } = this
    if (text.startsWith('<!--', at)) return this.skip(at, '-->', false)
    if (text.startsWith('<?', at)) return this.skip(at, '?>', packetMark.test(text.slice(at, at + 120)))
    if (text.startsWith('<!', at)) throw new Unreadable()
    return text.startsWith('</', at) ? this.onClose(at) : this.onOpen(at)
  }

  private skip(at: number, mark: string, keep: boolean): number {
    const found = this.text.indexOf(mark, at)
    if (found === -1) throw new Unreadable()
    const end = found + mark.length
    if (!keep) this.blank(at, end)
    return end
  }

  private onClose(at: number): number {
    const match = /^<\/([\w.:-]+)\s*>/.exec(this.text.slice(at, at + 200))
    const element = this.stack.pop()
    if (match === null || element === undefined || element.name !== match[1]) throw new Unreadable()
    const end = at + match[0].length
    this.leave(element, end)
    return end
  }

  /** A property is judged again as a whole: it may be a picture after all. */
  private leave({ place, start }: Element, end: number): void {
    const outermost = this.place !== place
    if (place === 'dropped' && outermost) this.blank(start, end)
    if (place !== 'property' || !outermost) return
    const whole = this.text.slice(start, end)
    if (whole.length > longestProperty || holdsPicture(bytesOf(whole))) this.blank(start, end)
  }

  private onOpen(at: number): number {
    const { text } = this
    const name = /^<([\w.:-]+)/.exec(text.slice(at, at + 200))?.[1]
    if (name === undefined || this.stack.length >= deepest) throw new Unreadable()
    const attributes: Attribute[] = []
    let end = at + 1 + name.length
    for (;;) {
      attributePattern.lastIndex = end
      const match = attributePattern.exec(text)
      if (match === null) break
      const [whole, attribute = '', double, single] = match
      attributes.push({ name: attribute, value: double ?? single ?? '', start: end, end: end + whole.length })
      end += whole.length
    }
    tailPattern.lastIndex = end
    const tail = tailPattern.exec(text)
    if (tail === null) throw new Unreadable()
    end += tail[0].length
    for (const attribute of attributes) this.declare(attribute)
    const place = this.placeOf(name)
    if (place !== 'dropped') for (const attribute of attributes) this.judge(attribute, place, name)
    const element = { name, start: at, place }
    if (tail[1] === '/') this.leave(element, end)
    else this.stack.push(element)
    return end
  }

  private declare({ name, value }: Attribute): void {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) return
    const prefix = name.slice(6)
    // A prefix that means two things would have to be followed through the tree: no writer does that
    if (prefix.length > longestPrefix || value.length > 200 || (this.uris.get(prefix) ?? value) !== value)
      throw new Unreadable()
    this.uris.set(prefix, value)
  }

  private resolve(name: string): { uri: string; local: string } {
    const [prefix, local] = name.includes(':') ? name.split(':', 2) : ['', name]
    return { uri: this.uris.get(prefix ?? '') ?? '', local: local ?? '' }
  }

  private placeOf(name: string): Place {
    const { uri, local } = this.resolve(name)
    switch (this.place) {
      case 'root':
        if (uri === xmpMeta && (local === 'xmpmeta' || local === 'xapmeta')) return 'meta'
        return uri === rdf && local === 'RDF' ? 'list' : 'dropped'
      case 'meta':
        return uri === rdf && local === 'RDF' ? 'list' : 'dropped'
      case 'list':
        return uri === rdf && local === 'Description' ? 'description' : 'dropped'
      case 'description':
        return this.isWanted(name) ? 'property' : 'dropped'
      case 'property': {
        const listed = uri === rdf && /^(Alt|Bag|Seq|li)$/.test(local)
        return listed || (uri === container && local === 'Item' && this.subjects.has('gain'))
          ? 'property'
          : 'dropped'
      }
      case 'dropped':
        return 'dropped'
    }
  }

  private isWanted(name: string): boolean {
    const { uri, local } = this.resolve(name)
    const subject = subjectOfProperty(uri, local)
    return subject !== null && this.subjects.has(subject)
  }

  private judge({ name, value, start, end }: Attribute, place: Place, element: string): void {
    if (name === 'xmlns' || name.startsWith('xmlns:')) {
      if (!isKnownNamespace(value)) this.blank(start, end)
      return
    }
    const { uri, local } = this.resolve(name)
    const short = value.length <= longestText && !holdsPicture(bytesOf(value))
    const grammar =
      (uri === 'xml' && local === 'lang' && /^[\w-]{1,35}$/.test(value)) ||
      (uri === rdf && local === 'parseType' && value === 'Resource') ||
      (((uri === rdf && local === 'about') || (name === 'about' && place === 'description')) && value === '')
    const known =
      place === 'description'
        ? this.isWanted(name)
        : place === 'property' && uri === containerItem && this.resolve(element).uri === container
    if (!short || !(grammar || known)) this.blank(start, end)
  }
}
