-- Up Migration

-- Uploads whose bytes the client sends to the storage itself. What it said of them is held against what came.
alter table uploads drop constraint uploads_kind_check;
alter table uploads add constraint uploads_kind_check check (kind in ('whole', 'partial', 'final', 'direct'));
alter table uploads add column sha256 text;
alter table uploads add column content_type text;
