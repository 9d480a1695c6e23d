-- Up Migration

-- Searches that an account keeps under a name: the text, found anew each time.
create table saved_searches (
  id uuid primary key,
  owner_id uuid not null,
  name text not null,
  q text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (owner_id, name)
);
