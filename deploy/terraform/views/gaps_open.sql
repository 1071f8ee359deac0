SELECT exchange, dataset, pair, after, upto, "from", "to", cause, year, month, day
FROM gaps AS gap
WHERE cause NOT IN ('late', 'backfill', 'archive', 'snapshot', 'reset')
  AND NOT EXISTS (
    SELECT 1 FROM gaps AS mark
    WHERE mark.exchange = gap.exchange AND mark.year = gap.year AND mark.month = gap.month AND mark.day = gap.day AND mark.dataset = gap.dataset AND mark.pair = gap.pair AND mark.cause IN ('late', 'backfill', 'archive')
      AND mark.after <= gap.after AND mark.upto >= gap.upto)
