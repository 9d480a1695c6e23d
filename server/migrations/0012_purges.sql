-- Up Migration

-- How many times the renditions of an image were purged: what was planned before a purge is not recorded after it.
alter table images add column purges integer not null default 0;
