-- Up Migration

-- Jobs that the service asks for itself, for what an earlier engine made: lists of an owner's jobs leave them out.
alter table jobs add column housekeeping boolean not null default false;
create index jobs_owner_asked on jobs (owner_id, id) where not housekeeping;
