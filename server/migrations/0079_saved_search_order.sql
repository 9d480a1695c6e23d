-- Up Migration

-- The order in which a kept search shows what it finds, as lists take it.
alter table saved_searches add column sort text not null default 'newest';
