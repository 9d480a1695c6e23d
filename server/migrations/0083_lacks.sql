-- Up Migration

-- What an image does not have, behind four characters of its owner as each term of `search`: what must not be there was found by
-- looking at every image. Without content credentials and frames, which hardly any image has.
create function search_lacks(owner uuid, search tsvector) returns text[] language plpgsql immutable parallel safe as $$
declare
  own text := upper(right(owner::text, 4));
  has text[] := tsvector_to_array(search);
  lacks text[] := '{}';
begin
  -- Not sorted in yet.
  if search is null then return lacks; end if;
  if own || '+LOCATION' <> all(has) then lacks := lacks || (own || 'LOCATION'); end if;
  if own || '+TITLE' <> all(has) then lacks := lacks || (own || 'TITLE'); end if;
  if own || '+DESCRIPTION' <> all(has) then lacks := lacks || (own || 'DESCRIPTION'); end if;
  if own || '+TAGS' <> all(has) then lacks := lacks || (own || 'TAGS'); end if;
  if own || '+CAMERA' <> all(has) then lacks := lacks || (own || 'CAMERA'); end if;
  if own || '+ALT' <> all(has) then lacks := lacks || (own || 'ALT'); end if;
  return lacks;
end $$;

-- Without a list of what waits to be sorted in, as that of what is there.
create index images_lacks on images using gin (search_lacks(owner_id, search)) with (fastupdate = off);

-- Few of many, mostly.
create index images_public on images (owner_id, id) where visibility = 'public';
