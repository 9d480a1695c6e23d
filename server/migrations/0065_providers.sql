-- Up Migration

-- Whoever signs in by an OpenID provider alone has no password.
alter table users alter column password_hash drop not null;
-- When the address was proven to be its owner's, by a provider that is trusted with it.
alter table users add column email_verified_at timestamptz;

-- Accounts of OpenID providers that sign in to an account here.
create table identities (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  -- What the provider is by OpenID: its name in the configuration may change.
  issuer text not null,
  subject text not null,
  email text,
  created_at timestamptz not null,
  last_used_at timestamptz,
  unique (issuer, subject)
);
create index identities_user on identities (user_id, id);

-- Sign-ins that were sent to a provider and have not come back.
create table provider_sign_ins (
  id uuid primary key,
  provider text not null,
  -- Whose account is to be linked, and the session that asked; null for signing in.
  user_id uuid references users (id) on delete cascade,
  session_id uuid references sessions (id) on delete cascade,
  -- SHA-256 of what the provider is sent and of what stays in the browser: 32 random bytes each need no slow hash.
  state_hash bytea not null,
  browser_hash bytea not null,
  -- The verifier of PKCE and the nonce, under a key of the installation's secrets.
  sealed bytea not null,
  expires_at timestamptz not null
);
create index provider_sign_ins_expiry on provider_sign_ins (expires_at);
create index provider_sign_ins_user on provider_sign_ins (user_id) where user_id is not null;
create index provider_sign_ins_session on provider_sign_ins (session_id) where session_id is not null;

-- Links that sign in once, which the operator makes.
alter table account_links drop constraint account_links_kind_check;
alter table account_links add constraint account_links_kind_check check (kind in ('reset', 'invite', 'sign-in'));
