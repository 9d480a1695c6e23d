-- Up Migration

-- How size and likeness of the version's original fall with quality; null until it was measured.
alter table versions add column quality_curve jsonb;
