-- Up Migration

-- The key that made a key: it ends with that one. null for a key made by signing in.
alter table api_keys add column made_by uuid references api_keys (id) on delete cascade;
create index api_keys_made_by on api_keys (made_by) where made_by is not null;
