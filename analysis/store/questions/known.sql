-- What is the organization's own: what was named as that, and the accounts of the
-- directory, whose name stands in where none was given.
SELECT
  k.kind,
  k.value,
  coalesce(k.name, d.name) AS name,
  k.author,
  k.named_at
FROM notes.main.known AS k
LEFT JOIN account_directory AS d
  ON k.kind = 'account_id' AND d.account_id = k.value
UNION ALL
SELECT
  'account_id' AS kind,
  account_id AS value,
  name,
  origin AS author,
  noted_at AS named_at
FROM account_directory
WHERE account_id NOT IN (SELECT value FROM notes.main.known WHERE kind = 'account_id')
