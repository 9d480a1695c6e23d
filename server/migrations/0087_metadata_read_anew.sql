-- Up Migration

-- Originals are read by other rules now, and those that were read by the first ones are read again.
drop index versions_unread;
create index versions_unread on versions (image_id) where metadata_rules < 2;
