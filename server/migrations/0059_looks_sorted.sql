-- Up Migration

-- The group of a look that was sorted in before: of many equal pictures each is sorted in by one row.
create index looks_sorted on looks (owner_id, look, group_id) where group_id is not null;
