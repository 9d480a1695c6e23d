/**
 * A loader for next/image. In `next.config.js`:
 *
 *   images: { loader: 'custom', loaderFile: './next-image-loader.ts' }
 *
 * and in a page `<Image src={`${image.id}?v=${image.version}`} width={800} height={533} alt="…" />`: Next asks the
 * loader for each width of its `srcset`, the browser asks Rendition, and Next's own server resizes nothing.
 */
import { nextLoader } from '@rendition/client'

export default nextLoader({ baseUrl: 'https://images.example.org' })
