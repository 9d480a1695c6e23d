-- Up Migration

-- Lanes of which nothing is begun until they go on.
create table lane_pauses (
  lane text primary key check (lane in ('interactive', 'bulk')),
  since timestamptz not null default now()
);

-- Jobs of all accounts by any of the first three; the newest of each by the last.
create index jobs_states on jobs (status, priority, type, id);

-- Processes as they say of themselves; `id` is also the holder of the leases that its worker takes.
create table processes (
  id uuid primary key,
  host text not null,
  pid integer not null,
  roles text[] not null,
  version text not null,
  started_at timestamptz not null,
  seen_at timestamptz not null default now(),
  facts jsonb not null
);
create index processes_seen on processes (seen_at);

-- What all processes together measured in a minute, a row for each name.
create table measured_minutes (
  minute timestamptz not null,
  name text not null,
  -- How often it was looked at, and how many of these looks found it away.
  looks bigint not null,
  failed bigint not null,
  -- Milliseconds, answers or jobs, as the name has it.
  total double precision not null,
  most double precision not null,
  primary key (minute, name)
);
