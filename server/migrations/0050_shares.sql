-- Up Migration

-- Links that open images of an account to whoever has them.
create table shares (
  id uuid primary key,
  owner_id uuid not null,
  -- SHA-256 of the token: who reads the database opens nothing with it.
  token_hash bytea not null unique,
  type text not null check (type in ('image', 'album', 'selection')),
  -- With the album its shares end.
  album_id uuid references albums (id) on delete cascade,
  title text,
  sizes text[] not null,
  downloads boolean not null,
  uploads boolean not null,
  password_hash text,
  -- One more with every change of what it gives: URLs and passes of before are for nothing then.
  generation integer not null default 1,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index shares_owner on shares (owner_id, id);
create index shares_album on shares (album_id) where album_id is not null;

-- What an image's or a selection's share opens; an album's opens what lies in the album.
create table share_items (
  share_id uuid not null references shares (id) on delete cascade,
  image_id uuid not null references images (id) on delete cascade,
  position integer not null,
  primary key (share_id, image_id)
);
create index share_items_order on share_items (share_id, position);
create index share_items_image on share_items (image_id);
