-- View snapshots of a case without a case file and without files of AWS Config.
SELECT
  CAST(NULL AS VARCHAR) AS resource_key,
  CAST(NULL AS VARCHAR) AS resource_type,
  CAST(NULL AS VARCHAR) AS resource_id,
  CAST(NULL AS VARCHAR) AS resource_arn,
  CAST(NULL AS VARCHAR) AS account_id,
  CAST(NULL AS VARCHAR) AS region,
  CAST(NULL AS VARCHAR) AS status,
  CAST(NULL AS VARCHAR) AS source,
  CAST(NULL AS TIMESTAMP) AS captured_at,
  CAST(NULL AS VARCHAR) AS caller,
  CAST(NULL AS JSON) AS config,
  CAST(NULL AS JSON) AS parts,
  CAST(NULL AS VARCHAR) AS reason,
  CAST(NULL AS VARCHAR) AS failure,
  CAST(NULL AS VARCHAR) AS hint,
  CAST(NULL AS VARCHAR) AS sha256
WHERE false;
