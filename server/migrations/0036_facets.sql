-- Up Migration

-- How many of an account's images there are of each month, camera, type and tag: those that lists show, neither in the trash nor archived.
create table image_facets (
  owner_id uuid not null,
  kind text not null check (kind in ('month', 'camera', 'type', 'tag')),
  value text not null,
  -- As it is searched by its beginning.
  folded text collate "C" not null,
  count bigint not null,
  primary key (owner_id, kind, value)
);
create index image_facets_begin on image_facets (owner_id, kind, folded);
create index image_facets_most on image_facets (owner_id, kind, count);
create index image_facets_none on image_facets (owner_id) where count = 0;

-- What is not counted in yet: written beside the images, by everybody at once, and added up behind them.
create table image_facet_changes (
  id bigint generated always as identity primary key,
  owner_id uuid not null,
  kind text not null,
  value text not null,
  delta bigint not null
);
create index image_facet_changes_owner on image_facet_changes (owner_id, kind);

create function facets_of(dated_at timestamp, camera text, format text, tags text[])
  returns table (kind text, value text) language sql stable parallel safe
  begin atomic
    select 'month', to_char(dated_at, 'YYYY-MM')
    union all select 'camera', camera where camera is not null
    union all select 'type', format where format is not null
    union all select distinct 'tag', tag from unnest(tags) tag;
  end;

create function count_facets_changed() returns trigger language plpgsql as $$
begin
  insert into image_facet_changes (owner_id, kind, value, delta)
  select owner_id, kind, value, sum(delta) from (
    select i.owner_id, f.kind, f.value, -1 as delta
    from old_rows i cross join lateral facets_of(i.dated_at, i.camera, i.format, i.tags) f
    where i.indexed > 0 and i.trashed_at is null and not i.archived
    union all
    select i.owner_id, f.kind, f.value, 1
    from new_rows i cross join lateral facets_of(i.dated_at, i.camera, i.format, i.tags) f
    where i.indexed > 0 and i.trashed_at is null and not i.archived
  ) both_sides group by 1, 2, 3 having sum(delta) <> 0;
  return null;
end $$;
create trigger images_facets_changed after update on images
  referencing old table as old_rows new table as new_rows
  for each statement execute function count_facets_changed();

create function count_facets_gone() returns trigger language plpgsql as $$
begin
  insert into image_facet_changes (owner_id, kind, value, delta)
  select i.owner_id, f.kind, f.value, -count(*)
  from old_rows i cross join lateral facets_of(i.dated_at, i.camera, i.format, i.tags) f
  where i.indexed > 0 and i.trashed_at is null and not i.archived
  group by 1, 2, 3;
  return null;
end $$;
create trigger images_facets_gone after delete on images
  referencing old table as old_rows for each statement execute function count_facets_gone();
