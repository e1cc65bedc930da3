-- id: reports_keys_in_two_places
-- title: Keys used from two addresses at once
-- answers: [Q45]
-- description: >
--   Access keys whose calls jump between addresses within ten minutes. returns counts how
--   often the key came back to an address it had left so: once is a move, often is two
--   hands. near tells addresses of one /24 (IPv6: /64) network, which a NAT pool has too;
--   those stand last. Calls that services made are left out. 500 rows.

WITH calls AS (
  SELECT
    account_id,
    access_key_id,
    principal_arn,
    source_ip,
    source_ip_hi,
    source_ip_lo,
    event_time,
    lag(source_ip) OVER series AS before_ip,
    lag(source_ip_hi) OVER series AS before_hi,
    lag(source_ip_lo) OVER series AS before_lo,
    lag(event_time) OVER series AS before_time
  FROM events
  WHERE access_key_id IS NOT NULL
    AND source_ip_hi IS NOT NULL
    AND invoked_by IS NULL
  WINDOW series AS (PARTITION BY access_key_id ORDER BY event_time, source_ip)
),
jumps AS (
  SELECT
    account_id,
    access_key_id,
    principal_arn,
    least(before_ip, source_ip) AS address_1,
    greatest(before_ip, source_ip) AS address_2,
    source_ip,
    event_time,
    event_time - before_time AS pause,
    CASE
      WHEN contains(source_ip, ':') THEN source_ip_hi = before_hi
      ELSE source_ip_lo // 256 = before_lo // 256
    END AS near
  FROM calls
  WHERE source_ip <> before_ip
    AND event_time - before_time <= INTERVAL 10 MINUTE
)
SELECT
  account_id,
  access_key_id,
  principal_arn,
  address_1,
  address_2,
  near,
  count(*) AS jumps,
  least(count(*) FILTER (WHERE source_ip = address_1), count(*) FILTER (WHERE source_ip = address_2)) AS returns,
  min(pause) AS shortest_pause,
  min(event_time) AS first_time,
  max(event_time) AS last_time
FROM jumps
GROUP BY
  account_id,
  access_key_id,
  principal_arn,
  address_1,
  address_2,
  near
ORDER BY
  near,
  returns DESC,
  jumps DESC,
  access_key_id,
  address_1,
  address_2
LIMIT 500;
