-- Up Migration

-- What an image is found by, kept by the database itself: whoever writes images, an older process beside this one too, they are
-- found by what they say now. 0 is an image from before, which the upkeep takes in.
alter table images add column indexed smallint not null default 0;
-- Of the file of the current version, for conditions and orders: when it was taken, as the clock there said, or else uploaded.
alter table images add column dated_at timestamp not null default (now() at time zone 'utc');
alter table images add column camera text;
alter table images add column format text;
alter table images add column width integer;
alter table images add column height integer;
alter table images add column search tsvector;

-- A text as it is searched: without accents and points of Latin, Greek, Cyrillic, Hebrew and Arabic letters (not vowel signs,
-- without which words are others), in one case of every script, by bytes. `unaccent` is not everywhere, and knows fewer.
create function search_fold(content text) returns text language sql immutable parallel safe
  return upper(regexp_replace(normalize(content, nfkd),
    '[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]',
    '', 'g') collate "und-x-icu") collate "C";

-- Words as they are looked for: what stands between signs and spaces, so many at most.
create function search_words(content text, most integer) returns table (word text, place bigint)
  language sql immutable parallel safe
  begin atomic
    select left(part, 64), nth from regexp_split_to_table(search_fold(left(content, 4000)),
      '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f]+')
      with ordinality as parts (part, nth) where part <> '' limit most;
  end;

-- A term of the index: its owner's sign first, so that one account's search never reads what another's holds, and a sign for what
-- is no word.
create function search_term(owner uuid, sign text, content text, more text) returns text language sql immutable parallel safe
  return '''' || replace(replace(upper(right(owner::text, 4)) || sign || content, '\', '\\'), '''', '''''') || ''':' || more;

-- Name, title and tags weigh A, what describes B, everything that is no word C, and parts of the name D: any part of it is found.
create function index_image() returns trigger language plpgsql
  -- To plan it anew for each image takes ten times as long as to run it.
  set plan_cache_mode = force_generic_plan as $$
declare v versions;
begin
  select * into v from versions where image_id = new.id and version = new.version;
  new.indexed := 1;
  if not found then
    return new;
  end if;
  new.dated_at := coalesce(left(v.metadata ->> 'takenAt', 19)::timestamp, new.created_at at time zone 'utc');
  new.camera := v.metadata ->> 'camera';
  new.format := v.format;
  new.width := v.width;
  new.height := v.height;
  with fields (first, weight, content, most) as (
    values (1, 'A', new.original_name, 40), (101, 'A', v.metadata ->> 'title', 40),
      (201, 'B', new.alt_text, 200), (501, 'B', v.metadata ->> 'description', 200),
      (801, 'B', v.metadata -> 'place' ->> 'location', 20), (831, 'B', v.metadata -> 'place' ->> 'city', 20),
      (861, 'B', v.metadata -> 'place' ->> 'region', 20), (891, 'B', v.metadata -> 'place' ->> 'country', 20)
    union all
    select 1001 + 20 * nth::int, 'A', tag, 15 from unnest(new.tags) with ordinality as tags (tag, nth)
  ), words as (
    select f.first, f.weight, w.word, f.first + w.place as place
    from fields f cross join lateral search_words(f.content, f.most) w
  ), terms (term) as (
    select search_term(new.owner_id, '', word, place || weight) from words
    union all
    -- Scripts without spaces are searched by their parts in every field.
    select search_term(new.owner_id, '', substr(word, n), place || 'D')
    from words cross join lateral generate_series(2, least(length(word) - 1, 32)) n
    where first = 1 or word ~ '[\u2e80-\ud7ff]'
    union all select search_term(new.owner_id, '#', left(search_fold(tag), 64), '1C') from unnest(new.tags) tag
    union all select search_term(new.owner_id, '@', word, place || 'C') from search_words(v.metadata ->> 'camera', 12)
    union all select search_term(new.owner_id, '~', word, place || 'C') from search_words(v.metadata ->> 'lens', 20)
    union all select search_term(new.owner_id, '.', upper(v.format), '1C')
    union all select search_term(new.owner_id, '%', upper(colour), '1C') from unnest(v.colours) colour
    union all select search_term(new.owner_id, '/',
      case when v.width > v.height then 'LANDSCAPE' when v.width < v.height then 'PORTRAIT' else 'SQUARE' end, '1C')
    union all select search_term(new.owner_id, '<W', floor(2 * ln(v.width) / ln(2))::text, '1C')
    union all select search_term(new.owner_id, '<H', floor(2 * ln(v.height) / ln(2))::text, '1C')
    union all select search_term(new.owner_id, '+', what, '1C') from (
      values ('LOCATION', v.metadata -> 'place' ->> 'latitude' is not null), ('TITLE', v.metadata ->> 'title' is not null),
        ('DESCRIPTION', v.metadata ->> 'description' is not null), ('TAGS', new.tags <> '{}'),
        ('CAMERA', v.metadata ->> 'camera' is not null), ('CREDENTIALS', (v.metadata ->> 'contentCredentials')::boolean),
        ('ALT', new.alt_text <> ''), ('FRAMES', v.frames > 1)) as has (what, holds) where holds
  )
  select string_agg(term, ' ')::tsvector into new.search from terms;
  return new;
end $$;
create trigger images_index before update of original_name, alt_text, tags, version, indexed on images
  for each row execute function index_image();

-- What a version says anew, its image is found by.
create function index_image_of() returns trigger language plpgsql as $$
begin
  update images set indexed = 1 where id = new.image_id and version = new.version;
  return null;
end $$;
create trigger versions_index_new after insert on versions for each row execute function index_image_of();
create trigger versions_index_changed after update on versions for each row
  when (old.metadata is distinct from new.metadata or old.colours is distinct from new.colours)
  execute function index_image_of();

-- Without a list of what waits to be sorted in: a search would have to read all of it.
create index images_search on images using gin (search) with (fastupdate = off);
create index images_unindexed on images (id) where indexed = 0;
alter table images alter column search set statistics 300;
