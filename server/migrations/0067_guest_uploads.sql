-- Up Migration

-- Guests of a share send in pieces too: theirs go into its album, and count apart from its owner's. No foreign key: whoever ends a share would
-- wait for who sends to it, and who finishes there for the end; what is left of an ended share becomes nothing and is swept.
alter table uploads add column share_id uuid;
create index uploads_share on uploads (share_id) where share_id is not null;
