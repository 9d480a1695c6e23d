-- Up Migration

-- An account that is being erased: gone for everybody at once, while what it owned is removed in its own time.
-- The row stays until that is done, so that a crash in between cannot leave anything behind.
alter table users add column erasing_at timestamptz;
create index users_erasing on users (id) where erasing_at is not null;
