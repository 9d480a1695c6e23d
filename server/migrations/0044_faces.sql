-- Up Migration

-- Faces in an original, looked for once, when a crop first wants to know. [{ x, y, width, height }], in parts of the picture
create table found_faces (
  image_id uuid not null references images (id) on delete cascade,
  original_key text not null,
  -- By which detector: others find others.
  detector integer not null,
  faces jsonb not null,
  primary key (image_id, original_key)
);
