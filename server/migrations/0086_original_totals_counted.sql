-- Up Migration

-- By itself and in one statement, which nobody waits for: of one moment, changes that are counted with everything are dropped, and those
-- that are committed later are added to it. Nobody adds up meanwhile: processes that do so start when this is done.
with counted as (
  delete from original_changes
)
insert into original_totals (owner_id, bytes, images)
select owner_id, sum(size), count(distinct image_id)
from (select distinct i.owner_id, v.image_id, v.original_key, v.size
      from versions v join images i on i.id = v.image_id) o
group by owner_id
on conflict (owner_id) do update set bytes = excluded.bytes, images = excluded.images;
