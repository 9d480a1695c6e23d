-- Up Migration

-- What mails to an account are in; null until somebody says so, and as configured then.
alter table users add column language text check (language in ('en', 'de'));
-- Of an invitation: what its mail is in, and those to the account that it makes.
alter table account_links add column language text check (language in ('en', 'de'));
