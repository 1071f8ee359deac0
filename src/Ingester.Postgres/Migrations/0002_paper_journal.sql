-- The journals of paper trading. The store has the journals themselves; these tables are for queries.

-- Which blocks are loaded. A row is written in the same transaction as the lines of its block.
CREATE TABLE paper_blocks (
  run text NOT NULL,
  block integer NOT NULL,
  head text NOT NULL,
  first_sequence bigint NOT NULL,
  lines integer NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run, block)
);

CREATE TABLE paper_journal (
  run text NOT NULL,
  sequence bigint NOT NULL,
  block integer NOT NULL,
  time timestamptz NOT NULL,
  kind text NOT NULL,
  line jsonb NOT NULL,
  PRIMARY KEY (run, sequence)
);

CREATE INDEX paper_journal_kinds ON paper_journal (run, kind, sequence);

COMMENT ON TABLE paper_blocks IS 'The loaded blocks of journals of paper trading; head is the hash in the footer of the block.';
COMMENT ON TABLE paper_journal IS 'The lines of journals of paper trading; sequence counts the lines of a run from 0.';
