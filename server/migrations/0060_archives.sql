-- Up Migration

-- Archives come as uploads do, and are unpacked by a job.
alter table uploads drop constraint uploads_kind_check;
alter table uploads add constraint uploads_kind_check check (kind in ('whole', 'partial', 'final', 'direct', 'archive'));
-- How far an archive is unpacked and what was refused; null while nobody has begun.
alter table uploads add column unpacked jsonb;

-- Folders of uploads become albums by their names.
create index albums_named on albums (owner_id, name, id);
