-- Up Migration

-- Purges of the whole installation: what is to be made anew, and how far the job is with it.
create table purges (
  id uuid primary key,
  job_id uuid not null,
  actor_id uuid not null,
  -- image, tag, preset or all; `value` is the id, the tag or the preset's name.
  what text not null,
  value text,
  presets boolean not null,
  status text not null check (status in ('running', 'complete', 'failed', 'cancelled')),
  -- The image that was seen last: a further attempt goes on behind it.
  after_id uuid,
  seen bigint not null default 0,
  images bigint not null default 0,
  renditions bigint not null default 0,
  bytes bigint not null default 0,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index purges_ended on purges (finished_at) where finished_at is not null;
