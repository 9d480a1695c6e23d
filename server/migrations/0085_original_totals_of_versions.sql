-- Up Migration

-- By itself: whoever holds one of the tables and waits for the other would wait for a migration that takes both.
create trigger versions_originals_new after insert on versions
  referencing new table as touched for each statement execute function count_originals();
create trigger versions_originals_gone after delete on versions
  referencing old table as touched for each statement execute function count_originals();

-- What was counted stays as it was: a version begins with the original that it was made from.
create function refuse_other_original() returns trigger language plpgsql as $$
begin
  raise exception 'a version keeps its original';
end $$;
create trigger versions_original_stays before update of image_id, original_key, size on versions for each row
  when (old.image_id <> new.image_id or old.original_key <> new.original_key or old.size <> new.size)
  execute function refuse_other_original();
