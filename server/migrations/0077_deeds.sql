-- Up Migration

-- Whose it was done to, where that is not who did it.
alter table audit add whose uuid;
-- What people wrote, by name: it goes with the account, or with what the entry is about.
alter table audit add words jsonb;
create index audit_target on audit (target_id, id) where target_id is not null;
create index audit_whose on audit (whose, id) where whose is not null;
