-- Up Migration

create table jobs (
  id uuid primary key,
  owner_id uuid not null,
  type text not null,
  image_id uuid,
  batch_id uuid,
  status text not null check (status in ('pending', 'processing', 'complete', 'failed', 'cancelled')),
  priority text not null check (priority in ('interactive', 'bulk')),
  progress real not null default 0,
  attempts integer not null default 0,
  max_attempts integer not null,
  -- How often the worker vanished while running it.
  losses integer not null default 0,
  error_code text,
  error_message text,
  input jsonb not null,
  result jsonb,
  webhook_url text,
  idempotency_key text,
  -- Digest of the request that brought the idempotency key: another request may not use it again.
  request_digest text,
  -- Unfinished jobs of one owner never share one: equal work is joined.
  work_key text,
  -- One at a time for an image, in order of arrival: each starts from what the one before left.
  ordered boolean not null default false,
  -- Start-time fair queueing: the virtual time at which this job's turn comes in its lane.
  turn double precision not null,
  -- Not before (backoff).
  available_at timestamptz not null default now(),
  -- Handed to the queue; null is what the relay looks for. This column is the job's place in the outbox.
  dispatched_at timestamptz,
  lease_until timestamptz,
  holder text,
  -- Raised by every claim: a worker whose number is old may not write.
  fence bigint not null default 0,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
create index jobs_owner on jobs (owner_id, id);
create index jobs_image on jobs (image_id, id) where image_id is not null;
create index jobs_batch on jobs (batch_id, id) where batch_id is not null;
create index jobs_dispatch on jobs (priority, turn, id) where status = 'pending' and dispatched_at is null;
create index jobs_dispatched on jobs (priority, dispatched_at)
  where status in ('pending', 'processing') and dispatched_at is not null;
create index jobs_leases on jobs (lease_until) where status = 'processing';
create index jobs_turns on jobs (owner_id, priority, turn) where status = 'pending';
create index jobs_finished on jobs (finished_at) where finished_at is not null;
create unique index jobs_idempotency on jobs (owner_id, idempotency_key) where idempotency_key is not null;
create unique index jobs_equal_work on jobs (owner_id, work_key)
  where work_key is not null and status in ('pending', 'processing');

-- Workers that are alive, and how many jobs each takes at once: the bulk lane is kept below their sum.
create table job_workers (
  id text primary key,
  slots integer not null,
  seen_at timestamptz not null default now()
);

-- What happened, in the transaction that made it so. `seq` is taken under the row lock of the image or job,
-- so it is in order for each image; across images it is not the order of commits.
create table outbox (
  seq bigint generated always as identity primary key,
  id uuid not null,
  type text not null,
  owner_id uuid not null,
  image_id uuid,
  data jsonb not null,
  webhook_url text,
  created_at timestamptz not null default now()
);

-- The log readers follow. The relay, one at a time, moves the outbox here and gives out positions without gaps,
-- so whoever has read up to a position can never miss a late commit below it.
create table events (
  position bigint primary key,
  id uuid not null unique,
  type text not null,
  owner_id uuid not null,
  image_id uuid,
  data jsonb not null,
  webhook_url text,
  created_at timestamptz not null
);
create index events_owner on events (owner_id, position);
create index events_age on events (created_at);

-- Counters of the relay: the newest position, and the virtual time of each lane.
create table relay_state (
  name text primary key,
  value double precision not null
);
insert into relay_state (name, value) values ('position', 0), ('interactive', 0), ('bulk', 0);
