-- Up Migration

-- Entries with words that name images which are not their target: a job asked for, many changed at once. Of what is deleted the
-- words go, so they are found by it. A text counts as a list of one.
create index audit_named on audit using gin ((coalesce(details -> 'imageIds', details -> 'imageId')))
  where words is not null and action in ('image.bulk', 'job.create');
