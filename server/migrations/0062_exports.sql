-- Up Migration

-- Archives that are prepared and then given out in any ranges. What they hold lies where it lies: an archive is its rows.
create table exports (
  id uuid primary key,
  owner_id uuid not null,
  job_id uuid not null,
  status text not null check (status in ('preparing', 'ready', 'failed')),
  pictures text not null,
  -- { imageIds } or { query }; neither for everything.
  selection jsonb not null,
  -- Of the last image that is in it: what begins anew goes on there.
  after_id uuid,
  entries integer not null default 0,
  -- Bytes of the files with their headers, and of the directory behind them.
  files_bytes bigint not null default 0,
  directory_bytes bigint not null default 0,
  parts integer not null default 0,
  images integer not null default 0,
  left_out integer not null default 0,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);
create index exports_owner on exports (owner_id, id);
create index exports_due on exports (expires_at) where expires_at is not null;

-- A file of an archive: where it begins there, and where its line of the directory does.
create table export_entries (
  export_id uuid not null references exports (id) on delete cascade,
  starts_at bigint not null,
  listed_at bigint not null,
  name text not null,
  size bigint not null,
  crc bigint not null,
  storage_key text not null,
  -- Whose picture it is: nobody is given it any more when the image is gone or in the trash.
  image_id uuid,
  modified_at timestamptz not null,
  primary key (export_id, starts_at)
);
create index export_entries_listed on export_entries (export_id, listed_at);
create index export_entries_image on export_entries (export_id, image_id) where image_id is not null;
