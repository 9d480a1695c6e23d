-- Up Migration

-- What was done for an account on a day (UTC): one row a day in which something was, kept for 400 days. Goes with the account.
create table usage_days (
  owner_id uuid not null references users (id) on delete cascade,
  day date not null,
  uploads bigint not null default 0,
  uploaded_bytes bigint not null default 0,
  renders bigint not null default 0,
  deliveries bigint not null default 0,
  delivered_bytes bigint not null default 0,
  primary key (owner_id, day)
);
create index usage_days_day on usage_days (day);
