-- Up Migration

-- By when pictures were taken: for the order, and for a year of them without reading its images.
create index images_dated on images (owner_id, dated_at, id) where trashed_at is null and not archived;
