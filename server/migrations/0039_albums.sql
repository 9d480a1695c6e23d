-- Up Migration

create table albums (
  id uuid primary key,
  owner_id uuid not null,
  name text not null,
  description text,
  -- Chosen by its owner; one that is not in the album any more is none. No reference: a deletion, which holds the image,
  -- would wait for the album, whose holder may wait for the image.
  cover_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index albums_owner on albums (owner_id, id);

create table album_items (
  album_id uuid not null references albums (id) on delete cascade,
  image_id uuid not null references images (id) on delete cascade,
  -- With gaps between them, so that what moves changes its own rows alone.
  position bigint not null,
  added_at timestamptz not null default now(),
  primary key (album_id, image_id)
);
create index album_items_order on album_items (album_id, position, image_id);
create index album_items_image on album_items (image_id);
