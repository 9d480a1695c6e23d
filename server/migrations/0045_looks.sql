-- Up Migration

-- How an original looks: the 64 bits of a perceptual hash. null with rules is a picture without features; 0 is not looked at yet.
alter table versions add column look bigint;
alter table versions add column look_rules smallint not null default 0;
-- When the backfill last tried: what fails waits, and who else looks takes others.
alter table versions add column look_tried_at timestamptz;

-- Of an image's current version: a narrow table, since images are written far more often than they change their looks.
create table looks (
  image_id uuid primary key references images (id) on delete cascade,
  owner_id uuid not null,
  look bigint not null,
  -- Images that look the same have the same; null: not sorted in yet. It may be the id of an image that is gone
  group_id uuid
);
-- Of two looks that differ in seven bits at most, one of four parts differs in one bit at most: a search asks for 17 values of each.
create index looks_part1 on looks (owner_id, ((look & 65535)::integer));
create index looks_part2 on looks (owner_id, (((look >> 16) & 65535)::integer));
create index looks_part3 on looks (owner_id, (((look >> 32) & 65535)::integer));
create index looks_part4 on looks (owner_id, (((look >> 48) & 65535)::integer));
create index looks_unsorted on looks (owner_id, image_id) where group_id is null;
-- Only what is like another: groups are listed without the many that are like none.
create index looks_alike on looks (owner_id, group_id) where group_id <> image_id;
create index looks_group on looks (group_id);

-- By the database itself, so that an older process beside this one that moves a history keeps it right as well.
create function keep_look(image uuid) returns void language plpgsql as $$
declare seen record;
begin
  select i.owner_id, v.look into seen from images i join versions v on v.image_id = i.id and v.version = i.version
    where i.id = image;
  if not found or seen.look is null then
    delete from looks where image_id = image;
    return;
  end if;
  insert into looks (image_id, owner_id, look) values (image, seen.owner_id, seen.look)
    on conflict (image_id) do update set look = excluded.look, group_id = null where looks.look <> excluded.look;
end $$;
create function keep_look_of_version() returns trigger language plpgsql as $$
begin
  perform keep_look(new.image_id);
  return null;
end $$;
create function keep_look_of_image() returns trigger language plpgsql as $$
begin
  perform keep_look(new.id);
  return null;
end $$;
create trigger versions_look_new after insert on versions for each row when (new.look is not null)
  execute function keep_look_of_version();
create trigger versions_look_changed after update of look on versions for each row
  when (old.look is distinct from new.look) execute function keep_look_of_version();
create trigger images_look after update of version on images for each row when (old.version <> new.version)
  execute function keep_look_of_image();
