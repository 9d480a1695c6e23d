-- Up Migration

-- What the original of a version says of its picture, and by which rules it was read: 0 is not yet.
alter table versions add column metadata jsonb;
alter table versions add column metadata_rules smallint not null default 0;
-- When the backfill last tried: what fails waits, and who else looks takes others.
alter table versions add column metadata_tried_at timestamptz;
-- The colours that make the picture, the most of it first, as #rrggbb; and what they are searched by.
alter table versions add column palette text[];
alter table versions add column colours text[];
-- What the backfill looks for.
create index versions_unread on versions (image_id) where metadata_rules < 1;
