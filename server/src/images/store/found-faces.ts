import type { Queryable } from '../../platform/database/port.ts'
import type { StorageKey } from '../../platform/storage/key.ts'
import type { Face } from '../../rendering/port.ts'

/** Which original, and by which detector it was looked at. */
export interface FacesName {
  imageId: string
  key: StorageKey
  detector: number
}

/** What was found before; undefined when nobody looked yet. */
export async function readFaces(
  db: Queryable,
  { imageId, key, detector }: FacesName,
): Promise<Face[] | undefined> {
  const [row] = await db.query<{ faces: Face[] }>(
    'select faces from found_faces where image_id = $1 and original_key = $2 and detector = $3',
    [imageId, key, detector],
    'images.faces',
  )
  return row?.faces
}

/** Keeps what was found, unless the image is gone. */
export async function keepFaces(
  db: Queryable,
  { imageId, key, detector }: FacesName,
  faces: readonly Face[],
): Promise<void> {
  await db.query(
    `insert into found_faces (image_id, original_key, detector, faces)
     select id, $2, $3, $4::jsonb from images where id = $1 for key share
     on conflict (image_id, original_key) do update set detector = excluded.detector, faces = excluded.faces`,
    [imageId, key, detector, JSON.stringify(faces)],
  )
}
