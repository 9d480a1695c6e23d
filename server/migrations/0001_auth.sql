-- Up Migration

create table users (
  id uuid primary key,
  -- Lower case.
  email text constraint users_email_key unique,
  -- As its owner writes it (NFKC), and folded for comparison.
  username text,
  username_key text constraint users_username_key unique,
  -- A PHC string: algorithm, parameters and salt stand in it.
  password_hash text not null,
  role text not null check (role in ('admin', 'user', 'viewer')),
  disabled_at timestamptz,
  last_login_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (email is not null or username is not null),
  check ((username is null) = (username_key is null))
);
create index users_admins on users (id) where role = 'admin';

-- One signed-in device: the family of refresh tokens that descend from one sign-in.
create table sessions (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  user_agent text,
  address text,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_because text
);
create index sessions_user on sessions (user_id, id);
create index sessions_expiry on sessions (expires_at);

create table refresh_tokens (
  id uuid primary key,
  session_id uuid not null references sessions (id) on delete cascade,
  -- SHA-256 of the secret part: 32 random bytes need no slow hash.
  hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- Spent: a second use is theft or a client's fault, and ends the session.
  used_at timestamptz
);
create index refresh_tokens_session on refresh_tokens (session_id);

create table api_keys (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  name text not null,
  -- The public part of the key, by which its row is found.
  lookup text not null constraint api_keys_lookup_key unique,
  hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz
);
create index api_keys_user on api_keys (user_id, id);

-- What makes a living access token or a cached key stop: read by every verifier every few seconds.
-- Rows matter as long as access tokens live.
create table auth_revocations (
  seq bigint generated always as identity primary key,
  kind text not null check (kind in ('session', 'user', 'key')),
  subject uuid not null,
  -- For a user: the role from now on; null when the account is disabled or gone.
  role text,
  at timestamptz not null default clock_timestamp()
);
create index auth_revocations_at on auth_revocations (at);

-- Who did what. No names and no foreign keys: entries outlive accounts, and what identifies a person goes with the account.
create table audit (
  id uuid primary key,
  at timestamptz not null,
  action text not null,
  outcome text not null check (outcome in ('success', 'failure')),
  actor_id uuid,
  target_id uuid,
  address text,
  user_agent text,
  request_id text,
  details jsonb not null default '{}'
);
create index audit_actor on audit (actor_id, id);
create index audit_action on audit (action, id);
