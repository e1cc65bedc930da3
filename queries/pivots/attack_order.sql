-- id: pivots_attack_order
-- title: What it did, by tactic of ATT&CK
-- subject: [principal_arn, access_key_id, session_name, source_ip, user_agent]
-- answers: [Q48]
-- description: >
--   Per tactic, in the order in which the subject first succeeded: when, how often, with
--   which operations. The tactics are those of the techniques in sensitive_operations; a
--   technique of several tactics counts for the one that operations are mostly used for.
--   Other reads that only list or describe are discovery, other calls are left out.
--   attempted and failed calls are apart: a tactic that never succeeded stands last.

WITH mine AS (
  SELECT
    e.event_uuid
  FROM events AS e
  JOIN subject AS s
    ON (s.kind = 'principal_arn' AND s.value IN (e.principal_arn, e.identity_arn))
    OR (s.kind = 'access_key_id' AND s.value = e.access_key_id)
    OR (s.kind = 'session_name' AND s.value = e.session_name)
    OR (s.kind = 'source_ip' AND s.value = e.source_ip)
    OR (s.kind = 'user_agent' AND s.value = e.user_agent)
),
tactics AS (
  SELECT
    v.technique,
    v.tactic
  FROM (
    VALUES
      ('T1190', 'initial access'), ('T1195', 'initial access'), ('T1199', 'initial access'), ('T1078', 'initial access'),
      ('T1059', 'execution'), ('T1072', 'execution'), ('T1203', 'execution'), ('T1204', 'execution'), ('T1609', 'execution'), ('T1610', 'execution'), ('T1648', 'execution'), ('T1651', 'execution'),
      ('T1037', 'persistence'), ('T1053', 'persistence'), ('T1098', 'persistence'), ('T1133', 'persistence'), ('T1136', 'persistence'), ('T1205', 'persistence'), ('T1505', 'persistence'), ('T1525', 'persistence'), ('T1543', 'persistence'), ('T1546', 'persistence'), ('T1554', 'persistence'), ('T1556', 'persistence'),
      ('T1068', 'privilege escalation'), ('T1484', 'privilege escalation'), ('T1548', 'privilege escalation'), ('T1611', 'privilege escalation'),
      ('T1070', 'stealth'), ('T1211', 'stealth'), ('T1535', 'stealth'), ('T1564', 'stealth'),
      ('T1578', 'defense impairment'), ('T1600', 'defense impairment'), ('T1666', 'defense impairment'), ('T1685', 'defense impairment'), ('T1686', 'defense impairment'), ('T1689', 'defense impairment'),
      ('T1003', 'credential access'), ('T1040', 'credential access'), ('T1110', 'credential access'), ('T1528', 'credential access'), ('T1552', 'credential access'), ('T1555', 'credential access'), ('T1606', 'credential access'), ('T1621', 'credential access'),
      ('T1016', 'discovery'), ('T1033', 'discovery'), ('T1046', 'discovery'), ('T1069', 'discovery'), ('T1082', 'discovery'), ('T1083', 'discovery'), ('T1087', 'discovery'), ('T1201', 'discovery'), ('T1518', 'discovery'), ('T1526', 'discovery'), ('T1538', 'discovery'), ('T1580', 'discovery'), ('T1613', 'discovery'), ('T1614', 'discovery'), ('T1619', 'discovery'), ('T1654', 'discovery'),
      ('T1021', 'lateral movement'), ('T1534', 'lateral movement'), ('T1550', 'lateral movement'), ('T1210', 'lateral movement'), ('T1570', 'lateral movement'),
      ('T1005', 'collection'), ('T1074', 'collection'), ('T1114', 'collection'), ('T1119', 'collection'), ('T1185', 'collection'), ('T1213', 'collection'), ('T1530', 'collection'),
      ('T1090', 'command and control'), ('T1102', 'command and control'), ('T1105', 'command and control'), ('T1568', 'command and control'), ('T1583', 'resource development'), ('T1584', 'resource development'), ('T1586', 'resource development'), ('T1608', 'resource development'),
      ('T1020', 'exfiltration'), ('T1041', 'exfiltration'), ('T1048', 'exfiltration'), ('T1537', 'exfiltration'), ('T1567', 'exfiltration'),
      ('T1485', 'impact'), ('T1486', 'impact'), ('T1489', 'impact'), ('T1490', 'impact'), ('T1491', 'impact'), ('T1496', 'impact'), ('T1498', 'impact'), ('T1499', 'impact'), ('T1529', 'impact'), ('T1531', 'impact'), ('T1561', 'impact'), ('T1565', 'impact'), ('T1657', 'impact'), ('T1667', 'impact')
  ) AS v (technique, tactic)
),
calls AS (
  SELECT
    e.event_time,
    e.event_id,
    e.operation,
    e.error_code,
    coalesce(
      t.tactic,
      CASE WHEN o.operation IS NOT NULL THEN 'other' END,
      CASE WHEN regexp_matches(e.operation, ':(List|Describe|GetCallerIdentity|GetAccount|Search|Lookup|Simulate|HeadBucket|GetBucket|GetSendQuota)') THEN 'discovery' END
    ) AS tactic
  FROM events AS e
  JOIN mine AS m ON m.event_uuid = e.event_uuid
  LEFT JOIN sensitive_operations AS o ON o.operation = e.operation
  LEFT JOIN tactics AS t ON t.technique = left(o.technique, 5)
)
SELECT
  tactic,
  min(event_time) FILTER (WHERE error_code IS NULL) AS first_success,
  min(event_time) AS first_attempt,
  max(event_time) AS last_time,
  count(*) FILTER (WHERE error_code IS NULL) AS succeeded,
  count(error_code) AS failed,
  list_slice(list(DISTINCT operation ORDER BY operation) FILTER (WHERE error_code IS NULL), 1, 40) AS operations,
  list_slice(list(DISTINCT operation ORDER BY operation) FILTER (WHERE error_code IS NOT NULL), 1, 40) AS operations_failed,
  arg_min(event_id, event_time) AS first_event_id
FROM calls
WHERE tactic IS NOT NULL
GROUP BY tactic
ORDER BY
  first_success NULLS LAST,
  first_attempt,
  tactic;
