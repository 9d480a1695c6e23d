-- Up Migration

-- Every set of presets there was. A set never changes: editing and going back write the next number.
create table preset_sets (
  version integer primary key,
  -- [{ name, recipe }], in their order.
  presets jsonb not null,
  note text,
  -- The set that it was copied from.
  restored_from integer,
  created_at timestamptz not null default now(),
  -- null for the set that the service came with.
  created_by uuid
);

-- Which set is in force and which is being made; its row lock makes one change at a time.
create table preset_state (
  single boolean primary key default true check (single),
  in_force integer not null references preset_sets (version),
  in_force_since timestamptz,
  coming integer references preset_sets (version),
  started_at timestamptz,
  -- Versions of images to go through, those left when they were last counted, and those that could not be made anew.
  total integer not null default 0,
  remaining integer not null default 0,
  failed integer not null default 0,
  counted_at timestamptz,
  -- Raised by every change, so that nobody takes an older reading for a newer one.
  revision integer not null default 1
);

-- For which set the presets of a version were asked and made. Set 1 is what everything has that was made before.
alter table versions add column presets_asked integer not null default 1;
alter table versions add column presets_made integer not null default 1;
create index versions_presets_asked on versions (presets_asked) where status = 'complete';
create index versions_presets_running on versions (image_id, version) where presets_asked > presets_made;

-- The last set that a rendition belongs to.
alter table renditions add column preset_set integer not null default 1;
create index renditions_preset_set on renditions (preset_set) where kind = 'preset' and name is not null;
