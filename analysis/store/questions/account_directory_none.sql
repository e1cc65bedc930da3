-- The directory of accounts of a case without a case file.
SELECT
  CAST(NULL AS VARCHAR) AS account_id,
  CAST(NULL AS VARCHAR) AS name,
  CAST(NULL AS VARCHAR) AS status,
  CAST(NULL AS VARCHAR) AS ou,
  CAST(NULL AS VARCHAR) AS kind,
  CAST(NULL AS VARCHAR) AS partition,
  CAST(NULL AS VARCHAR) AS role,
  CAST(NULL AS VARCHAR) AS external_id,
  CAST(NULL AS VARCHAR) AS profile,
  CAST(NULL AS VARCHAR) AS origin,
  CAST(NULL AS TIMESTAMP) AS noted_at,
  CAST(NULL AS BOOLEAN) AS role_works,
  CAST(NULL AS VARCHAR) AS problem,
  CAST(NULL AS TIMESTAMP) AS checked_at
WHERE false
