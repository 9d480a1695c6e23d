/**
 * What unpic's base components do with a provider: one function from a picture, a layout and a width to the attributes
 * of an `<img>`. With unpic itself: `<Image src={src} transformer={provider.transform} …/>` of `@unpic/react/base`.
 */
import { type UnpicProvider, unpicProvider } from '@rendition/client'

export const provider: UnpicProvider = unpicProvider({ baseUrl: 'https://images.example.org' })

export interface ImageAttributes {
  src: string
  srcset: string
  sizes: string
  width: number
  height: number
  style: string
}

/** A picture that fills its column and is never wider than `width` CSS pixels. */
export function constrained(
  src: string,
  { width, height }: { width: number; height: number },
  transform: UnpicProvider['transform'] = provider.transform,
): ImageAttributes {
  const widths = [640, 828, 1080, 1280, 1920, 2560].filter((each) => each <= width * 2)
  return {
    src: transform(src, { width }),
    srcset: widths.map((each) => `${transform(src, { width: each })} ${each}w`).join(', '),
    sizes: `(min-width: ${width}px) ${width}px, 100vw`,
    width,
    height,
    style: `max-width:${width}px;width:100%;aspect-ratio:${width}/${height};object-fit:cover`,
  }
}
