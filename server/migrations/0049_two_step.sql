-- Up Migration

-- The second step of signing in: the secret that an authenticator app shares with the service.
create table two_step (
  user_id uuid primary key references users (id) on delete cascade,
  -- AES-256-GCM under a key of the installation's secrets, bound to the account.
  secret bytea not null,
  created_at timestamptz not null,
  -- null while it is being set up: signing in does not ask for it yet.
  confirmed_at timestamptz,
  -- The time step of the last code that was taken: none is taken twice.
  last_step bigint
);

create table recovery_codes (
  user_id uuid not null references users (id) on delete cascade,
  -- SHA-256 of the code: 79 random bits need no slow hash.
  hash bytea not null,
  used_at timestamptz,
  primary key (user_id, hash)
);

-- A sign-in whose password was right and whose code is still to come.
create table sign_in_challenges (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  hash bytea not null,
  tries int not null default 0,
  expires_at timestamptz not null
);
create index sign_in_challenges_user on sign_in_challenges (user_id, id);
create index sign_in_challenges_expiry on sign_in_challenges (expires_at);
