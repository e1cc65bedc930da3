SELECT
  suppression_id,
  state,
  covers,
  detection,
  principal,
  source_ip,
  account,
  reason,
  author,
  created_at,
  expires_at,
  ended_at
FROM suppressions
ORDER BY state = 'in force' DESC, created_at DESC;
