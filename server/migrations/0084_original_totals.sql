-- Up Migration

-- What an account's originals are together: bytes of the distinct originals that versions of its images begin with, and images
-- that have any version. Exact with what `original_changes` holds besides.
create table original_totals (
  owner_id uuid primary key,
  bytes bigint not null,
  images bigint not null
);

-- What is not added up yet: written beside versions and images, by everybody at once, and added up behind them.
create table original_changes (
  id bigint generated always as identity primary key,
  owner_id uuid not null,
  bytes bigint not null,
  images bigint not null
);
create index original_changes_owner on original_changes (owner_id);

-- By the database itself, so that an older process beside this one keeps them right as well.
-- Versions that came or went by one statement: an original counts when there was none of its image before, and goes with the last.
-- Those that go with their image find no image any more and are counted by `count_originals_deleted`.
create function count_originals() returns trigger language plpgsql
  -- One plan for one row and for many, made while the tables are empty or full: by the primary keys.
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  sign integer := case tg_op when 'INSERT' then 1 else -1 end;
  among integer := case tg_op when 'INSERT' then 1 else 0 end;
begin
  insert into original_changes (owner_id, bytes, images)
  select i.owner_id, sign * coalesce(sum(o.bytes), 0), sign * count(*) filter (where o.alone)
  from (
    select image_id, sum(size) filter (where others = 0) as bytes, bool_and(others = 0) as alone
    from (
      select image_id, original_key, size, sum(n) as others from (
        select v.image_id, v.original_key, v.size, 1 as n
        from (select distinct image_id from touched) t join versions v on v.image_id = t.image_id
        union all select image_id, original_key, size, -among from touched
      ) each_of_them group by image_id, original_key, size
    ) of_each_original group by image_id
  ) o join images i on i.id = o.image_id
  where o.bytes is not null
  group by i.owner_id;
  return null;
end $$;

create function count_originals_deleted() returns trigger language plpgsql as $$
begin
  insert into original_changes (owner_id, bytes, images)
  select old.owner_id, -sum(o.size), -1
  from (select distinct original_key, size from versions where image_id = old.id) o having count(*) > 0;
  return old;
end $$;

create function count_originals_moved() returns trigger language plpgsql as $$
begin
  insert into original_changes (owner_id, bytes, images)
  select m.owner_id, m.sign * o.bytes, m.sign
  from (select sum(d.size) as bytes
        from (select distinct original_key, size from versions where image_id = new.id) d having count(*) > 0) o,
    (values (old.owner_id, -1), (new.owner_id, 1)) m (owner_id, sign);
  return null;
end $$;

-- Before the row goes: what goes with it is still there.
create trigger images_originals_deleted before delete on images
  for each row execute function count_originals_deleted();
create trigger images_originals_moved after update of owner_id on images for each row
  when (old.owner_id <> new.owner_id) execute function count_originals_moved();
