-- Networks from a JSON array of objects.
SELECT
  n.source_ip,
  nullif(n.tag, ''),
  nullif(n.service, ''),
  nullif(n.asn, 0),
  nullif(n.as_name, ''),
  nullif(n.country, ''),
  nullif(n.city, ''),
  n.private
FROM (
  SELECT unnest(from_json(CAST(? AS VARCHAR), '[{"source_ip":"VARCHAR","tag":"VARCHAR","service":"VARCHAR","asn":"BIGINT","as_name":"VARCHAR","country":"VARCHAR","city":"VARCHAR","private":"BOOLEAN"}]')) AS n
)
