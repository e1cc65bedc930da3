-- Access keys at work, a row a key, put together from the events that each made.
SELECT
  access_key_id,
  any_value(identity_type) AS identity_type,
  any_value(identity_arn) AS identity_arn,
  any_value(principal_arn) AS principal_arn,
  any_value(caller_account_id) AS account_id,
  any_value(source_identity) AS source_identity,
  any_value(json_extract_string(user_identity, '$.sessionContext.signInSessionArn')) AS sign_in_session_arn,
  min(session_created) AS created,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  count(*) AS events
FROM events
WHERE access_key_id IS NOT NULL
GROUP BY access_key_id
ORDER BY first_seen, access_key_id;
