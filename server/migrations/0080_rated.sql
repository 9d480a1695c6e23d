-- Up Migration

-- Five stars among many that have one or two: found by their number, without looking at each that has any.
create index images_stars on images (owner_id, rating, id) where rating > 0;
