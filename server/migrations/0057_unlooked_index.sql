-- Up Migration

-- What the backfill looks for. By itself: beside the new columns nobody could read versions while it is built.
create index if not exists versions_unlooked on versions (image_id) where look_rules < 1 and status = 'complete';
