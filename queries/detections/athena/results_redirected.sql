-- id: athena_results_redirected
-- title: Results of queries sent elsewhere
-- severity: low
-- status: stable
-- attack: [T1074.002, T1537]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The place where a workgroup of Athena writes its results was changed, or clients
--   were allowed to choose their own. Results are copies of the data.
-- false_positives:
--   - Moving the results to a new bucket.
-- blind_spots:
--   - Results that a client sends elsewhere in StartQueryExecution.
--   - The owner of the bucket does not stand in the event.
-- triage:
--   - Is the bucket in output_location yours?
--   - List queries in this workgroup after event_time.
-- references:
--   - https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdateWorkGroup.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.workGroup' AS resource,
  json_extract_string(request_parameters, '$..outputLocation')[1] AS output_location,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' changed where workgroup ' || coalesce(request_parameters ->> '$.workGroup', '?') || ' writes results: '
    || coalesce(json_extract_string(request_parameters, '$..outputLocation')[1], 'clients may choose') AS summary
FROM events
WHERE operation = 'athena:UpdateWorkGroup'
  AND error_code IS NULL
  AND (
    len(json_extract_string(request_parameters, '$..outputLocation')) > 0
    OR lower(json_extract_string(request_parameters, '$..enforceWorkGroupConfiguration')[1]) = 'false'
  );
