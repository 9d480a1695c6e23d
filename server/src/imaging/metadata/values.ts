/** Bytes of a text that is kept: captions are shorter, pictures in disguise are longer. */
export const longestText = 4096
/** Bytes of an XMP packet that is read apart from its file; agencies write some thousand. */
export const longestPacket = 262_144

/** How pictures begin, as they are and in base64. */
const beginnings = ['\xff\xd8\xff', '\x89PNG\r\n', 'RIFF', 'ftyp', '/9j/', 'iVBORw0KGgo', 'UklGR'] as const

/** Whether a value is, or holds, another picture: no text of a camera or of a person does. */
export function holdsPicture(value: Uint8Array): boolean {
  const text = latin1(value)
  return beginnings.some((beginning) => text.includes(beginning))
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** Bytes as ASCII or Latin-1 say. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
