-- Why frames did not decode on a day, with one of each.
SELECT exchange, reason, count(*) AS frames, arbitrary(coalesce(frame, base64)) AS one_of_them
FROM quarantine
WHERE year = '2026' AND month = '11' AND day = '20'
GROUP BY 1, 2
ORDER BY frames DESC;
