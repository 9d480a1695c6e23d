-- Up Migration

create table images (
  id uuid primary key,
  owner_id uuid not null,
  original_name text not null,
  visibility text not null check (visibility in ('private', 'public')),
  tags text[] not null default '{}',
  alt_text text,
  focal_x double precision,
  focal_y double precision,
  -- The current version; undo and redo move it.
  version integer not null,
  -- The highest number ever given: numbers are never used twice, because versioned URLs are immutable.
  last_version integer not null,
  -- Versions that undo left, the next one to redo last.
  redo integer[] not null default '{}',
  -- Bytes of the current version's original, for sorting.
  size bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index images_newest on images (owner_id, id);
create index images_name on images (owner_id, lower(original_name), id);
create index images_size on images (owner_id, size, id);
create index images_tags on images using gin (tags);

create table versions (
  image_id uuid not null references images (id) on delete cascade,
  version integer not null,
  -- The version this one was made from; null for the upload. Undo goes there.
  parent integer,
  cause text not null check (cause in ('upload', 'replace', 'transform', 'restore')),
  original_key text not null,
  format text not null,
  content_type text not null,
  original_width integer not null,
  original_height integer not null,
  size bigint not null,
  sha256 text not null,
  orientation smallint not null,
  frames integer not null,
  has_alpha boolean not null,
  -- From the original to this version's picture; null for the original itself.
  recipe jsonb,
  -- Images the recipe lays over, copied when the version was made: [{ imageId, digest, storageKey }].
  assets jsonb not null default '[]',
  width integer not null,
  height integer not null,
  status text not null check (status in ('pending', 'processing', 'complete', 'failed')),
  error_code text,
  error_message text,
  thumbhash text,
  color text,
  job_id uuid,
  created_at timestamptz not null default now(),
  processed_at timestamptz,
  primary key (image_id, version)
);

create table renditions (
  image_id uuid not null references images (id) on delete cascade,
  key text not null,
  kind text not null check (kind in ('preset', 'delivery', 'job')),
  name text,
  version integer not null,
  storage_key text not null,
  format text not null,
  content_type text not null,
  width integer not null,
  height integer not null,
  size bigint not null,
  etag text not null,
  created_at timestamptz not null default now(),
  used_at timestamptz not null default now(),
  expires_at timestamptz,
  primary key (image_id, key)
);
create index renditions_eviction on renditions (used_at) include (size) where kind = 'delivery';
create index renditions_expiry on renditions (expires_at) where expires_at is not null;

-- Prefixes whose rows are gone and whose blobs must follow: written with the deletion, removed after it.
create table blob_removals (
  prefix text primary key,
  requested_at timestamptz not null default now()
);
