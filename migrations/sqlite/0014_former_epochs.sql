-- What the history of today was called before a backup of it was restored, or it came to this server in a file: ids with a space between
-- them. What tablets wrote in it then is of it still.
ALTER TABLE exchanges ADD COLUMN former_epochs TEXT NOT NULL DEFAULT '';
