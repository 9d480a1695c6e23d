-- Up Migration

-- Single-use links: to set a new password, or to accept an invitation.
create table account_links (
  id uuid primary key,
  kind text not null check (kind in ('reset', 'invite')),
  -- Whose password; null for an invitation.
  user_id uuid references users (id) on delete cascade,
  -- Who is invited, and as what.
  email text,
  role text check (role in ('admin', 'user', 'viewer')),
  -- SHA-256 of the secret part: 32 random bytes need no slow hash.
  hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  check ((kind = 'invite') = (user_id is null and email is not null and role is not null))
);
create index account_links_user on account_links (user_id) where user_id is not null;
create unique index account_links_invited on account_links (email) where kind = 'invite';
create index account_links_expiry on account_links (expires_at);

-- Mail on its way. What it says is made when it is sent: neither a link nor whether somebody has an account stands here.
create table mails (
  id uuid primary key,
  kind text not null check (kind in ('reset', 'invite')),
  email text not null,
  link_id uuid references account_links (id) on delete cascade,
  attempts int not null default 0,
  due_at timestamptz not null,
  created_at timestamptz not null
);
create index mails_due on mails (due_at);
