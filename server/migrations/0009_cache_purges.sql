-- Up Migration
-- What the caches in front of the service have to forget. A row stays until its cache has said that it did.
create table cache_purges (
  -- Digest of the URL that is called: the URL may hold a secret.
  target text not null,
  tag text not null,
  -- Raised by every change, so that a purge under way is not taken for one of a change that came after it.
  change integer not null default 1,
  changed_at timestamptz not null default now(),
  -- Moved ahead by whoever takes it: a process that dies leaves it to the next.
  due_at timestamptz not null default now(),
  attempts integer not null default 0,
  primary key (target, tag)
);
create index cache_purges_due on cache_purges (target, due_at);

-- How far the event log has been turned into purges; its row lock makes one process at a time do it.
create table cache_purge_cursor (
  single boolean primary key default true check (single),
  position bigint not null
);
