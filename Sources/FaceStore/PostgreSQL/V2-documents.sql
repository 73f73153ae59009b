-- What daemons of one store share beside faces: tokens, retention policies, receipts of erasures.
CREATE TABLE faced.documents (key bytea PRIMARY KEY, value bytea NOT NULL);
