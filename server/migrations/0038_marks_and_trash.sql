-- Up Migration

-- What an owner marks, and when an image went to the trash: nobody is given its picture from then on.
alter table images add column favourite boolean not null default false;
alter table images add column rating smallint not null default 0 check (rating between 0 and 5);
alter table images add column archived boolean not null default false;
alter table images add column trashed_at timestamptz;
-- Each is of few images among many: the list of them must not read the others.
create index images_favourites on images (owner_id, id) where favourite;
create index images_rated on images (owner_id, id) where rating > 0;
create index images_archived on images (owner_id, id) where archived;
create index images_trash on images (owner_id, id) where trashed_at is not null;
create index images_trash_due on images (trashed_at) where trashed_at is not null;
