-- Networks as long as nothing is known of any.
SELECT
  CAST(NULL AS VARCHAR) AS source_ip,
  CAST(NULL AS VARCHAR) AS tag,
  CAST(NULL AS VARCHAR) AS service,
  CAST(NULL AS BIGINT) AS asn,
  CAST(NULL AS VARCHAR) AS as_name,
  CAST(NULL AS VARCHAR) AS country,
  CAST(NULL AS VARCHAR) AS city,
  CAST(NULL AS BOOLEAN) AS private
WHERE false
