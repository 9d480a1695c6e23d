-- Up Migration

-- Resumable uploads: until their last byte is there, and then for a while what became of them.
create table uploads (
  id uuid primary key,
  owner_id uuid not null,
  -- A final one is made of partial ones, which become no images of their own.
  kind text not null check (kind in ('whole', 'partial', 'final')),
  -- Bytes in the end; null while the client has not said.
  length bigint check (length >= 0),
  -- Bytes that are there, and where: what only the storage reads.
  size bigint not null default 0,
  growth jsonb,
  -- As the client sent it.
  metadata text not null,
  -- Of a final one.
  part_ids uuid[] not null default '{}',
  image_id uuid,
  job_id uuid,
  -- Who writes to it now. Only while it is theirs does what they write count.
  lease_holder uuid,
  leased_until timestamptz,
  lease_wanted boolean not null default false,
  created_at timestamptz not null default now(),
  touched_at timestamptz not null default now()
);
create index uploads_owner on uploads (owner_id, id);
create index uploads_touched on uploads (touched_at);
