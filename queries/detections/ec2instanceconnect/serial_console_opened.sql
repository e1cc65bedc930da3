-- id: ec2instanceconnect_serial_console_opened
-- title: Serial console enabled or an SSH key pushed to it
-- severity: high
-- status: stable
-- attack: [T1021.008, T1021.004]
-- requires: [management]
-- key: [principal_arn, account_id, region]
-- description: >
--   Somebody enabled the EC2 serial console of an account, or pushed an SSH key to the serial
--   port of an instance. It is a way to a machine that no security group and no network stops,
--   and that intruders used against domain controllers. One finding is what a principal did in a
--   region on one day; refused pushes count on purpose.
-- false_positives:
--   - Rescue of a machine that does not start, by somebody who can name the ticket.
-- blind_spots:
--   - What is typed on the console is in no log.
-- triage:
--   - Is there a ticket for a machine that does not start? If not, treat the instances as entered.
--   - Switch the serial console of region off again (DisableSerialConsoleAccess).
--   - What else did access_key_id do in the hour before, above all on instance profiles and snapshots?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSerialConsoleAccess.html
--   - https://docs.aws.amazon.com/ec2-instance-connect/latest/APIReference/API_SendSerialConsoleSSHPublicKey.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.lateral-movement.ec2-serial-console-send-ssh-public-key/

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  string_agg(DISTINCT request_parameters ->> '$.instanceId', ', ' ORDER BY request_parameters ->> '$.instanceId') AS resource,
  bool_or(operation = 'ec2:EnableSerialConsoleAccess') AS enabled,
  coalesce(principal_arn, '?') || CASE WHEN bool_or(operation = 'ec2:EnableSerialConsoleAccess') THEN ' enabled the serial console' ELSE ' used the serial console' END
    || coalesce(' and pushed SSH keys to ' || string_agg(DISTINCT request_parameters ->> '$.instanceId', ', ' ORDER BY request_parameters ->> '$.instanceId'), '') AS summary
FROM events
WHERE operation IN ('ec2:EnableSerialConsoleAccess', 'ec2-instance-connect:SendSerialConsoleSSHPublicKey')
  AND (operation <> 'ec2:EnableSerialConsoleAccess' OR error_code IS NULL)
GROUP BY principal_arn, access_key_id, account_id, region, CAST(event_time AS DATE);
