-- Up Migration

-- When the sweep last tried to make an image of an upload or to remove it: what fails goes behind what waits.
alter table uploads add column tried_at timestamptz;
