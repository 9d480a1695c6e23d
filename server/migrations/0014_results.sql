-- Up Migration

-- Results that are kept for their time. Their bytes lie in a cache and may vanish; without a row they are given to nobody.
create table results (
  image_id uuid not null references images (id) on delete cascade,
  key text not null,
  format text not null,
  content_type text not null,
  width integer not null,
  height integer not null,
  size bigint not null,
  etag text not null,
  expires_at timestamptz not null,
  primary key (image_id, key)
);
create index results_expiry on results (expires_at);
