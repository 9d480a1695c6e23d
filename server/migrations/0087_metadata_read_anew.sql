-- Up Migration

-- Originals are read by other rules now, and those that were read by the first ones are read again. The new index before the old one
-- goes: reads wait for that alone, and not for the whole of the table to be looked through.
create index versions_reread on versions (image_id) where metadata_rules < 2;
drop index versions_unread;
alter index versions_reread rename to versions_unread;
