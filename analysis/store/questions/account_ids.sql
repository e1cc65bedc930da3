-- Accounts with their names, for completion: those of the directory first.
SELECT
  account_id,
  name
FROM account_directory
UNION ALL
SELECT
  account_id,
  NULL AS name
FROM accounts
WHERE account_id NOT IN (SELECT account_id FROM account_directory)
