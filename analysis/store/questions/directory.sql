-- The directory of accounts as text.
SELECT
  account_id,
  coalesce(name, ''),
  coalesce(status, ''),
  coalesce(ou, ''),
  coalesce(kind, ''),
  coalesce(partition, ''),
  coalesce(role, ''),
  coalesce(external_id, ''),
  coalesce(profile, ''),
  origin,
  coalesce(CAST(role_works AS VARCHAR), ''),
  coalesce(problem, ''),
  coalesce(CAST(checked_at AS VARCHAR), '')
FROM account_directory
ORDER BY account_id
