-- Up Migration
-- Where accounts want to be told, and every attempt to tell them.

create table webhooks (
  id uuid primary key,
  owner_id uuid not null,
  url text not null,
  description text,
  -- null: every type
  types text[],
  secret text not null,
  -- Signs beside the new one until it expires, so that a rotation loses no message.
  previous_secret text,
  previous_secret_expires_at timestamptz,
  enabled boolean not null default true,
  disabled_reason text,
  -- Since when every attempt has failed; null after a success.
  failing_since timestamptz,
  created_at timestamptz not null default now()
);
create index webhooks_owner on webhooks (owner_id, id desc);

-- Signs what goes to the address given with one upload or job.
create table webhook_account_secrets (
  owner_id uuid primary key,
  secret text not null,
  created_at timestamptz not null default now()
);

create table webhook_deliveries (
  id uuid primary key,
  owner_id uuid not null,
  -- null for the address given with one upload or job
  webhook_id uuid references webhooks (id) on delete cascade,
  url text not null,
  event_id text not null,
  event_type text not null,
  body text not null,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  -- An attempt is under way until then; a process that dies leaves it to the next.
  leased_until timestamptz,
  response_status int,
  error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where status = 'pending';
create index webhook_deliveries_log on webhook_deliveries (webhook_id, id desc);
create index webhook_deliveries_age on webhook_deliveries (created_at);

-- How far the event log has been turned into deliveries; its row lock makes one process at a time do it.
create table webhook_cursor (
  single boolean primary key default true check (single),
  position bigint not null
);
