-- Up Migration

-- The engine's epoch that made it: what an earlier one made is made anew and removed.
alter table renditions add column epoch integer not null default 1;
create index renditions_epoch on renditions (epoch, kind);
-- The epoch for which the presets of a version were asked to be made anew.
alter table versions add column renewed_for integer not null default 0;

-- What strangers get of the original while the image is public; null is what the configuration says.
alter table images add column public_original text check (public_original in ('cleaned', 'untouched'));

-- What an original is overwritten with for strangers, found once. [{ at, data in base64 } | { at, length, fill }]
create table cleaned_originals (
  image_id uuid not null references images (id) on delete cascade,
  original_key text not null,
  -- By which rules: others find other places.
  rules integer not null,
  -- null: the file was not understood.
  patches jsonb,
  primary key (image_id, original_key)
);
