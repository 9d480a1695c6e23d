-- Up Migration

-- The role of a provider's claim, set when the code of the second step is right.
alter table sign_in_challenges add column claimed_role text check (claimed_role in ('admin', 'user', 'viewer'));
alter table sign_in_challenges add column provider text;

-- The role that an account gets when its address is verified.
alter table users add column role_when_verified text check (role_when_verified in ('admin', 'user', 'viewer'));
-- Topics of mails that differ from what they are for everybody: { "security": false }.
alter table users add column notify jsonb not null default '{}';
-- When the last mail of each topic went.
alter table users add column notified jsonb not null default '{}';
-- What it may keep; null as configured, 0 for no limit.
alter table users add column quota_bytes bigint check (quota_bytes >= 0);
alter table users add column quota_images integer check (quota_images >= 0);

-- Links that verify an address, the account's own or the one that shall take its place.
alter table account_links drop constraint account_links_kind_check;
alter table account_links add constraint account_links_kind_check check (kind in ('reset', 'invite', 'sign-in', 'verify'));
-- Whether its secret was sent by mail, and to nobody else.
alter table account_links add column mailed boolean not null default false;

alter table mails drop constraint mails_kind_check;
alter table mails add constraint mails_kind_check check (kind in ('reset', 'invite', 'verify', 'notice'));
alter table mails add column user_id uuid references users (id) on delete cascade;
alter table mails add column topic text;
create unique index mails_notice on mails (user_id, topic, email) where kind = 'notice';

-- What an account is to be told of by its next mail.
create table notices (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  topic text not null,
  -- Where it goes: of a change of address, to the one before.
  email text not null,
  action text not null,
  details jsonb not null,
  created_at timestamptz not null
);
create index notices_user on notices (user_id, topic, id);

-- When a process last sent mail: nothing is noted where none does.
create table mail_service (
  one boolean primary key default true check (one),
  seen_at timestamptz not null
);
